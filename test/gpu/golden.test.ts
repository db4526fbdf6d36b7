import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { GPU_PLANS } from '../../src/network/plans.ts';
import { sgd } from '../../src/network/optimizer.ts';
import type { GpuChoice } from '../../src/session/choice.ts';
import type { GoldenResult } from '../../src/session/golden.ts';
import { type Golden, readGolden } from '../../src/session/goldenFile.ts';
import { goldenErrors } from '../../src/session/goldenErrors.ts';
import { usePage } from './page.ts';

const page = usePage();
const folder = path.resolve(import.meta.dirname, '../../golden');
const text = (file: string) => readFileSync(path.join(folder, file), 'utf8');
const files = readdirSync(folder).filter((name) => /^\d\d-/.test(name));

describe.each(GPU_PLANS)('golden runs with the %s plan', (plan) => {
  it.each(files)('%s is within its own tolerance', async (file) => {
    const golden: Golden = readGolden(text(file), file)!;
    const result: GoldenResult = await page.run('golden', { file: golden, choice: { plan } });
    for (const { quantity, error, tolerance } of goldenErrors(result, golden)) {
      expect(error, quantity).toBeLessThanOrEqual(tolerance);
    }
  });
});

describe('golden runs with gradients in parts of the rows', () => {
  const split: GpuChoice = { plan: 'fused', tile: { rows: 1, columns: 1, workgroup: 64, split: 4 } };
  // Deep, wide, in batches of which the last is short.
  it.each(files.filter((file) => /^(09|10|21|35|38)/.test(file)))(
    '%s is within its own tolerance',
    async (file) => {
      const golden: Golden = readGolden(text(file), file)!;
      const result: GoldenResult = await page.run('golden', { file: golden, choice: split });
      for (const { quantity, error, tolerance } of goldenErrors(result, golden)) {
        expect(error, quantity).toBeLessThanOrEqual(tolerance);
      }
    },
  );
});

describe('update rules alone, as torch.optim has them', () => {
  const { p0, grads, runs } = JSON.parse(text('optimizers.json'));
  const cases: [string, any][] = runs.map((run: any, i: number) => [
    `${i} ${Object.values(run.optimizer).join(' ')}`,
    run,
  ]);
  it.each(cases)('%s: parameters after each of 12 steps', async (_title, run) => {
    const got: number[] = await page.run('optimizer', { p0, grads: grads.data, run });
    const want: number[] = run.params_after_step.data ?? run.params_after_step.flat();
    const n = p0.length;
    const furthest = Math.max(...p0.map((p: number, k: number) => Math.abs(want[want.length - n + k] - p)));
    got.forEach((value, j) => {
      // Relative to how far the element has moved, beyond the rounding of the parameter itself.
      const start = p0[j % n];
      const rounding = 6e-7 * Math.max(0.1, Math.abs(start));
      const moved = Math.max(Math.abs(want[j] - start), 1e-3 * furthest);
      expect(Math.max(0, Math.abs(value - want[j]) - rounding) / moved, `${j}`).toBeLessThanOrEqual(1e-4);
    });
    expect(got.length).toBe(want.length);
  });
});

