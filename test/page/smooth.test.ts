import type { Page } from 'puppeteer';
import { expect, it } from 'vitest';
import { frame, step, steps, visits } from './visit.ts';

const start = visits();
const WATCHED_MS = 5000;

async function flatOut(page: Page): Promise<void> {
  await steps(page, 20);
  await page.focus('#speed');
  await page.keyboard.press('End');
  await steps(page, (await step(page)) + 200);
}

it.each(['flower', 'digits'])('%s, flat out: no long task, and keys are answered at once', async (data) => {
  const page = await start({ hash: `data=${data}` });
  await flatOut(page);
  await page.evaluate(() => {
    (globalThis as any).long = [];
    new PerformanceObserver((list) =>
      (globalThis as any).long.push(...list.getEntries().map(({ duration }) => duration)),
    ).observe({ type: 'longtask' });
  });
  const [before, began] = [await step(page), Date.now()];
  const answers: number[] = [];
  const until = Date.now() + WATCHED_MS;
  await page.focus('.map');
  while (Date.now() < until) {
    // From the key to the frame in which its answer is there.
    answers.push(
      await page.evaluate(async () => {
        const before = document.getElementById('probe')!.style.left;
        const began = performance.now();
        document.activeElement!.dispatchEvent(
          new KeyboardEvent('keydown', {
            key: Math.floor(began) % 2 ? 'ArrowLeft' : 'ArrowRight',
            bubbles: true,
          }),
        );
        while (document.getElementById('probe')!.style.left === before)
          await new Promise((done) => setTimeout(done, 0));
        return performance.now() - began;
      }),
    );
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const rate = (1000 * ((await step(page)) - before)) / (Date.now() - began);
  const long: number[] = await page.evaluate(() => (globalThis as any).long);
  console.log(
    `${data}: longest task ${Math.max(0, ...long)} ms, slowest answer ${Math.max(...answers).toFixed(0)} ms, ${rate.toFixed(0)} steps/s`,
  );
  expect(long.filter((duration) => duration > 50)).toEqual([]);
  expect(Math.max(...answers)).toBeLessThan(100);
});

it('a hidden tab trains on, and draws nothing', async () => {
  const page = await start();
  await flatOut(page);
  const pace = async () => {
    const before = await step(page);
    await new Promise((resolve) => setTimeout(resolve, 3000));
    return ((await step(page)) - before) / 3;
  };
  const seen = await pace();
  await page.evaluate(() => {
    Object.defineProperty(document, 'hidden', { value: true, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  });
  await frame(page);
  const hidden = await pace();
  console.log(`${seen.toFixed(0)} steps/s while seen, ${hidden.toFixed(0)} while hidden`);
  expect(hidden).toBeGreaterThan(0.9 * seen);
});
