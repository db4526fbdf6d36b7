import puppeteer from 'puppeteer';
import { expect, inject, it } from 'vitest';
import { openPage } from '../../src/cli/harness.ts';

it('no bound refuses one of 100,000 correct numbers', async () => {
  const browser = await puppeteer.connect({ browserWSEndpoint: inject('browserWSEndpoint') });
  const page = await openPage(browser, inject('serverUrl'), { tasks: '/test/long/tasks.ts' });
  try {
    const { compared, refused } = await page.run('falseAlarms', { elements: 100_000, seed: 0xa1a2 });
    console.log(JSON.stringify(compared));
    expect(refused).toEqual([]);
    expect(compared.statistical).toBeGreaterThanOrEqual(100_000);
    expect(compared.rigorous).toBeGreaterThanOrEqual(100_000);
  } finally {
    await page.close();
    await browser.disconnect();
  }
}, 600_000);