describe('kernels against PyTorch', () => {
  const golden = JSON.parse(text('kernels.json'));
  const run = (name: string, flags: string[], params: object, inputs: Record<string, number[]>) =>
    page.run('runKernel', {
      name,
      flags,
      params,
      inputs: Object.fromEntries(
        Object.entries(inputs).map(([input, values]) => [input, Float32Array.from(values)]),
      ),
    });
  /** Within a share of the largest number, or of each where that is above 1. */
  const near = (got: ArrayLike<number>, want: number[], tolerance: number, scale?: number) => {
    expect(got.length).toBe(want.length);
    want.forEach((value, i) =>
      expect(Math.abs(got[i] - value) / (scale ?? Math.max(1, Math.abs(value))), `${i}`).toBeLessThanOrEqual(
        tolerance,
      ),
    );
  };
  const largest = (values: number[]) => Math.max(...values.map(Math.abs));

  const products: [string, any][] = golden.matmul_bias.map((one: any) => [`${one.m}x${one.k}x${one.n}`, one]);
  it.each(products)(
    'matmul %s, its gradients and column sums',
    async (_title, { m, k, n, A, W, b, Z, dZ, dA, dW, db }) => {
      for (const kernel of ['matmul', 'matmulTiled']) {
        const product = async (flags: string[], params: object, inputs: Record<string, number[]>) =>
          (await run(kernel, flags, { ...params, scale: 1 }, inputs)).out;
        near(await product(['BIAS'], { m, k, n }, { a: A, b: W, bias: b }), Z, 1e-5, largest(Z));
        near(await product(['TRANSPOSE_B'], { m, k: n, n: k }, { a: dZ, b: W }), dA, 1e-5, largest(dA));
        near(await product(['TRANSPOSE_A'], { m: k, k: m, n }, { a: A, b: dZ }), dW, 1e-5, largest(dW));
      }
      near((await run('columnSums', [], { m, n, scale: 1 }, { a: dZ })).out, db, 1e-5, largest(db));
    },
  );

  it.each(['sigmoid', 'tanh', 'relu', 'leaky_relu', 'identity'])('%s and its slope', async (name) => {
    const { x } = golden.activations;
    const flags = name === 'identity' ? [] : [name.toUpperCase()];
    const { y, dydx } = golden.activations[name];
    const params = { count: x.length };
    near((await run('activation', flags, params, { z: x })).a, y, 5e-6);
    const da = x.map(() => 1);
    near((await run('activationGrad', flags, params, { z: x, da })).dz, dydx, 5e-6);
  });

  it('softmax cross-entropy and its gradient', async () => {
    const { shape, logits, labels, softmax, loss_per_row, dlogits_of_mean } = golden.softmax_cross_entropy;
    const [m, n] = shape;
    const y = labels.flatMap((label: number) => Array.from({ length: n }, (_, j) => Number(j === label)));
    const { a } = await run('softmax', [], { m, n }, { z: logits });
    near(a, softmax, 1e-5);
    const inputs = { z: logits, a: [...a], y };
    const params = { m, n, factor: 1, delta: 1 };
    near((await run('loss', ['SOFTMAX_CROSS_ENTROPY'], params, inputs)).losses, loss_per_row, 1e-5);
    const { out } = await run('outputGrad', [], { m, n, delta: 1 }, { a: [...a], y });
    near(
      Array.from(out as Float32Array, (value) => value / m),
      dlogits_of_mean,
      1e-5,
    );
  });

  it('binary cross-entropy and its gradient', async () => {
    const { logits, y, loss, dlogit } = golden.binary_cross_entropy;
    const m = logits.length;
    const { a } = await run('activation', ['SIGMOID'], { count: m }, { z: logits });
    const inputs = { z: logits, a: [...a], y };
    const params = { m, n: 1, factor: 1, delta: 1 };
    near((await run('loss', ['BINARY_CROSS_ENTROPY'], params, inputs)).losses, loss, 1e-5);
    near((await run('outputGrad', [], { m, n: 1, delta: 1 }, { a: [...a], y })).out, dlogit, 1e-5);
  });

  it('both conventions of the mean squared error, and their gradients', async () => {
    const { shape, P, Y } = golden.mse;
    const [m, n] = shape;
    for (const [reduction, share, scale] of [
      ['mean_batch_outputs', 1 / n, 2 / (m * n)],
      ['half_mean_batch', 1 / 2, 1 / m],
    ] as const) {
      const { loss, dP } = golden.mse[reduction];
      const { losses } = await run('loss', [], { m, n, factor: share, delta: 1 }, { z: P, a: P, y: Y });
      const { out } = await run('mean', [], { count: m }, { x: [...losses] });
      near(out, [loss], 1e-5);
      const difference = (await run('outputGrad', [], { m, n, delta: 1 }, { a: P, y: Y })).out;
      near(
        Array.from(difference as Float32Array, (value) => value * scale),
        dP,
        1e-5,
      );
    }
  });

  it('column sums', async () => {
    const { shape, A, sums } = golden.column_sums;
    const { out } = await run('columnSums', [], { m: shape[0], n: shape[1], scale: 1 }, { a: A });
    near(out, sums, 1e-5, largest(sums));
  });
});

describe('the flower of the course', () => {
  const flower = JSON.parse(text('flower.json'));
  const [x, y] = (() => {
    const lines = readFileSync(path.resolve(import.meta.dirname, '../../data/flower.csv'), 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split(',').map(Number));
    return [Float32Array.from(lines.flatMap(([x1, x2]) => [x1, x2])), Float32Array.from(lines, (l) => l[2])];
  })();

  it('costs what PyTorch computes, every 1000 of 10,000 steps', async () => {
    const { history, metrics } = await page.run('fit', {
      network: {
        inputs: 2,
        layers: [
          { units: 4, activation: 'tanh' },
          { units: 1, activation: 'sigmoid' },
        ],
      },
      parameters: flower.init.map(({ W, b }: any) => ({ w: W.data, b: b.data })),
      data: { rows: 400, x, y },
      // The cost after step 10,000 is that of one step more, before its update.
      fit: { optimizer: sgd({ learningRate: 1.2 }), batchSize: 400, steps: 10_001 },
    });
    const costs = flower.cost_every_1000.map((_: number, i: number) => history.loss[1000 * i]);
    costs.forEach((cost: number, i: number) => {
      const error = Math.abs(cost / flower.cost_every_1000[i] - 1);
      expect(error, `step ${1000 * i}: ${cost}`).toBeLessThanOrEqual(
        flower.tolerance.cost_rel_by_checkpoint[i],
      );
    });
    expect(100 * metrics.accuracy).toBeGreaterThanOrEqual(flower.tolerance.accuracy_percent_min);
    expect(100 * metrics.accuracy).toBeLessThanOrEqual(flower.tolerance.accuracy_percent_max);
  });
});
