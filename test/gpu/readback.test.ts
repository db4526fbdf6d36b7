import puppeteer, { type Browser } from 'puppeteer';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type HarnessPage, openPage } from '../../src/cli/harness.ts';

let browser: Browser;
let page: HarnessPage;
beforeAll(async () => {
  browser = await puppeteer.connect({ browserWSEndpoint: inject('browserWSEndpoint') });
  page = await openPage(browser, inject('serverUrl'), { tasks: '/test/gpu/readbackTasks.ts' });
});
afterAll(async () => {
  await page?.close();
  await browser?.disconnect();
});

/** `KATMAN_FUZZ=50` tries fifty times as many, from another seed. */
const more = Number(process.env.KATMAN_FUZZ ?? 1);
const seed = more > 1 ? Date.now() % 2 ** 31 : 1;

describe('read-backs in any order', () => {
  it('bring what was copied, or are refused in a sentence: 10,000 copies, reads, second reads and disposals', async () => {
    const { counts, refused, unheard, bytes } = await page.run('readbacks', { actions: 10_000 * more, seed });
    const said = JSON.stringify({ seed, counts, refused });
    expect(unheard, said).toEqual([]);
    expect(counts.wrong, said).toBe(0);
    expect(counts.right, said).toBeGreaterThan(1000);
    expect(bytes).toBe(0);
    // A second read, a copy into what is being read, and a disposal under a read, all by their own names.
    const kinds = Object.keys(refused).map((message) => message.replace(/ring\d/, 'ring'));
    expect(new Set(kinds.map((message) => message.slice(0, 50))), said).toEqual(
      new Set([
        "KatmanError: 'ring.staging' is being read: wait for it".slice(0, 50),
        "DeviceLostError: A read-back of 'ring.staging' failed: Buffer".slice(0, 50),
      ]),
    );
  });

  it('of networks that train, predict, are closed and made anew on one device give the right numbers', async () => {
    const { counts, refused, unheard, bytes } = await page.run('networks', { actions: 1000 * more, seed });
    const said = JSON.stringify({ seed, counts, refused });
    expect(unheard, said).toEqual([]);
    expect(counts.wrong, said).toBe(0);
    expect(bytes, said).toBe(0);
    for (const message of Object.keys(refused)) expect(message).toMatch(/^UsageError: This training /);
  });
});

it('a read-back brings what the work before it wrote, though one of nothing comes first', async () => {
  const times = 12;
  const { right, unheard } = await page.run('order', { times });
  expect(unheard).toEqual([]);
  expect(right).toBe(times);
});
