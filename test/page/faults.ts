import type { Page } from 'puppeteer';

/** With these a browser opens the GPU again as often as it is lost. */
export const OFTEN = ['--disable-domain-blocking-for-3d-apis', '--disable-gpu-process-crash-limit'];

export const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** What makes the browser of a page lose its GPU. */
export async function losses(page: Page): Promise<() => Promise<void>> {
  const session = await page.browser().target().createCDPSession();
  return () => session.send('Browser.crashGpuProcess').catch(() => {});
}

/** Lets the page train as fast as it can. */
export async function flatOut(page: Page): Promise<void> {
  await page.focus('#speed');
  await page.keyboard.press('End');
}
