import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Dataset } from '../../src/data/dataset.ts';
import { DataError, ShapeError, UsageError } from '../../src/errors.ts';

/** A classification whose feature is the number of the row. */
const byLabels = (labels: readonly number[], classes = Math.max(2, ...labels.map((label) => label + 1))) =>
  Dataset.classification({
    name: 'test',
    features: ['row'],
    x: Float32Array.from(labels.keys()),
    targets: ['label'],
    classes: Array.from({ length: classes }, (_, i) => `class ${i}`),
    labels,
  });

const regression = (rows: number) =>
  new Dataset({
    name: 'test',
    features: ['row', 'twice'],
    x: Float32Array.from({ length: 2 * rows }, (_, i) => (i % 2 ? i - 1 : i / 2)),
    targets: ['a', 'b', 'c'],
    y: Float32Array.from({ length: 3 * rows }, (_, i) => i),
  });

describe('Dataset', () => {
  it('has one column of y for two classes and one for each of more', () => {
    const two = byLabels([1, 0, 1]);
    expect(two).toMatchObject({ rows: 3, outputs: 1, task: 'classification' });
    expect([...two.y]).toEqual([1, 0, 1]);
    const three = byLabels([2, 0, 1]);
    expect(three.outputs).toBe(3);
    expect([...three.y]).toEqual([0, 0, 1, 1, 0, 0, 0, 1, 0]);
    expect(regression(2)).toMatchObject({ rows: 2, outputs: 3, task: 'regression', classes: undefined });
  });

  it('gives labels and one-hot rows back', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(4), { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 5, max: 7 }),
        (labels, classes) => {
          expect([...byLabels(labels, classes).labels()]).toEqual(labels);
          const binary = labels.map((label) => label % 2);
          const data = byLabels(binary, 2);
          expect([...data.labels()]).toEqual(binary);
          expect([...data.oneHot()]).toEqual(binary.flatMap((label) => (label ? [0, 1] : [1, 0])));
        },
      ),
    );
    const three = byLabels([2, 0]);
    expect(three.oneHot()).toBe(three.y);
    expect(() => regression(2).labels()).toThrow(UsageError);
    const several = regression(2);
    expect(several.oneHot()).toBe(several.y);
  });

  it('selects rows in the order that is asked for', () => {
    const picked = regression(4).select([3, 1, 1]);
    expect(picked).toMatchObject({
      name: 'test',
      rows: 3,
      features: ['row', 'twice'],
      targets: ['a', 'b', 'c'],
    });
    expect([...picked.x]).toEqual([3, 6, 1, 2, 1, 2]);
    expect([...picked.y]).toEqual([9, 10, 11, 3, 4, 5, 3, 4, 5]);
    expect(byLabels([0, 2, 1]).select([2]).classes).toEqual(['class 0', 'class 1', 'class 2']);
  });

  it('takes other features', () => {
    const data = byLabels([0, 1]).withX(Float32Array.of(1, 2, 3, 4), ['a', 'b']);
    expect(data).toMatchObject({ rows: 2, features: ['a', 'b'], outputs: 1 });
    expect(() => data.withX(new Float32Array(3))).toThrow(ShapeError);
  });

  it('refuses numbers that are no rows', () => {
    const fields = { name: 'test', features: ['a', 'b'], targets: ['y'] };
    expect(() => new Dataset({ ...fields, x: new Float32Array(3), y: new Float32Array(1) })).toThrow(
      ShapeError,
    );
    expect(() => new Dataset({ ...fields, x: new Float32Array(4), y: new Float32Array(1) })).toThrow(
      /'test' has 4 numbers of x and 1 of y/,
    );
  });
});

describe('split', () => {
  it('keeps every row exactly once, in order, and the share of every class', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(3), { minLength: 4, maxLength: 120 }),
        fc.double({ min: 0.3, max: 0.7, noNaN: true }),
        fc.nat(),
        (labels, share, seed) => {
          const { train, test } = byLabels(labels, 4).split(share, { seed });
          const rows = [...train.x, ...test.x];
          expect(rows.toSorted((a, b) => a - b)).toEqual([...labels.keys()]);
          expect([...train.x]).toEqual([...train.x].sort((a, b) => a - b));
          expect([...test.x]).toEqual([...test.x].sort((a, b) => a - b));
          expect(test.rows).toBe(Math.round(labels.length * (1 - share)));
          expect([...train.labels()]).toEqual([...train.x].map((row) => labels[row]));
          for (let label = 0; label < 4; label++) {
            const of = (part: ArrayLike<number>) => Array.from(part).filter((l) => l === label).length;
            expect(Math.abs(of(test.labels()) - of(labels) * (1 - share))).toBeLessThan(1);
          }
        },
      ),
    );
  });

  it('is decided by the seed', () => {
    const data = regression(100);
    expect(data.split(0.8, { seed: 2 }).test.x).toEqual(data.split(0.8, { seed: 2 }).test.x);
    expect(data.split(0.8, { seed: 2 }).test.x).not.toEqual(data.split(0.8, { seed: 3 }).test.x);
    expect(data.split(0.8).test.rows).toBe(20);
  });

  it.each([0, 1, -0.5, 1.5, NaN])('refuses a share of %d', (share) => {
    expect(() => regression(4).split(share)).toThrow(UsageError);
  });

  it('refuses a part without rows', () => {
    expect(() => regression(3).split(0.99)).toThrow(DataError);
    expect(() => regression(3).split(0.01)).toThrow(/leaves no row to train/);
  });
});

describe('splitAt', () => {
  it('takes these rows for the test and all others for training', () => {
    const { train, test } = regression(5).splitAt([3, 0]);
    expect([...test.x]).toEqual([0, 0, 3, 6]);
    expect([...train.x]).toEqual([1, 2, 2, 4, 4, 8]);
  });

  it.each([
    ['a row that is not there', [5], 'row 5'],
    ['a row before the first', [-1], 'row -1'],
    ['half a row', [1.5], 'row 1.5'],
    ['a row twice', [1, 1], 'row 1 twice'],
    ['no row', [], 'no row to test'],
    ['all rows', [0, 1, 2, 3, 4], 'no row to train'],
  ])('refuses %s', (_, rows, message) => {
    expect(() => regression(5).splitAt(rows)).toThrow(DataError);
    expect(() => regression(5).splitAt(rows)).toThrow(message);
  });
});
