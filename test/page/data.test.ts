import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { number, phase, settled, steps, text, visits } from './visit.ts';

const start = visits();

it("one's own file: dropped, looked at, trained", async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'katman-page-'));
  try {
    const file = path.join(folder, 'plants.csv');
    const rows = Array.from({ length: 120 }, (_, i) => {
      const kind = i % 2;
      const spread = ((i * 37) % 11) / 20;
      return `${(2 + 3 * kind + spread).toFixed(2)},${(1 + kind - spread).toFixed(2)},${kind ? 'oak' : 'fir'}`;
    });
    writeFileSync(file, ['height,width,tree', ...rows].join('\n'));
    const page = await start();
    await steps(page, 1);
    await page.click('[data-action=own]');
    const input = (await page.waitForSelector('dialog input[type=file]'))!;
    await (input as any).uploadFile(file);
    const use = (await page.waitForSelector('dialog button.primary:not(:disabled)'))!;
    await use.click();
    await page.waitForFunction(() => !document.querySelector('dialog[open]'));
    await page.waitForFunction(() => document.querySelector('.data h2 .note')!.textContent!.includes('120'));
    await page.focus('#speed');
    await page.keyboard.press('End');
    await page.waitForFunction(() => parseFloat(document.getElementById('score')!.textContent!) > 95);
    expect(await page.$$eval('.graph .input', (inputs) => inputs.map(({ title }: any) => title))).toEqual([
      'height',
      'width',
    ]);
    expect(await text(page, 'alert').catch(() => '')).not.toMatch(/does not work/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('digits: learnt, shown with the wrong ones first, and one that is drawn is classified as it is drawn', async () => {
  const page = await start({ hash: 'data=digits', height: 1400 });
  await steps(page, 5);
  await page.focus('#speed');
  await page.keyboard.press('End');
  await page.waitForFunction(() => parseFloat(document.getElementById('test-score')!.textContent!) > 93);
  await page.click('#primary');
  await phase(page, 'paused');
  await settled(page);
  expect(await number(page, 'score')).toBeGreaterThan(93);
  const pad = (await page.waitForSelector('.drawing [role=grid], .drawing svg'))!;
  await pad.scrollIntoView();
  const { x, y, width, height } = (await pad.boundingBox())!;
  // A vertical stroke: a one.
  await page.mouse.move(x + width / 2, y + height * 0.2);
  await page.mouse.down();
  await page.mouse.move(x + width / 2, y + height * 0.8, { steps: 12 });
  await page.mouse.up();
  await page.waitForSelector('.winner');
  expect(await page.$eval('.winner .verdict-class', (e) => e.textContent)).toBe('1');
});
