import type { Page } from 'puppeteer';
import { describe, expect, it } from 'vitest';
import { frame, number, phase, ready, set, steps, text, visits } from './visit.ts';

const start = visits();

/** The picture of a chart. */
async function picture(page: Page, id: string): Promise<string> {
  await frame(page);
  return page.$eval(`#${id} canvas`, (canvas) => (canvas as HTMLCanvasElement).toDataURL());
}

/** Keeps every text that an element gets from now on. */
async function record(page: Page, id: string): Promise<() => Promise<string[]>> {
  await page.$eval(`#${id}`, (element) => {
    const seen = [element.textContent!];
    new MutationObserver(() => seen.push(element.textContent!)).observe(element, { childList: true });
    (element as unknown as { seen: string[] }).seen = seen;
  });
  return () => page.$eval(`#${id}`, (element) => (element as unknown as { seen: string[] }).seen);
}

const value = (shown: string) => parseFloat(shown.replaceAll(',', ''));

describe('training on the page', () => {
  it('learns the flower while its curve moves', async () => {
    const page = await start();
    await ready(page);
    expect(await text(page, 'network-note')).toBe('2 → 4 → 1');
    expect(await text(page, 'parameters')).toBe('17');
    const before = await picture(page, 'loss-chart');
    const losses = await record(page, 'loss');
    await page.click('#primary');
    await steps(page, 200);
    const during = await picture(page, 'loss-chart');
    expect(during).not.toBe(before);
    await phase(page, 'ended');
    expect(await picture(page, 'loss-chart')).not.toBe(during);

    const shown = (await losses()).map(value).filter(Number.isFinite);
    expect(shown.length).toBeGreaterThan(5);
    expect(shown.at(-1)).toBeLessThan(shown[0] / 2);
    expect(await text(page, 'step')).toBe('5,000');
    expect(await number(page, 'train-score')).toBeGreaterThan(80);
    expect(await number(page, 'rate')).toBeGreaterThan(0);
    expect(await text(page, 'status')).toMatch(/^Done after 5,000 steps: training accuracy \d/);
    expect(await text(page, 'adapter')).not.toBe('–');
    const label = await page.$eval('#loss-chart .plot', (plot) => plot.getAttribute('aria-label'));
    expect(label).toMatch(/^Loss against steps: training from 0\.69\d+ at step 1 to 0\.\d+ at step 5,000$/);
  });

  it('raises the test accuracy of the digits', async () => {
    const page = await start();
    await set(page, { data: 'digits', epochs: '8' });
    await ready(page);
    const scores = await record(page, 'test-score');
    await page.click('#primary');
    await phase(page, 'ended');
    const shown = (await scores()).map(value).filter(Number.isFinite);
    expect(shown.length).toBeGreaterThan(2);
    expect(shown.at(-1)).toBeGreaterThan(shown[0]);
    expect(shown.at(-1)).toBeGreaterThan(85);
    expect(await text(page, 'epoch')).toBe('epoch 8 of 8');
  });

  it('measures R2 where there are no classes', async () => {
    const page = await start();
    await set(page, { data: 'plane', epochs: '20' });
    await ready(page);
    await page.click('#primary');
    await phase(page, 'ended');
    expect(await text(page, 'test-name')).toBe('Test R²');
    expect(await number(page, 'test-score')).toBeGreaterThan(0.9);
    expect(await number(page, 'train-score')).toBeGreaterThan(0.9);
  });

  it('stands still while paused, and goes on from there', async () => {
    const page = await start();
    // Seconds of training: a press that comes late is still a press in the middle.
    await set(page, { epochs: '50000' });
    await ready(page);
    await page.click('#primary');
    await steps(page, 100);
    await page.click('#primary');
    await phase(page, 'paused');
    expect(await text(page, 'primary-label')).toBe('Continue');
    const paused = await number(page, 'step');
    expect(paused).toBeLessThan(50_000);
    await new Promise((done) => setTimeout(done, 500));
    expect(await number(page, 'step')).toBe(paused);

    const seen = await record(page, 'step');
    await page.click('#primary');
    await phase(page, 'ended');
    const later = (await seen()).map(value);
    expect(later).toEqual(later.toSorted((a, b) => a - b));
    expect(later[0]).toBe(paused);
    expect(later.at(-1)).toBe(50_000);
  });

  it('goes back to step 0, and one seed gives one training', async () => {
    const page = await start();
    await set(page, { data: 'digits', epochs: '2' });
    const train = async () => {
      await ready(page);
      await page.click('#primary');
      await phase(page, 'ended');
      const label = await page.$eval('#loss-chart .plot', (plot) => plot.getAttribute('aria-label'));
      return [label, await text(page, 'loss'), await text(page, 'test-loss'), await text(page, 'step')];
    };
    const first = await train();
    await page.click('#reset');
    await ready(page);
    expect([await text(page, 'step'), await text(page, 'loss')]).toEqual(['0', '–']);
    expect(await train()).toEqual(first);
    await set(page, { seed: '2' });
    expect(await train()).not.toEqual(first);
  });

  it('can be reset in the middle, again and again', async () => {
    const page = await start();
    await ready(page);
    for (let i = 0; i < 3; i++) {
      await page.click('#primary');
      await steps(page, 20);
      await page.click('#reset');
      await ready(page);
      expect(await text(page, 'step')).toBe('0');
    }
  });
});

