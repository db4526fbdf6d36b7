import type { Page } from 'puppeteer';
import { describe, expect, it } from 'vitest';
import { startServer } from '../../src/cli/server.ts';
import { planted } from '../planted.ts';
import { findings } from './axe.ts';
import { frame, pause, phase, step, steps, visits, weights } from './visit.ts';

const start = visits();

/** Opens the times of the passes by the button that is there at every width. */
async function open(page: Page): Promise<void> {
  await steps(page, 5);
  await page.click('[popovertarget=device]');
  await page.click('#device .button');
  await page.waitForSelector('.flame button');
  await frame(page);
}

/** Waits for the numbers that were asked for last. */
async function shown(page: Page): Promise<void> {
  await page.waitForSelector('.look-inside[aria-busy=false] .heat canvas');
  await frame(page);
}

/** Looks inside a pass by its block, which may be too narrow for a mouse. */
async function lookInto(page: Page, plan: string, pass: string): Promise<void> {
  await page.$eval(`[data-plan="${plan}"] [data-pass="${pass}"]`, (block) => (block as HTMLElement).click());
  await shown(page);
}
const textbook = (page: Page, pass: string) => lookInto(page, 'textbook', pass);

async function choose(page: Page, tensor: string): Promise<void> {
  const value = await page.$$eval(
    '.look-inside option',
    (all, name) => (all as HTMLOptionElement[]).filter((one) => one.text.startsWith(name)).at(-1)!.value,
    tensor,
  );
  await page.select('[name=tensor]', value);
  await page.waitForFunction(
    (name) => document.querySelector('#inside-cell dt')!.textContent!.includes(name),
    {},
    tensor,
  );
  await shown(page);
}

/** Pictures for whoever looks at them, where KATMAN_SHOTS names a folder. */
async function shoot(page: Page, name: string): Promise<void> {
  const folder = process.env.KATMAN_SHOTS;
  if (folder) await page.screenshot({ path: `${folder}/${name}.png` });
}

const text = (page: Page, selector: string) => page.$eval(selector, (one) => one.textContent!);
const groups = (page: Page) =>
  page.$$eval('.look-inside optgroup', (all) =>
    all.map((group) => [
      group.getAttribute('label')!,
      ...[...group.querySelectorAll('option')].map((one) => one.text.split(' · ')[0]),
    ]),
  );

