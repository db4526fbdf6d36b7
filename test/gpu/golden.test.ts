import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Golden, GoldenResult } from '../../src/session/golden.ts';
import { goldenErrors } from '../../src/session/goldenErrors.ts';
import { usePage } from './page.ts';

const page = usePage();
const read = (name: string) =>
  JSON.parse(readFileSync(path.resolve(import.meta.dirname, '../../golden', `${name}.json`), 'utf8'));

/** Plain gradient descent, computed by PyTorch in float64. */
const RUNS = [
  '01-linear-mse-sgd',
  '02-linear-msehalf-sgd',
  '03-logistic-bce-sgd',
  '04-softmaxreg-ce-sgd',
  '05-tanh-bce-sgd',
  '18-width1-batch1-mse-sgd',
  '20-tile-edges-33-65-17-sgd',
  '26-out-sigmoid-mse-sgd',
  '32-saturated-softmax',
  '34-long-tanh-bce-sgd-1000',
];

describe('golden runs on the GPU', () => {
  it.each(RUNS)('%s is within its own tolerance', async (name) => {
    const golden: Golden = read(name);
    const result: GoldenResult = await page.run('golden', golden);
    for (const { quantity, error, tolerance } of goldenErrors(result, golden)) {
      expect(error, quantity).toBeLessThanOrEqual(tolerance);
    }
  });
});

describe('the flower of the course', () => {
  const flower = read('flower');
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
      fit: { optimizer: { name: 'sgd', learningRate: 1.2 }, batchSize: 400, steps: 10_001 },
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
