import puppeteer, { type Browser } from 'puppeteer';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type HarnessPage, openPage } from '../../src/cli/harness.ts';
import { dense } from '../../src/network/layers.ts';
import { adam } from '../../src/network/optimizer.ts';
import type { StepProfile } from '../../src/session/profileStep.ts';
import { data, network } from './small.ts';

let browser: Browser;
let page: HarnessPage;
beforeAll(async () => {
  browser = await puppeteer.connect({ browserWSEndpoint: inject('browserWSEndpoint') });
  page = await openPage(browser, inject('serverUrl'), { tasks: '/test/gpu/profileTasks.ts' });
});
afterAll(async () => {
  await page?.close();
  await browser?.disconnect();
});

const input = {
  network,
  data,
  options: { optimizer: adam({ learningRate: 0.01 }), batchSize: 16, plan: 'textbook' as const, clip: 1 },
};
const choices = [{ plan: 'textbook' }, { plan: 'fused' }, { plan: 'resident' }];

describe('where the time of a step goes', () => {
  it('names every pass of each plan in its order, with times and shares, and leaves the training as it is', async () => {
    const found = await page.run('profile', { ...input, choices });
    const plain = await page.run('profile', { ...input, choices: [] });
    const profiles: StepProfile[] = found.profiles;
    expect(profiles.map(({ passes }) => passes.map(({ label }) => label))).toEqual(found.labels);
    for (const { passes, step, plan, rows } of profiles) {
      expect(step, plan).toBeGreaterThan(0);
      expect(rows).toBe(16);
      for (const { time, share, label } of passes) {
        expect(time, label).toBeGreaterThanOrEqual(0);
        expect(share, label).toBeLessThanOrEqual(1);
      }
      expect(passes.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 6);
    }
    const [textbook, fused, resident] = profiles;
    expect(new Set(textbook.passes.map(({ phase }) => phase))).toEqual(
      new Set(['batch', 'forward', 'loss', 'backward', 'update', 'record']),
    );
    expect(fused.passes.length).toBeLessThan(textbook.passes.length);
    expect(resident.passes.length).toBe(1);
    // Not a bit of the weights has changed, then or later.
    expect(found.after).toEqual(found.before);
    expect(found.before).toEqual(plain.before);
    expect(found.trained).toEqual(plain.trained);
    expect(found.left).toBe(0);
  });

  it("estimates by the page's clock where there are no timestamps, and says so", async () => {
    const { profiles } = await page.run('profile', { ...input, choices: [{ plan: 'fused' }], wall: true });
    const [profile]: StepProfile[] = profiles;
    expect(profile.clock).toBe('wall');
    expect(profile.passes.length).toBeGreaterThan(1);
    expect(profile.step).toBeGreaterThan(0);
  });

  it('refuses a plan that cannot train the network, with the reason', async () => {
    const network = { inputs: 6, layers: [dense(512, 'tanh'), dense(512, 'tanh'), dense(3, 'softmax')] };
    await expect(page.run('profile', { ...input, network, choices: [{ plan: 'resident' }] })).rejects.toThrow(
      /'resident' cannot train this: .*too many for one workgroup/,
    );
  });
});
