import puppeteer, { type Browser } from 'puppeteer';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type HarnessPage, openPage } from '../../src/cli/harness.ts';

let browser: Browser;
let page: HarnessPage;
beforeAll(async () => {
  browser = await puppeteer.connect({ browserWSEndpoint: inject('browserWSEndpoint') });
  page = await openPage(browser, inject('serverUrl'), { tasks: '/test/gpu/memoryTasks.ts' });
});
afterAll(async () => {
  await page?.close();
  await browser?.disconnect();
});

describe('more than all buffers together may have', () => {
  it('is refused before it is asked for: network, data and optimizer, by name, and nothing is left of it', async () => {
    const memory = 8 * 2 ** 20;
    const { stated, free, found, predicted, steps, raised, left } = await page.run('budget', { memory });
    // Half of what the machine has, in MiB, or of 8 GiB.
    expect(stated).toBeGreaterThanOrEqual(128);
    expect(stated).toBeLessThanOrEqual(32_768);
    const names = { network: 'parameters', data: 'data\\.x0', optimizer: '[mv]' };
    for (const [what, name] of Object.entries(names)) {
      const { message, bytes, made } = found[what];
      expect(message, what).toMatch(
        new RegExp(
          `^GpuUnavailableError: '${name}' needs \\d+ bytes, but this adapter's free gpu\\.memory is \\d+; use a smaller`,
        ),
      );
      expect(bytes, what).toBe(free);
      if (what !== 'optimizer') expect(made, what).toBe(0);
    }
    expect(predicted).toBe(true);
    expect(steps).toBe(3);
    expect(raised).toBe('nothing was thrown');
    expect(left).toBe(0);
  });
});
