import { describe, expect, it } from 'vitest';
import { expectFlat, expectSteady, useSoakPage } from './soak.ts';

const page = useSoakPage();

describe('a minute of work', () => {
  it('100,000 steps: memory stays, nothing is made, and they do not slow down', async () => {
    const { bytes, turns, seen } = await page.train({ steps: 10_000, turns: 10, plan: 'resident' });
    expectFlat(seen, 2);
    expectSteady(turns);
    expect(bytes).toBe(0);
  });

  it('100 networks made, trained, asked and disposed of leave nothing', async () => {
    const seen = await page.measured(10, async () => {
      expect(await page.run('soakNetworks', { count: 10 })).toEqual({ bytes: 0 });
    });
    expectFlat(seen, 4);
  });

  it('100 trainings aborted at random moments leave nothing, and a network that predicts', async () => {
    let seed = 0;
    const seen = await page.measured(5, async () => {
      const { stopped, bytes } = await page.run('soakAborts', { count: 20, seed: ++seed });
      expect(stopped).toEqual({ aborted: 20 });
      expect(bytes).toBe(0);
    });
    expectFlat(seen, 1);
  });

  it('a network predicts while it trains', async () => {
    const found = await page.run('soakPredictions', { steps: 5000 });
    expect(found).toMatchObject({ stopped: 'done', steps: 5000, bytes: 0 });
    expect(found.predictions).toBeGreaterThan(1);
  });

  // The last: they stay.
  it('networks that nobody disposes of are found by the count of objects', async () => {
    const seen = await page.counted();
    await page.run('soakKept', { count: 500 });
    expect((await page.counted()).objects - seen.objects).toBeGreaterThan(500);
  });
});
