import { describe, expect, it } from 'vitest';
import { type Counted, expectFlat, expectNothingKept, expectSteady, useSoakPage } from '../gpu/soak.ts';

/** Minutes of work of all kinds at the end; KATMAN_SOAK for another number. */
const MINUTES = Number(process.env.KATMAN_SOAK ?? 60);
/** Networks made and disposed of in a round of that work. */
const NETWORKS = 10;
const page = useSoakPage();

describe('long runs', () => {
  it.each(['fused', 'resident', 'textbook'])(
    '100,000 steps of the plan %s: memory and speed stay',
    async (plan) => {
      const { bytes, turns, seen } = await page.train({ steps: 5000, turns: 20, plan });
      expectFlat(seen, 4);
      expectSteady(turns);
      expect(bytes).toBe(0);
    },
    1_800_000,
  );

  it('1,000 networks made, trained, asked and disposed of leave nothing', async () => {
    const seen = await page.measured(20, async () => {
      expect(await page.run('soakNetworks', { count: 50 })).toEqual({ bytes: 0 });
    });
    expectFlat(seen, 4);
  }, 1_800_000);

  it('1,000 trainings aborted at random moments leave nothing, and a network that predicts', async () => {
    let seed = 0;
    const seen = await page.measured(20, async () => {
      const { stopped, bytes } = await page.run('soakAborts', { count: 50, seed: ++seed });
      expect(stopped).toEqual({ aborted: 50 });
      expect(bytes).toBe(0);
    });
    expectFlat(seen, 4);
  }, 1_800_000);

  it(
    `${MINUTES} minutes of all of it: memory stays`,
    async () => {
      const end = Date.now() + MINUTES * 60_000;
      const seen: Counted[] = [];
      let steps = 0;
      while (Date.now() < end || seen.length < 10) {
        for (const plan of ['fused', 'resident', 'textbook']) {
          const { turns } = await page.train({ steps: 500, turns: 4, plan });
          steps += turns.reduce((sum, turn) => sum + turn.steps, 0);
        }
        await page.run('soakNetworks', { count: NETWORKS });
        await page.run('soakAborts', { count: 10, seed: seen.length });
        const { bytes } = await page.run('soakPredictions', { steps: 1000 });
        expect(bytes).toBe(0);
        seen.push(await page.counted());
      }
      console.log(`${seen.length} rounds, ${steps} steps`);
      expectNothingKept(seen, Math.floor(seen.length / 4), NETWORKS);
    },
    (MINUTES + 30) * 60_000,
  );
});
