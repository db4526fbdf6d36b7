import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { BUILTIN_NAMES, builtinName, isBuiltin, loadBuiltin } from '../../src/data/builtin.ts';
import { datasets } from '../../src/data/generators.ts';
import { fitStandardization, standardize } from '../../src/data/standardize.ts';
import { UsageError } from '../../src/errors.ts';
import splits from '../../data/splits.json';

const REAL = ['iris', 'wine', 'breast_cancer', 'digits'] as const;

describe('builtinName', () => {
  it('knows every name, with a dash too', () => {
    for (const name of BUILTIN_NAMES) {
      expect(isBuiltin(name)).toBe(true);
      expect(builtinName(name)).toBe(name);
    }
    expect(builtinName('breast-cancer')).toBe('breast_cancer');
    expect(isBuiltin('breast-cancer')).toBe(false);
    for (const name of ['', 'mnist', 'Iris', 'iris.csv', '__proto__', 'toString'])
      expect(builtinName(name)).toBeUndefined();
  });
});

describe('loadBuiltin', () => {
  it('refuses other names', async () => {
    await expect(loadBuiltin('mnist')).rejects.toThrow(UsageError);
    await expect(loadBuiltin('mnist')).rejects.toThrow(/'mnist'; choose one of flower, circles/);
  });

  it.each(['circles', 'xor', 'spiral', 'moons', 'blobs', 'plane', 'houses'] as const)(
    'draws %s',
    async (name) => {
      expect(await loadBuiltin(name)).toEqual({ data: datasets[name]({ seed: 1 }), testRows: undefined });
    },
  );

  it('reads the flower', async () => {
    const { data, testRows } = await loadBuiltin('flower');
    expect(testRows).toBeUndefined();
    expect(data).toMatchObject({ name: 'flower', rows: 400, features: ['x1', 'x2'], classes: ['0', '1'] });
    expect(data.x[1]).toBe(Math.fround(3.576114148128845));
    expect(data.labels().reduce((a, b) => a + b)).toBe(200);
  });

  it.each(REAL)('reads %s as it lies', async (name) => {
    const { data, testRows } = await loadBuiltin(name);
    const expected = splits[name];
    expect(data).toMatchObject({ name, rows: expected.rows, classes: expected.classes, targets: ['label'] });
    expect(data.features.length).toBe(expected.features);
    expect(testRows).toEqual(expected.test);
    const [header, ...lines] = readFileSync(`data/${name}.csv`, 'utf8').trim().split('\n');
    expect([...data.features, 'label'].join()).toBe(header);
    const labels = data.labels();
    lines.forEach((line, r) => {
      const cells = line.split(',').map(Number);
      expect(labels[r]).toBe(cells.pop());
      const width = cells.length;
      expect([...data.x.subarray(r * width, (r + 1) * width)]).toEqual(cells.map(Math.fround));
    });
  });

  it.each(REAL)('gives the training rows of %s the known mean and deviation', async (name) => {
    const { data, testRows } = await loadBuiltin(name);
    const { train, test } = data.splitAt(testRows!);
    expect([train.rows, test.rows]).toEqual([splits[name].train.length, splits[name].test.length]);
    expect(train.x).toEqual(data.select(splits[name].train).x);
    const { mean, std } = fitStandardization(train.x, data.features.length);
    const close = (got: number, want: number) =>
      expect(Math.abs(got - want)).toBeLessThanOrEqual(1e-6 * Math.abs(want));
    mean.forEach((value, c) => close(value, splits[name].mean[c]));
    std.forEach((value, c) => close(value, splits[name].std[c]));
    const standard = fitStandardization(standardize(train.x, { mean, std }), data.features.length);
    standard.mean.forEach((value) => expect(Math.abs(value)).toBeLessThan(1e-6));
    // A constant column is all 0 then, and its deviation is said to be 1.
    standard.std.forEach((value) => expect(Math.abs(value - 1)).toBeLessThan(1e-6));
  });
});
