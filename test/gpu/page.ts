import puppeteer, { type Browser } from 'puppeteer';
import { afterAll, beforeAll, inject } from 'vitest';
import { type HarnessPage, openPage } from '../../src/cli/harness.ts';

/**
 * A page of the shared browser for the tests of one file: `run` does a task of `test/gpu/tasks.ts` (or
 * of the product) there. Whatever the page, its console or its GPU complains of fails the test.
 */
export function usePage(): Pick<HarnessPage, 'run'> {
  let browser: Browser;
  let page: HarnessPage;
  beforeAll(async () => {
    browser = await puppeteer.connect({ browserWSEndpoint: inject('browserWSEndpoint') });
    page = await openPage(browser, inject('serverUrl'), { tasks: '/test/gpu/tasks.ts' });
  });
  afterAll(async () => {
    await page?.close();
    await browser?.disconnect();
  });
  return { run: (...call) => page.run(...call) };
}
