import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Optimizer, adam, nesterov } from '../../src/network/optimizer.ts';
import { usePage } from './page.ts';

const page = usePage();
const { sets } = JSON.parse(
  readFileSync(path.resolve(import.meta.dirname, '../../golden/accuracy.json'), 'utf8'),
);
const SEEDS = [1, 2, 3, 4, 5];
const median = (values: number[]) => [...values].sort((a, b) => a - b)[values.length >> 1];

/** Both references decay by alpha / (2 m) sum W^2, m the rows of a batch; l2 / 2 sum W^2 here. */
function methodOf({ solver, lr, batch, alpha, epochs, hidden, activation }: any) {
  const options = { learningRate: lr, l2: alpha / batch };
  const optimizer: Optimizer = solver === 'adam' ? adam(options) : nesterov(options);
  return {
    hidden: hidden.map((units: number) => [units, activation]),
    fit: { optimizer, batchSize: batch, epochs },
  };
}

const cases: [string, string, any][] = Object.entries<any>(sets)
  .filter(([, { metric }]) => metric === 'accuracy')
  .flatMap(([name, { configs }]) =>
    configs.map((config: any): [string, string, any] => [name, config.name, config]),
  );

describe('accuracy as scikit-learn and PyTorch reach it', () => {
  it.each(cases)('%s, %s: seeds 1 to 5', async (name, _config, config) => {
    const { hidden, fit } = methodOf(config);
    const found: number[] = [];
    for (const seed of SEEDS)
      found.push((await page.run('trainBuiltin', { name, hidden, fit: { ...fit, seed } })).test.accuracy);
    const { require_each_run_at_least: each, require_median_of_5_runs_at_least: half } = config;
    // The file gives four digits.
    expect(Math.min(...found), found.join(' ')).toBeGreaterThanOrEqual(each - 1e-4);
    expect(median(found), found.join(' ')).toBeGreaterThanOrEqual(half - 1e-4);
  });
});

/**
 * scikit-learn's own five seeds are one draw: of 20 such draws its median of iris lies between 0.9533 and
 * 0.9667, its lowest of breast cancer between 0.9719 and 0.9772. So a median may miss theirs by one row, as
 * in the rows above, and no run may be below the lowest of its 100 seeds (docs/method.md).
 */
const LOWEST_OF_100: Record<string, number> = { iris: 142 / 150, breast_cancer: 553 / 569 };

describe('accuracy in 5-fold cross-validation', () => {
  const folded: [string, any][] = Object.entries<any>(sets).filter(
    ([, set]) => set.folds5 && set.metric === 'accuracy',
  );
  it.each(folded)("%s: five seeds reach scikit-learn's", async (name, { configs, folds5 }) => {
    const { hidden, fit } = methodOf(configs.find((config: any) => config.name === folds5.config));
    const found: number[] = [];
    for (const seed of SEEDS)
      found.push(
        await page.run('crossValidate', { name, hidden, fit: { ...fit, seed }, init: { bias: 'xavier' } }),
      );
    const { min, median: half } = folds5.sklearn;
    expect(Math.min(...found), found.join(' ')).toBeGreaterThanOrEqual((LOWEST_OF_100[name] ?? min) - 1e-9);
    expect(median(found), found.join(' ')).toBeGreaterThanOrEqual(half - 1 / folds5.rows - 1e-9);
  });
});