describe('inside a pass of the live network', () => {
  it('shows what it reads and makes, beside what the oracle wants, and the training is the same to the bit', async () => {
    const page = await start();
    await steps(page, 5);
    await pause(page);
    const [before, at] = [await weights(page), await step(page)];
    await open(page);
    const rows = () => page.$eval('.flame', (row) => row.getBoundingClientRect().top);
    const top = await rows();
    await textbook(page, 'forward/layer1/z');
    expect(await rows()).toBe(top);
    expect(await groups(page)).toEqual([
      ['it reads', 'x', 'layer1.w', 'layer1.b'],
      ['forward/layer1/z', 'layer1.z'],
    ]);
    expect(await text(page, '.look-inside [role=status]')).toMatch(
      new RegExp(`^Step ${(at + 1).toLocaleString('en-GB')}, \\d+ rows: made, read, judged and made undone`),
    );
    expect(await text(page, '#inside-cell')).toMatch(
      /layer1\.z\[\d+, \d+\]got .*wanted .*difference .*allowed /,
    );
    expect(await text(page, '.look-judged')).toMatch(
      /At most [\d.]+\u00a0% of what is allowed|to the last bit/,
    );
    for (const view of ['want', 'difference', 'got']) {
      await page.click(`[data-view=${view}]`);
      await frame(page);
      expect(await page.$eval(`[data-view=${view}]`, (one) => one.getAttribute('aria-pressed'))).toBe('true');
    }
    // What is only read has nothing beside it.
    await choose(page, 'layer1.w');
    expect(await text(page, '#inside-cell')).not.toMatch(/wanted/);
    expect(await page.$eval('[data-view=want]', (one) => (one as HTMLButtonElement).disabled)).toBe(true);
    // A pass of the plan that makes the steps stands for several of the textbook.
    const plan = (await page.$eval('.times-of-step', (one) => one.getAttribute('data-plan')))!;
    const pass = await page.$eval(`[data-plan="${plan}"] .flame button`, (one) =>
      one.getAttribute('data-pass')!,
    );
    await lookInto(page, plan, pass);
    const labels = (await groups(page)).map(([label]) => label);
    expect(labels).toContain('forward/layer1/z');
    expect(labels.length).toBeGreaterThan(2);
    await page.click('#inside-again');
    await shown(page);
    expect(await weights(page)).toBe(before);
    expect(await step(page)).toBe(at);
    await page.keyboard.press('Escape');
    await page.click('#primary');
    await phase(page, 'playing');
    await steps(page, at + 20);
  });

  it('goes on with the bits of a run that was never looked into', async () => {
    const stop = 200;
    const hash = `data=xor&plan=textbook&stop=${stop}`;
    const run = async (looks: boolean) => {
      const page = await start({ hash });
      if (looks) {
        await page.click('[popovertarget=device]');
        await page.click('#device .button');
        await page.waitForSelector('.flame button');
        await textbook(page, 'update/layer1/w');
        await page.click('#inside-again');
        await shown(page);
        const [, looked] = /^Step (\d+)/.exec(await text(page, '.look-inside [role=status]'))!;
        expect(Number(looked)).toBeLessThan(stop);
        await page.keyboard.press('Escape');
      }
      await phase(page, 'ended', 'paused');
      return [await step(page), await weights(page)];
    };
    expect(await run(true)).toEqual(await run(false));
  });

  it('shows a wrong number of a kernel in red, and where it is', async () => {
    const change = {
      file: 'shaders/activation.wgsl',
      edits: [['a[i] = activate(z[i]);', 'a[i] = activate(z[i]) + select(0.0, 0.25, i == 21u);']] as const,
    };
    const server = await startServer([planted(change)]);
    try {
      // Its steps are made by another plan: nothing has judged this kernel yet.
      // What is served to it complains of its server when that is closed.
      const page = await start({
        url: `${server.url}/index.html`,
        hash: 'data=flower&layers=8.tanh&batch=32',
        complains: true,
      });
      await open(page);
      await textbook(page, 'forward/layer1/a');
      expect(await text(page, '.look-judged.off')).toMatch(
        /^Wrong: [\d,.]+ times what is allowed, at layer1\.a\[2, 5\]$/,
      );
      expect(await text(page, '#inside-cell dt')).toBe('Picked: layer1.a[2, 5]');
      expect(await text(page, '#inside-cell .off')).toMatch(/^difference 0\.25$/);
      await page.click('[data-view=difference]');
      await frame(page);
      const red = await page.$eval('.heat canvas', (element) => {
        const { width, height } = element as HTMLCanvasElement;
        const { data } = (element as HTMLCanvasElement).getContext('2d')!.getImageData(0, 0, width, height);
        const found: number[][] = [];
        for (let i = 0; i < width * height; i++)
          if (data[4 * i] > 180 && data[4 * i + 1] < 60) found.push([Math.floor(i / width), i % width]);
        return found;
      });
      expect(red).toEqual([[2, 5]]);
      expect(await page.$eval('.look-inside td.picked', (cell) => cell.classList.contains('off'))).toBe(true);
      await shoot(page, 'inside-wrong');
    } finally {
      await server.close();
    }
  });

  it('by keyboard: a pass, a tensor, a view, numbers; in both languages', async () => {
    const page = await start();
    await open(page);
    await page.focus('[data-plan=textbook] .flame button[tabindex="0"]');
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await shown(page);
    expect(await text(page, '.look-inside h3')).toBe('Look inside: forward/layer1/z');
    expect(await page.evaluate(() => document.activeElement!.getAttribute('aria-expanded'))).toBe('true');
    const place = async () =>
      /\[(\d+), (\d+)\]/
        .exec(await text(page, '#inside-cell dt'))!
        .slice(1)
        .map(Number);
    for (const selector of ['.look-inside .heat', '.look-inside .scroll']) {
      await page.focus(selector);
      await page.keyboard.press('Home');
      await page.keyboard.press('ArrowDown');
      const [row] = await place();
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('ArrowUp');
      await frame(page);
      expect(await place()).toEqual([row - 1, 1]);
      await page.keyboard.press('PageUp');
      await page.keyboard.press('PageUp');
      await frame(page);
      expect((await place())[0]).toBeLessThan(row);
    }
    await page.focus('[name=tensor]');
    await page.keyboard.press('Home');
    await page.waitForFunction(() => document.querySelector('#inside-cell dt')!.textContent!.includes('x['));
    expect(await page.evaluate(() => (document.activeElement as HTMLSelectElement).name)).toBe('tensor');
    await page.click('.look-passes [data-by="1"]');
    await shown(page);
    expect(await text(page, '.look-inside h3')).toBe('Look inside: forward/layer1/a');
    await page.evaluate(() => document.querySelector<HTMLElement>('.top button[lang=tr]')!.click());
    await frame(page);
    expect(await text(page, '.look-inside h3')).toBe('İçine bak: forward/layer1/a');
    expect(await text(page, '.look-inside [role=status]')).toMatch(/geri alındı/);
    await page.click('.look-inside .panel-head > .button');
    await frame(page);
    expect(await page.$('.look-inside')).toBeNull();
  });

  it.each([
    [360, true],
    [360, false],
    [1280, false],
    [1280, true],
  ])('has no serious finding, nor a scroll bar at the side, at %d px, dark: %s', async (width, dark) => {
    const page = await start({ width, height: 900, dark, hash: 'data=digits&layers=64.relu-32.tanh' });
    await open(page);
    for (const [pass, tensor, view] of [
      ['forward/layer1/z', 'layer1.w', 'got'],
      ['backward/layer1/dw', 'layer1.dw', 'difference'],
    ]) {
      await textbook(page, pass);
      await choose(page, tensor);
      await page.$eval(`[data-view=${view}]`, (one) => (one as HTMLElement).click());
      await frame(page);
      expect(await findings(page), pass).toEqual([]);
      const wide = await page.$eval('#time', (one) => one.scrollWidth - one.clientWidth);
      expect(wide, pass).toBeLessThanOrEqual(0);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      await shoot(page, `inside-${width}-${dark ? 'dark' : 'light'}-${view}`);
    }
  });
});
