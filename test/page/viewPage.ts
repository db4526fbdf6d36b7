import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import puppeteer, { type Page } from 'puppeteer';
import { afterEach, expect, inject } from 'vitest';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Look {
  readonly width?: number;
  readonly dark?: boolean;
}

/** Opens a view by itself, as `view.html` has it; after each test it is closed, and must not have complained of anything. */
export function views(name: 'digits' | 'hand' | 'own'): (look?: Look) => Promise<Page> {
  const open: (() => Promise<string[]>)[] = [];
  afterEach(async () => {
    for (const close of open.splice(0)) expect(await close()).toEqual([]);
  });
  return async ({ width = 1280, dark = false } = {}) => {
    const browser = await puppeteer.connect({ browserWSEndpoint: inject('browserWSEndpoint') });
    const context = await browser.createBrowserContext();
    const page = await context.newPage();
    const complaints: string[] = [];
    open.push(async () => {
      await context.close();
      await browser.disconnect();
      return complaints;
    });
    page.on('pageerror', (error) => complaints.push(`page: ${(error as Error).message ?? error}`));
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(`console: ${message.text()}`);
    });
    await page.setViewport({ width, height: 800 });
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: dark ? 'dark' : 'light' }]);
    await page.goto(`${inject('serverUrl')}/test/page/view.html?${name}`);
    await page.waitForFunction(() => document.body.dataset.phase === 'ready');
    return page;
  };
}

/** What axe-core finds serious or critical, in a line each. */
export async function findings(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { violations } = await (window as any).axe.run();
    return violations
      .filter(({ impact }: any) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }: any) => `${id}: ${nodes.map(({ html }: any) => html).join(' | ')}`.slice(0, 600));
  });
}

/** How far the page is wider than the window. */
export const overflow = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

/** Waits until what was done has been drawn. */
export const drawn = (page: Page) =>
  page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));

/** Pictures for whoever looks at them, where KATMAN_SHOTS names a folder. */
export async function shoot(page: Page, name: string): Promise<void> {
  const folder = process.env.KATMAN_SHOTS;
  if (folder) await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
}