describe('what can go wrong', () => {
  it('says under each field what is wrong, and does not start', async () => {
    const page = await start();
    await ready(page);
    const wrong = { hidden: '4,x', learningRate: '-1', batchSize: 'lots', epochs: '0', seed: '1.5' };
    await set(page, wrong);
    await page.click('#primary');
    await frame(page);
    for (const id of Object.keys(wrong)) {
      expect(await page.$eval(`#${id}`, (field) => field.getAttribute('aria-invalid'))).toBe('true');
      expect(await text(page, `${id}-error`)).not.toBe('');
    }
    expect(await page.evaluate(() => document.activeElement!.id)).toBe('hidden');
    expect(await text(page, 'primary-label')).toBe('Train');
    expect(await number(page, 'step')).toBe(0);

    await set(page, { hidden: 'none', learningRate: '0.5', batchSize: '100', epochs: '3', seed: '7' });
    expect(await page.$('[aria-invalid=true]')).toBeNull();
    await page.click('#primary');
    await phase(page, 'ended');
    expect(await text(page, 'step')).toBe('12');
    expect(await text(page, 'network-note')).toBe('2 → 1');
  });

  it('says that training diverged, and starts again with a smaller rate', async () => {
    const page = await start();
    await set(page, { data: 'plane', learningRate: '100' });
    await ready(page);
    await page.click('#primary');
    await phase(page, 'broken');
    expect(await text(page, 'alert')).toMatch(/diverged.*learning rate smaller than 100/);
    await set(page, { learningRate: '0.05', epochs: '5' });
    await ready(page);
    expect(await text(page, 'alert')).toBe('');
    await page.click('#primary');
    await phase(page, 'ended');
  });

  it('says what to do without an adapter', async () => {
    const page = await start({ flags: ['--disable-gpu'] });
    await phase(page, 'broken');
    const alert = await page.$eval('[role=alert]', (element) => element.textContent);
    expect(alert).toMatch(/WebGPU.*(update|use) /);
    expect(await text(page, 'primary-label')).toBe('Train');
  });

  it('survives the loss of the GPU', async () => {
    const page = await start({ flags: ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'] });
    await ready(page);
    await page.click('#primary');
    await steps(page, 50);
    const session = await page.browser().target().createCDPSession();
    await session.send('Browser.crashGpuProcess').catch(() => {});
    await phase(page, 'broken');
    expect(await text(page, 'alert')).toMatch(/The GPU was lost.*Press Train/);
    await set(page, { epochs: '200' });
    await page.click('#primary');
    await phase(page, 'ended');
    expect(await text(page, 'alert')).toBe('');
    expect(await text(page, 'step')).toBe('200');
  });
});
