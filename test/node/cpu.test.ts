import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { Products, columnSums, matrix, transposed } from '../../src/cpu/products.ts';
import { CpuTrainer } from '../../src/cpu/trainer.ts';
import { initialize } from '../../src/network/initialize.ts';
import { type Loss, dense } from '../../src/network/layers.ts';
import { adam, momentum, nesterov, rmsprop } from '../../src/network/optimizer.ts';
import { batchAt } from '../../src/network/schedule.ts';
import { Random } from '../../src/random.ts';
import { runGoldenOnCpu } from '../../src/session/golden.ts';
import { goldenErrors } from '../../src/session/goldenErrors.ts';
import { readGolden } from '../../src/session/goldenFile.ts';
import { PLAIN, PlanRun } from './planRun.ts';

const folder = path.resolve(import.meta.dirname, '../../golden');
const files = readdirSync(folder).filter((name) => /^\d\d-/.test(name));

describe('the cpu plan', () => {
  it.each(files)('%s: is within the tolerance of float32', (file) => {
    const golden = readGolden(readFileSync(path.join(folder, file), 'utf8'), file)!;
    for (const { quantity, error, tolerance } of goldenErrors(runGoldenOnCpu(golden), golden))
      expect(error, quantity).toBeLessThanOrEqual(tolerance);
  });

  it.each<[Loss, 'softmax' | 'sigmoid' | 'identity', ReturnType<typeof adam>]>([
    ['softmaxCrossEntropy', 'softmax', adam({ learningRate: 0.02, l1: 0.01 })],
    ['binaryCrossEntropy', 'sigmoid', nesterov({ learningRate: 0.1, l2: 0.02, decays: 'all' })],
    ['huber', 'identity', rmsprop({ learningRate: 0.01, momentum: 0.5 })],
    ['mse', 'identity', momentum({ learningRate: 0.02, weightDecay: 0.1 })],
  ])('%s: shuffles, drops, clips and weighs as the oracle does', (loss, output, optimizer) => {
    const random = new Random(4);
    const rows = 50;
    const x = Float32Array.from({ length: 3 * rows }, () => random.normal());
    const y = loss.endsWith('Entropy')
      ? Float32Array.from({ length: 3 * rows }, (_, i) => Number(i % 3 === Math.floor(i / 3) % 3))
      : Float32Array.from({ length: 3 * rows }, (_, i) => Math.sin(i));
    const weight = Float32Array.from({ length: rows }, (_, i) => 0.5 + (i % 4) / 2);
    const architecture = {
      inputs: 3,
      layers: [dense(8, 'gelu', { dropout: 0.3 }), dense(6, 'silu'), dense(5, 'elu'), dense(3, output)],
    };
    const init = initialize(architecture, { seed: 3 });
    const method = { ...PLAIN, loss, optimizer, clip: 0.5, weighted: true, huberDelta: 0.4, accuracy: true };
    const trainer = new CpuTrainer(architecture, init, { rows, x, y, weight }, method, 16);
    const oracle = new PlanRun({ architecture, method, x, y, weight, init });
    for (let i = 0; i < 24; i++) {
      const batch = batchAt(i, { rows, batchSize: 16, shuffle: true, seed: 5 });
      const want = oracle.step(batch);
      const got = trainer.step({ ...batch, learningRate: optimizer.learningRate });
      expect(Math.abs(got.loss - want), `step ${i}`).toBeLessThan(2e-5 * Math.max(1, want));
      expect(got.accuracy).toBeCloseTo(oracle.get('accuracy')[0], 6);
    }
  });
});

describe('the products of the cpu plan', () => {
  const random = new Random(6);
  /** Every third number 0, as ReLU leaves them. */
  const draw = (count: number) =>
    Float32Array.from({ length: count }, (_, i) => (i % 3 ? random.normal() : 0));

  it.each([1, 2, 7, 8, 9, 16, 17])(
    'are sums of products, with %i columns, as they lie and transposed',
    (n) => {
      const products = new Products(9, 17);
      for (const [m, k] of [
        [1, 1],
        [3, 9],
        [5, 2],
      ]) {
        const [left, right, start] = [draw(m * k), draw(k * n), draw(n)];
        const want = (i: number, j: number) =>
          Array.from({ length: k }, (_, t) => left[i * k + t] * right[t * n + j]).reduce((a, b) => a + b, 0);
        const flip = (values: Float32Array, rows: number, columns: number) =>
          Float32Array.from(values, (_, at) => values[(at % rows) * columns + Math.floor(at / rows)]);
        const turned = (values: Float32Array, rows: number, columns: number) =>
          transposed(matrix(flip(values, rows, columns), rows));
        for (const a of [matrix(left, k), turned(left, m, k)]) {
          for (const b of [matrix(right, n), turned(right, k, n)]) {
            const out = new Float32Array(m * n).fill(NaN);
            products.multiply(a, b, out, [m, k, n], { start, scale: 0.5 });
            out.forEach((got, at) => {
              const expected = start[at % n] + 0.5 * want(Math.floor(at / n), at % n);
              expect(Math.abs(got - expected)).toBeLessThanOrEqual(2 ** -23 * Math.abs(expected) + 1e-15);
            });
          }
        }
      }
    },
  );

  it('sum columns, and let nothing that is not finite pass for 0', () => {
    const sums = new Float32Array(2);
    columnSums(Float32Array.of(1, 2, 3, 4), sums, 2, 2, 0.5);
    expect([...sums]).toEqual([2, 3]);
    const out = new Float32Array(1);
    new Products(2, 1).multiply(
      matrix(Float32Array.of(NaN, 0), 2),
      matrix(Float32Array.of(1, 1), 1),
      out,
      [1, 2, 1],
    );
    expect(out[0]).toBeNaN();
  });
});
