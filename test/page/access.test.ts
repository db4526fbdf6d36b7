import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'puppeteer';
import { describe, expect, it } from 'vitest';
import { frame, link, phase, settled, step, steps, visits } from './visit.ts';

const start = visits();
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds that is serious: the rule, and where. */
async function findings(page: Page): Promise<string[]> {
  // Through the debugger, which a Content-Security-Policy does not bind.
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { violations } = await (globalThis as any).axe.run(document, { resultTypes: ['violations'] });
    return violations
      .filter(({ impact }: any) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }: any) =>
        nodes.map(({ target, failureSummary }: any) => `${id}: ${target} ${failureSummary}`),
      );
  });
}

const VIEWS: readonly [string, string, (page: Page) => Promise<unknown>][] = [
  ['the playground', '', async () => {}],
  ['a table', 'data=iris', async () => {}],
  ['images', 'data=digits', (page) => page.waitForSelector('.drawing')],
  [
    'a lesson',
    '',
    async (page) => {
      await page.click('nav button:nth-child(2)');
      await page.waitForSelector('.lessons');
    },
  ],
  [
    'a step by hand',
    '',
    async (page) => {
      await page.click('nav button:nth-child(2)');
      await page.waitForSelector('[data-lesson="7"]');
      await page.click('[data-lesson="7"]');
      await page.waitForSelector('.byhand table');
    },
  ],
];

describe.each(VIEWS)('%s', (_, hash, prepare) => {
  it.each([
    [360, false],
    [360, true],
    [1280, false],
    [1280, true],
    [1920, false],
    [1920, true],
  ])('has no serious finding and no scroll bar at the side at %d px, dark: %s', async (width, dark) => {
    const page = await start({ width, height: 900, dark, hash });
    await steps(page, 1).catch(() => {});
    await prepare(page);
    await frame(page);
    expect(await findings(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
  });
});

describe('by keyboard', () => {
  it('everything is reached by Tab, with a ring around it', async () => {
    const page = await start();
    await steps(page, 1);
    const seen = new Set<string>();
    for (let i = 0; i < 80; i++) {
      await page.keyboard.press('Tab');
      const now = await page.evaluate(() => {
        const element = document.activeElement as HTMLElement;
        const { outlineStyle, outlineWidth } = getComputedStyle(element);
        const name =
          (element as HTMLInputElement).name ||
          element.id ||
          element.dataset.set ||
          element.dataset.action ||
          element.getAttribute('aria-label') ||
          element.textContent!.slice(0, 20);
        return {
          name,
          ring: outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1,
          isBody: element === document.body,
        };
      });
      if (now.isBody) break;
      expect(now.ring, now.name).toBe(true);
      seen.add(now.name);
    }
    for (const name of [
      'theme',
      'primary',
      'step',
      'reset',
      'speed',
      'learningRate',
      'noise',
      'flower',
      'own',
      'digits',
      'verify',
    ])
      expect([...seen]).toContain(name);
  });

  it('space plays and pauses, a full stop makes a step, R starts again, arrows move the cross-hair', async () => {
    const page = await start();
    await steps(page, 3);
    await page.evaluate(() => (document.activeElement as HTMLElement).blur());
    await page.keyboard.press('Space');
    await phase(page, 'paused');
    const paused = await settled(page);
    await page.keyboard.press('.');
    await steps(page, paused + 1);
    expect(await settled(page)).toBe(paused + 1);
    await page.focus('.map');
    const place = () => page.$eval('#probe', (element) => (element as HTMLElement).style.left);
    const before = await place();
    for (let i = 0; i < 8; i++) await page.keyboard.press('ArrowLeft');
    expect(await place()).not.toBe(before);
    await page.keyboard.press('r');
    await page.waitForFunction(() => document.getElementById('step-count')!.textContent === '0');
    expect(await step(page)).toBe(0);
    expect(await link(page)).not.toContain('steps=');
  });
});

it('nothing on the page moves while it trains', async () => {
  const page = await start();
  await steps(page, 30);
  await page.evaluate(() => {
    (globalThis as any).moved = [];
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as any[])
        if (!entry.hadRecentInput)
          (globalThis as any).moved.push([
            entry.value,
            ...entry.sources.map(({ node }: any) => node?.className ?? node?.nodeName),
          ]);
    }).observe({ type: 'layout-shift', buffered: false });
  });
  await page.focus('#speed');
  await page.keyboard.press('End');
  await steps(page, (await step(page)) + 3000);
  expect(await page.evaluate(() => (globalThis as any).moved)).toEqual([]);
});
