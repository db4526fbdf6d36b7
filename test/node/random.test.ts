import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shuffledRow } from '../../src/oracle/step.ts';
import { Random, key, shuffled } from '../../src/random.ts';

describe('Random', () => {
  it('gives the same numbers for the same seed, others for another', () => {
    const draw = (...seed: number[]) =>
      Array.from(
        { length: 5 },
        (
          (random) => () =>
            random.integer()
        )(new Random(...seed)),
      );
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
    expect(draw(1, 0)).not.toEqual(draw(1, 1));
  });

  it('draws uniform and normal numbers of the right mean and spread', () => {
    const random = new Random(7);
    const moments = (draw: () => number) => {
      const values = Array.from({ length: 20_000 }, draw);
      const mean = values.reduce((a, b) => a + b) / values.length;
      return [mean, values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length];
    };
    const [uniformMean, uniformVariance] = moments(() => random.uniform());
    expect(Math.abs(uniformMean - 0.5)).toBeLessThan(0.01);
    expect(Math.abs(uniformVariance - 1 / 12)).toBeLessThan(0.003);
    const [normalMean, normalVariance] = moments(() => random.normal());
    expect(Math.abs(normalMean)).toBeLessThan(0.03);
    expect(Math.abs(normalVariance - 1)).toBeLessThan(0.05);
  });
});

describe('shuffled', () => {
  it('is a permutation of any number of rows for any key, and the twin agrees', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 700 }),
        fc.integer({ min: 0, max: 2 ** 32 - 1 }),
        (n, shuffleKey) => {
          const rows = Array.from({ length: n }, (_, i) => shuffled(i, n, shuffleKey));
          expect(new Set(rows).size).toBe(n);
          expect(Math.max(...rows)).toBe(n - 1);
          expect(Array.from({ length: n }, (_, i) => shuffledRow(i, n, shuffleKey))).toEqual(rows);
        },
      ),
    );
  });

  it('sends every row everywhere about equally often over the epochs', () => {
    const n = 37;
    const epochs = 3700;
    const counts = new Float64Array(n * n);
    for (let epoch = 0; epoch < epochs; epoch++) {
      for (let i = 0; i < n; i++) counts[i * n + shuffled(i, n, key(1, epoch))]++;
    }
    // Chi-squared with (n - 1)^2 = 1296 degrees of freedom: mean 1296, standard deviation 51.
    const expected = epochs / n;
    const chi2 = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    expect(chi2).toBeLessThan(1296 + 6 * 51);
  });

  it('keeps neighbours apart: few rows stay beside the one before them', () => {
    const n = 1437;
    let neighbours = 0;
    for (let epoch = 0; epoch < 20; epoch++) {
      for (let i = 1; i < n; i++) {
        const step = shuffled(i, n, key(3, epoch)) - shuffled(i - 1, n, key(3, epoch));
        neighbours += Number(Math.abs(step) === 1);
      }
    }
    // In a random order two neighbours in n are expected to follow each other either way.
    expect(neighbours / 20).toBeLessThan(8);
  });
});
