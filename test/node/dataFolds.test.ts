import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Dataset } from '../../src/data/dataset.ts';
import { folds } from '../../src/data/folds.ts';
import { DataError } from '../../src/errors.ts';

const byLabels = (labels: readonly number[]) =>
  Dataset.classification({
    name: 'test',
    features: ['row'],
    x: Float32Array.from(labels.keys()),
    targets: ['label'],
    classes: ['a', 'b', 'c', 'd'],
    labels,
  });

const regression = (rows: number) =>
  new Dataset({
    name: 'test',
    features: ['row'],
    x: new Float32Array(rows),
    targets: ['y', 'z'],
    y: new Float32Array(2 * rows),
  });

const spread = (counts: readonly number[]) => Math.max(...counts) - Math.min(...counts);

describe('folds', () => {
  it('have every row once, of each class and in all as many as the others or one more', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(3), { minLength: 2, maxLength: 100 }),
        fc.nat(),
        fc.nat(),
        (labels, draw, seed) => {
          const k = 2 + (draw % (labels.length - 1));
          const parts = folds(byLabels(labels), k, seed);
          expect(parts).toHaveLength(k);
          expect(parts.flat().sort((a, b) => a - b)).toEqual([...labels.keys()]);
          expect(spread(parts.map((rows) => rows.length))).toBeLessThanOrEqual(1);
          for (const rows of parts) expect(rows).toEqual([...rows].sort((a, b) => a - b));
          for (let label = 0; label < 4; label++) {
            const counts = parts.map((rows) => rows.filter((row) => labels[row] === label).length);
            expect(spread(counts)).toBeLessThanOrEqual(1);
          }
        },
      ),
    );
  });

  it('are decided by the seed, and cut a regression too', () => {
    const data = regression(23);
    expect(folds(data, 5, 3)).toEqual(folds(data, 5, 3));
    expect(folds(data, 5, 3)).not.toEqual(folds(data, 5, 4));
    expect(folds(data, 5).map((rows) => rows.length)).toEqual([5, 5, 5, 4, 4]);
    expect(folds(data, 23).map((rows) => rows.length)).toEqual(new Array(23).fill(1));
    for (const rows of folds(data, 5)) expect(data.splitAt(rows).test.rows).toBe(rows.length);
  });

  it.each([1, 0, -2, 2.5, NaN, 24])('cannot be %d of 23 rows', (k) => {
    expect(() => folds(regression(23), k)).toThrow(DataError);
    expect(() => folds(regression(23), k)).toThrow(`into ${k} folds; take a whole number from 2 to 23`);
  });
});
