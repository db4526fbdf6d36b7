import { describe, expect, it } from 'vitest';
import { parseCsv } from '../../src/data/csv.ts';
import { applyPreprocessing, fitPreprocessing } from '../../src/data/preprocess.ts';
import { tableToDataset } from '../../src/data/tabular.ts';
import { DataError, ShapeError } from '../../src/errors.ts';
import { prepare } from '../../src/session/prepare.ts';

const load = (text: string) =>
  tableToDataset(parseCsv(text, 'a.csv'), { missing: 'impute', label: ['y'], task: 'regression' }).data;

const text = 'age,port,y\n1,S,0\n,C,1\n3,?,2\n8,S,3\n,S,4\n';

describe('preprocessing', () => {
  it('fills with the mean of what is there, and then standardises', () => {
    const data = load(text);
    const both = fitPreprocessing(data, { impute: true, standardize: true, standardizeTargets: true });
    expect(both.columns).toBe(data.columns);
    expect([...both.fill!]).toEqual([4, 0, 0]);
    expect([...both.standardization!.mean]).toEqual([4, 0.2, 0.6]);
    expect(both.standardization!.std[0]).toBeCloseTo(Math.sqrt((9 + 1 + 16) / 5), 14);
    const x = applyPreprocessing(Float32Array.of(NaN, 0, 1), both);
    expect(x[0]).toBe(0);
    expect(x[2]).toBeCloseTo(0.4 / Math.sqrt(0.24), 6);
    expect([...data.x.slice(3, 6)]).toEqual([NaN, 1, 0]);
  });

  it('does only what it was told to', () => {
    const data = load(text);
    const filled = fitPreprocessing(data, { impute: true, standardize: false, standardizeTargets: false });
    expect(filled.standardization).toBeUndefined();
    expect([...applyPreprocessing(data.x, filled).slice(0, 6)]).toEqual([1, 0, 1, 4, 1, 0]);
    const whole = load('age,port,y\n1,S,0\n2,C,1\n');
    const nothing = fitPreprocessing(whole, { impute: false, standardize: false, standardizeTargets: false });
    expect(applyPreprocessing(whole.x, nothing)).toBe(whole.x);
  });

  it('refuses what nothing was learnt for', () => {
    const fit = () =>
      fitPreprocessing(load(text), { impute: false, standardize: true, standardizeTargets: true });
    expect(fit).toThrow(DataError);
    expect(fit).toThrow(/Row 2 has no number in column 'age', .*--missing impute/);
  });

  it('refuses a column without any value, and x that is no rows', () => {
    const fit = () =>
      fitPreprocessing(load('a,b,y\n1,,0\n2,,1\n'), {
        impute: true,
        standardize: true,
        standardizeTargets: true,
      });
    expect(fit).toThrow(DataError);
    expect(fit).toThrow(/Column 'b' of 'a' has no value in any training row, .*; remove it/);
    const fitted = fitPreprocessing(load(text), {
      impute: true,
      standardize: true,
      standardizeTargets: true,
    });
    expect(() => applyPreprocessing(new Float32Array(4), fitted)).toThrow(ShapeError);
  });
});

describe('prepare', () => {
  it('learns from the training rows alone, and applies it to all parts', () => {
    const data = load('age,y\n1,0\n,1\n3,2\n100,3\n,4\n8,5\n');
    const { train, validation, test, preprocessing } = prepare(data, { testRows: [3, 4] });
    expect([...preprocessing.fill!]).toEqual([4]);
    expect(validation).toBeUndefined();
    expect(train.x[1]).toBe(0);
    const { mean, std } = preprocessing.standardization!;
    expect(mean[0]).toBe(4);
    expect([...test!.x]).toEqual([Math.fround(96 / std[0]), 0]);
  });

  it('standardises the targets of a regression by the training rows, but no classes', () => {
    const data = load('age,y\n1,100\n2,300\n3,900\n');
    const { train, test, preprocessing } = prepare(data, { testRows: [2] });
    const { mean, std } = preprocessing.targetStandardization!;
    expect([mean[0], std[0]]).toEqual([200, 100]);
    expect([[...train.y], [...test!.y]]).toEqual([[-1, 1], [7]]);
    const raw = prepare(data, { testRows: [2], standardizeTargets: false });
    expect([[...raw.train.y], raw.preprocessing.targetStandardization]).toEqual([[100, 300], undefined]);
    const classes = tableToDataset(parseCsv('age,y\n1,a\n2,b\n3,a\n', 'b.csv')).data;
    expect(prepare(classes).preprocessing.targetStandardization).toBeUndefined();
  });

  it('names the part that a share leaves without rows', () => {
    const data = load('age,y\n1,0\n3,2\n5,4\n');
    expect(() => prepare(data, { validationShare: 0.001 })).toThrow(/leaves no row to validation; it has 3/);
    expect(() => prepare(data, { testShare: 0.001 })).toThrow(/leaves no row to test; it has 3/);
  });

  it('fills the test rows where no training row lacks anything', () => {
    const data = load('age,y\n1,0\n3,2\n,4\n');
    const { test } = prepare(data, { testRows: [2], standardize: false, standardizeTargets: false });
    expect([...test!.x]).toEqual([2]);
  });

  it('learns a fill only for data with something missing, or when told to', () => {
    const data = load('age,y\n1,0\n3,2\n');
    expect(prepare(data).preprocessing.fill).toBeUndefined();
    expect([...prepare(data, { impute: true }).preprocessing.fill!]).toEqual([2]);
  });

  it('refuses a column that only the test rows have values of', () => {
    expect(() => prepare(load('a,b,y\n1,,0\n2,,1\n3,4,2\n'), { testRows: [2] })).toThrow(
      /Column 'b' of 'a' has no value in any training row/,
    );
  });
});
