import type { Page, SerializedAXNode } from 'puppeteer';
import { describe, expect, it } from 'vitest';
import { frame, phase, ready, set, steps, text, visits } from './visit.ts';

const start = visits();

/** The element that has the focus, and whether one can see that it has. */
async function focused(page: Page): Promise<{ name: string; visible: boolean }> {
  return page.evaluate(() => {
    const element = document.activeElement as HTMLInputElement;
    // A radio is drawn by the label around it.
    const drawn = element.type === 'radio' ? element.closest('label')! : element;
    const { outlineStyle, outlineWidth } = getComputedStyle(drawn);
    return {
      name: element.id || element.name,
      visible: outlineStyle === 'solid' && parseFloat(outlineWidth) >= 2,
    };
  });
}

describe('by keyboard', () => {
  it('reaches everything by Tab, with a ring around it', async () => {
    const page = await start();
    await ready(page);
    const seen: string[] = [];
    for (let i = 0; i < 12; i++) {
      await page.keyboard.press('Tab');
      const { name, visible } = await focused(page);
      expect(visible, name).toBe(true);
      seen.push(name);
    }
    const fields = 'data hidden activation first learningRate batchSize epochs seed'.split(' ');
    expect(seen).toEqual(['theme', ...fields, 'primary', 'reset', 'scale']);
  });

  it('trains, pauses, goes on and resets', async () => {
    const page = await start();
    // Long enough that a press which comes late is still a press in the middle.
    await set(page, { epochs: '50000' });
    await ready(page);
    while ((await focused(page)).name !== 'primary') await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await steps(page, 20);
    await page.keyboard.press('Space');
    await phase(page, 'paused');
    await page.keyboard.press('Space');
    await phase(page, 'training');
    expect((await focused(page)).name).toBe('primary');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await ready(page);
    expect(await text(page, 'step')).toBe('0');
  });

  it('starts by Enter in a field, and keeps the focus', async () => {
    const page = await start();
    await set(page, { epochs: '50000' });
    await ready(page);
    await page.focus('#epochs');
    await page.keyboard.press('Enter');
    await phase(page, 'training');
    expect(await focused(page)).toEqual({ name: 'primary', visible: true });
    expect(await page.$eval('#epochs', (field) => field.matches(':disabled'))).toBe(true);
  });

  it('names every control', async () => {
    const page = await start();
    await ready(page);
    const all = (node: SerializedAXNode): SerializedAXNode[] => [node, ...(node.children ?? []).flatMap(all)];
    const controls = all((await page.accessibility.snapshot())!).filter(({ role }) =>
      /^(button|combobox|textbox|spinbutton|radio)$/.test(role),
    );
    expect(controls.map(({ name }) => name)).toEqual([
      'Use dark colours',
      'Data set',
      'Hidden layers',
      'Activation',
      'First weights',
      'Learning rate',
      'Batch size',
      'Epochs',
      'Seed',
      'Train',
      'Reset',
      'Linear',
      'Log',
      await text(page, 'adapter'),
      await text(page, 'plan'),
      'Verify this GPU',
    ]);
  });
});

describe('the look', () => {
  const background = (page: Page) =>
    page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const ink = (page: Page) =>
    page.$eval('#loss-chart canvas', (canvas) => (canvas as HTMLCanvasElement).toDataURL());

  it('is dark where the system is, and where the button says so', async () => {
    const light = await start();
    const dark = await start({ dark: true });
    await Promise.all([ready(light), ready(dark)]);
    const paper = await background(light);
    const night = await background(dark);
    expect(night).not.toBe(paper);
    const drawn = await ink(light);
    await light.bringToFront();
    await light.click('#theme');
    await frame(light);
    expect(await background(light)).toBe(night);
    expect(await ink(light)).not.toBe(drawn);
    await light.reload();
    await ready(light);
    expect(await background(light)).toBe(night);
    await light.click('#theme');
    expect(await background(light)).toBe(paper);
  });

  it('draws the loss on a logarithmic axis when told to', async () => {
    const page = await start();
    await set(page, { epochs: '100' });
    await ready(page);
    await page.click('#primary');
    await phase(page, 'ended');
    const linear = await ink(page);
    await page.click('input[value=log]');
    await frame(page);
    expect(await ink(page)).not.toBe(linear);
    await page.click('input[value=linear]');
    await frame(page);
    expect(await ink(page)).toBe(linear);
  });

  it('moves nothing while it trains', async () => {
    const page = await start({
      before: () => {
        const all = { sum: 0 };
        Object.assign(window, { shifts: all });
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) all.sum += (entry as unknown as { value: number }).value;
        }).observe({ type: 'layout-shift', buffered: true });
      },
    });
    await set(page, { data: 'digits', epochs: '10' });
    await ready(page);
    const shifts = () => page.evaluate(() => (window as unknown as { shifts: { sum: number } }).shifts.sum);
    const before = await shifts();
    await page.click('#primary');
    await phase(page, 'ended');
    expect((await shifts()) - before).toBeLessThan(0.02);
  });

  for (const width of [360, 1920]) {
    it(`fits a width of ${width}`, async () => {
      const page = await start({ width });
      await set(page, { data: 'breast_cancer', epochs: '5' });
      await ready(page);
      const overflow = () =>
        page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      expect(await overflow()).toBe(0);
      await page.click('#primary');
      await phase(page, 'ended');
      expect(await overflow()).toBe(0);
      const { top, bottom } = await page.$eval('#primary', (button) =>
        button.getBoundingClientRect().toJSON(),
      );
      expect(top).toBeGreaterThanOrEqual(0);
      expect(bottom).toBeLessThanOrEqual(800);
    });
  }
});
