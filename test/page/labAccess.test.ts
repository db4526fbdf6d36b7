import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'puppeteer';
import { expect, it } from 'vitest';
import { labs, openPanel, SMALL } from './labPage.ts';
import { frame } from './visit.ts';

const start = labs();
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

it.each([
  [360, false],
  [360, true],
  [1280, false],
  [1280, true],
])(
  'no panel has a serious finding, nor a scroll bar at the side, at %d px, dark: %s',
  async (width, dark) => {
    const page = await start({ width, height: 900, dark, draft: { ...SMALL, oracle: undefined } });
    await page.click('[data-action=save]');
    for (const panel of ['look', 'sweep', 'history', 'oracle', 'prints']) {
      await openPanel(page, panel);
      if (panel === 'oracle') await page.click('[name=useOracle]');
      await frame(page);
      expect(await findings(page), panel).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    }
  },
);

it('speaks Turkish, the editor too', async () => {
  const page = await start();
  await page.click('[lang=tr]');
  await page.waitForFunction(() => document.documentElement.lang === 'tr');
  expect(await page.$eval('#judge', (element) => element.textContent)).toBe('Şimdi sına');
  const label = await page.$eval('#editor >>> .cm-content', (element) => element.getAttribute('aria-label'));
  expect(label).toBe('Çekirdeğin WGSL metni');
});
