import type { Page } from 'puppeteer';
import { describe, expect, it } from 'vitest';
import { phase, text, visits } from './visit.ts';

const start = visits();

async function open(lesson: number): Promise<Page> {
  const page = await start();
  await phase(page, 'playing');
  await page.click('nav button:nth-child(2)');
  await page.waitForSelector(`[data-lesson="${lesson}"]`);
  await page.click(`[data-lesson="${lesson}"]`);
  await page.waitForSelector(`[data-lesson="${lesson}"][aria-current]`);
  return page;
}

/** Runs a way of the lesson to its end; what it watches then. */
async function run(page: Page, way: string): Promise<number> {
  await page.click(`[data-way=${way}]`);
  await page.waitForSelector(`[data-way=${way}][aria-pressed=true]`);
  await page.focus('#speed');
  await page.keyboard.press('End');
  await phase(page, 'ended');
  return parseFloat(await text(page, 'watched'));
}

describe('the lessons come to their outcome', () => {
  it('1. what a node computes', async () => {
    const page = await open(1);
    await page.waitForFunction(() => document.getElementById('watched')!.textContent!.startsWith('z = '));
    const [z, a] = (await text(page, 'watched'))
      .match(/[−\d.]+/g)!
      .map((n) => parseFloat(n.replace('−', '-')));
    expect(Math.abs(Math.tanh(z) - a)).toBeLessThan(0.011);
    const before = await text(page, 'watched');
    await page.click('button.node[data-unit="1"]');
    await page.waitForFunction((was) => document.getElementById('watched')!.textContent !== was, {}, before);
  });

  it('2. tanh learns faster than sigmoid', async () => {
    const page = await open(2);
    expect(await run(page, 'tanh')).toBeLessThan(await run(page, 'sigmoid'));
    // The first curve stays to be compared with.
    await page.waitForSelector('.kept .key');
  });

  it('3. large weights saturate, small ones and ReLU do not', async () => {
    const page = await open(3);
    const large = await run(page, 'tanh');
    const loss = parseFloat(await text(page, 'loss'));
    expect(large).toBeGreaterThan(50);
    await page.click('[data-way=small]');
    await page.waitForFunction(() => parseFloat(document.getElementById('watched')!.textContent!) < 10);
    await phase(page, 'ended');
    expect(parseFloat(await text(page, 'loss'))).toBeLessThan(loss);
  });

  it('4. identity layers do no better than none, tanh does', async () => {
    const page = await open(4);
    const [identity, none, tanh] = [
      await run(page, 'identity'),
      await run(page, 'none'),
      await run(page, 'tanh'),
    ];
    expect(Math.abs(identity - none)).toBeLessThan(3);
    expect(tanh).toBeGreaterThan(identity + 20);
  });

  it('5. zeros leave all units alike, random weights do not', async () => {
    const page = await open(5);
    await run(page, 'zeros');
    expect(await text(page, 'watched')).toBe('all alike');
    await run(page, 'normal');
    expect(await text(page, 'watched')).toBe('different');
  });

  it('6. weights that are too large learn slowly', async () => {
    const page = await open(6);
    const [one, large] = [await run(page, 'one'), await run(page, 'large')];
    expect(large).toBeGreaterThan(one);
  });

  it('7. one step by hand: every matrix from the GPU beside the oracle', async () => {
    const page = await open(7);
    await page.waitForSelector('.byhand table');
    expect(await page.$$eval('.byhand table', (tables) => tables.length)).toBeGreaterThan(0);
  });
});
