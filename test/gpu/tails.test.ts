import { describe, expect, it } from 'vitest';
import { EPSILON, expError } from '../../src/lab/bounds.ts';
import { GPU_PLANS } from '../../src/network/plans.ts';
import { usePage } from './page.ts';

const page = usePage();

/** From where e^-z is as large as 1 to where half of it is about to be subnormal, and may be flushed to 0. */
const FAR = 86.5;
const COUNT = 20_000;
const z = Float32Array.from({ length: COUNT }, (_, i) => (FAR * (i + 1)) / COUNT);
const zeros = (length: number) => new Float32Array(length);

/** log(1 + e^-z), which every loss of a prediction that is right comes down to: each of its digits counts. */
function expectTails(got: Float32Array): void {
  let worst = 0;
  z.forEach((logit, i) => {
    const want = Math.log1p(Math.exp(-logit));
    worst = Math.max(worst, Math.abs(got[i] - want) / want / (expError(logit) + 12 * EPSILON));
  });
  expect(worst).toBeLessThanOrEqual(1);
}

const lossOf = async (flag: string, n: number, inputs: Record<string, Float32Array>): Promise<Float32Array> =>
  (
    await page.run('runKernel', {
      name: 'loss',
      flags: [flag],
      params: { m: COUNT, n, factor: 1, delta: 1 },
      inputs: { a: zeros(n * COUNT), ...inputs },
    })
  ).losses;

describe('a tiny loss keeps its digits, relative to itself', () => {
  it('binary cross-entropy, from either side', async () => {
    expectTails(await lossOf('BINARY_CROSS_ENTROPY', 1, { z, y: zeros(COUNT).fill(1) }));
    expectTails(await lossOf('BINARY_CROSS_ENTROPY', 1, { z: z.map((one) => -one), y: zeros(COUNT) }));
  });

  it('softmax cross-entropy', async () => {
    const pairs = zeros(2 * COUNT);
    const y = zeros(2 * COUNT);
    z.forEach((logit, i) => {
      pairs[2 * i] = logit;
      y[2 * i] = 1;
    });
    expectTails(await lossOf('SOFTMAX_CROSS_ENTROPY', 2, { z: pairs, y }));
  });

  it('softplus of what is far below 0', async () => {
    const { a } = await page.run('runKernel', {
      name: 'activation',
      flags: ['SOFTPLUS'],
      params: { count: COUNT },
      inputs: { z: z.map((one) => -one) },
    });
    expectTails(a);
  });
});

/** 2^20, so that a mean of whole numbers is exact. */
const MANY = 2 ** 20;

describe('the mean of a million losses', () => {
  it('shows a change of one of them by 1', async () => {
    const mean = async (x: Float32Array): Promise<number> =>
      (await page.run('runKernel', { name: 'mean', flags: [], params: { count: MANY }, inputs: { x } }))
        .out[0];
    const x = Float32Array.from({ length: MANY }, (_, i) => i % 16);
    expect(await mean(x)).toBe(7.5);
    for (const place of [0, 777_777, MANY - 1]) {
      const changed = x.slice();
      changed[place]++;
      expect(await mean(changed), String(place)).toBe(7.5 + 1 / MANY);
    }
  });

  it.each(GPU_PLANS)(
    'is exact on whole numbers in a training step, and shows one example: %s',
    async (plan) => {
      // Targets 0, 1, 2, 3 and so on, of which one is 4 in the place of 2.
      const losses = await page.run('firstLosses', { plan, rows: MANY, changed: MANY - 2 });
      expect(losses).toEqual([3.5, 3.5 + 12 / MANY]);
    },
  );
});
