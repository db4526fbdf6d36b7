import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'puppeteer';
import { expect, it } from 'vitest';
import { findings } from './axe.ts';
import { SMALL, answered, labs, openPanel } from './labPage.ts';
import { pause, phase, step, steps, text } from './visit.ts';

const start = labs();
const source = readFileSync(path.resolve(import.meta.dirname, '../../shaders/matmul.wgsl'), 'utf8');
const edit = (from: string, to: string) => {
  const edited = source.replace(from, to);
  expect(edited).not.toBe(source);
  return edited;
};
const backwards = edit(
  'for (var i = 0u; i < params.k; i++) {',
  'for (var j = 0u; j < params.k; j++) {\n    let i = params.k - 1u - j;',
);
const wrong = edit('var result = params.scale * sum;', 'var result = 1.001 * params.scale * sum;');

const kind = (page: Page, ...kinds: string[]) =>
  page.waitForFunction(
    (wanted) => wanted.includes(document.querySelector<HTMLElement>('.own-kernel')?.dataset.kind ?? ''),
    {},
    kinds,
  );
const playground = (page: Page) => page.goto(new URL('index.html', page.url()).href);

it('a kernel goes from the lab into the live run of the playground, and out of it again', async () => {
  const draft = {
    kernel: 'matmul',
    flags: [],
    constants: {},
    sizes: [16, 16, 16],
    ulps: 8,
    source: backwards,
  };
  const page = await start({ draft });
  expect((await answered(page)).kind).toBe('right');
  // In the tab of the playground, were it open.
  await page.$eval('#use-it', (link) => link.removeAttribute('target'));
  await Promise.all([page.waitForNavigation(), page.click('#use-it')]);
  await kind(page, 'waits');
  await steps(page, 20);
  const before = await text(page, 'plan');
  expect(await page.$eval('.own-kernel', (element) => element.textContent)).toMatch(
    /A kernel of yours for matmul waits/,
  );
  await page.click('#kernel-try');
  await kind(page, 'swapped');
  await page.waitForFunction(() =>
    /textbook with own matmul/.test(document.getElementById('plan')!.textContent!),
  );
  await steps(page, (await step(page)) + 10);
  const bars = await page.$$eval('.compared dl', (all) => all.map((one) => one.textContent!));
  expect(bars).toHaveLength(2);
  expect(bars[0]).toMatch(new RegExp(`before ${before}.*(µs|ms).*now textbook with own matmul.*(µs|ms)`));
  expect(bars[1]).toMatch(/loss, before .*\d\.\d+.*loss, now .*\d\.\d+/);
  expect(await findings(page)).toEqual([]);
  await page.setViewport({ width: 360, height: 800 });
  // The curves are drawn again as wide as there is room.
  await page.waitForFunction(() => document.documentElement.scrollWidth <= 360);
  await page.setViewport({ width: 1280, height: 800 });
  await page.click('#kernel-back');
  await kind(page, 'back');
  await page.waitForFunction((plan) => document.getElementById('plan')!.textContent === plan, {}, before);
  await steps(page, (await step(page)) + 10);
  // It was taken: it does not wait again.
  await playground(page);
  await steps(page, 2);
  expect(await page.$('.own-kernel')).toBeNull();
});

it('a wrong one is refused with its reason, and the loss does not move', async () => {
  const page = await start({ draft: SMALL, waits: false });
  await page.evaluate(
    (left) => localStorage.setItem('katman.kernel', left),
    JSON.stringify({ kernel: 'matmul', source: wrong }),
  );
  await playground(page);
  await steps(page, 20);
  await pause(page);
  const numbers = async () => [await step(page), await text(page, 'loss'), await text(page, 'plan')];
  const before = await numbers();
  await page.click('#kernel-try');
  await kind(page, 'refused');
  expect(await page.$eval('.own-kernel [role=status]', (element) => element.textContent)).toMatch(
    /'matmul' was refused, and training goes on without it: out\[\d+\] is .* and is to be/,
  );
  expect(await numbers()).toEqual(before);
  await page.click('#primary');
  await phase(page, 'playing');
  await steps(page, (await step(page)) + 10);
});

it('what a kernel prints is listed in the lab', async () => {
  const printing = SMALL.source.replace(
    'partial[local] = sum;',
    'partial[local] = sum; if (local == 0u) { print("sum", sum, vec2u(column, local)); }',
  );
  const page = await start({ draft: { ...SMALL, source: printing } });
  expect((await answered(page)).kind).toBe('right');
  await openPanel(page, 'prints');
  await page.waitForSelector('.prints tbody tr');
  const rows = await page.$$eval('.prints tbody tr', (all) => all.map((one) => one.textContent!));
  const line = printing.split('\n').findIndex((one) => one.includes('print(')) + 1;
  expect(rows[0]).toMatch(
    new RegExp(`^${line}0, 0, 0sum: sum = -?[\\d.]+; vec2u\\(column, local\\) = 0, 0$`),
  );
  expect(await findings(page)).toEqual([]);
  const count = rows.length;
  await page.select('[name=printCase]', '0');
  await page.waitForFunction(
    (shown) => document.querySelectorAll('.prints tbody tr').length !== shown,
    {},
    count,
  );
});
