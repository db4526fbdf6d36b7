import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCsv } from '../../src/data/csv.ts';
import { Dataset } from '../../src/data/dataset.ts';
import { featureCount, featuresOf } from '../../src/data/features.ts';
import { type TabularOptions, tableToDataset } from '../../src/data/tabular.ts';
import { DataError, ShapeError } from '../../src/errors.ts';

const load = (text: string, options?: TabularOptions) =>
  tableToDataset(parseCsv(text, 'folder/a.csv'), options);

function refused(text: string, options?: TabularOptions): DataError {
  try {
    load(text, options);
  } catch (error) {
    expect(error).toBeInstanceOf(DataError);
    return error as DataError;
  }
  throw new Error('it was taken');
}

/** [rows, features] as rows. */
const rowsOf = ({ x, features }: Dataset) =>
  Array.from({ length: x.length / features.length }, (_, r) => [
    ...x.subarray(r * features.length, (r + 1) * features.length),
  ]);

describe('columns of text', () => {
  it('become one feature for each category, by code point', () => {
    const { data, notes } = load('age,port,sex,y\n1,S,m,0\n2,C,f,1\n3,é,m,1\n4,C,m,0\n');
    expect(data.columns).toEqual([
      { name: 'age' },
      { name: 'port', categories: ['C', 'S', 'é'] },
      { name: 'sex', categories: ['f', 'm'] },
    ]);
    expect(data.features).toEqual(['age', 'port=C', 'port=S', 'port=é', 'sex=f', 'sex=m']);
    expect(rowsOf(data)).toEqual([
      [1, 0, 1, 0, 0, 1],
      [2, 1, 0, 0, 1, 0],
      [3, 0, 0, 1, 0, 1],
      [4, 1, 0, 0, 0, 1],
    ]);
    expect(notes).toEqual([
      "'folder/a.csv': text becomes one feature for each category: 'port' (3), 'sex' (2)",
    ]);
  });

  it('may hold the names of JavaScript, delimiters, and numbers among the texts', () => {
    const { data } = load('a,y\n__proto__,0\nconstructor,1\n"x,y",0\n1,1\n');
    expect(data.features).toEqual(['a=1', 'a=__proto__', 'a=constructor', 'a=x,y']);
    expect(rowsOf(data)).toEqual([
      [0, 1, 0, 0],
      [0, 0, 1, 0],
      [0, 0, 0, 1],
      [1, 0, 0, 0],
    ]);
  });

  it('have 100 categories at most', () => {
    const table = (n: number) => `id,y\n${Array.from({ length: n }, (_, i) => `n${i},${i % 2}\n`).join('')}`;
    expect(load(table(100)).data.features).toHaveLength(100);
    const error = refused(table(101));
    expect(error.message).toBe(
      "The text column 'id' of 'folder/a.csv' has 101 different values, more than 100 categories; remove it, or group its values",
    );
    expect(error.place).toEqual({ file: 'folder/a.csv', column: 'id' });
  });

  it('are not those of numbers with a bad cell', () => {
    expect(refused('a,y\n1,0\n2,1\nthree,0\n').message).toMatch(/row 4, column 'a' is 'three'/);
  });

  it('give back any table of categories', () => {
    const category = fc.constantFrom('red', 'green', 'blue', 'a b', '=1');
    fc.assert(
      fc.property(fc.array(category, { minLength: 1, maxLength: 30 }), (cells) => {
        const { data } = load(`c,y\n${cells.map((cell, i) => `${cell},${i / 2}\n`).join('')}`, {
          task: 'regression',
        });
        const { categories } = data.columns[0];
        expect(rowsOf(data).map((row) => categories![row.indexOf(1)])).toEqual(cells);
        for (const row of rowsOf(data)) expect(row.reduce((a, b) => a + b)).toBe(1);
      }),
    );
  });
});

describe('missing values', () => {
  const text = 'age,port,y\n1,S,0\n,C,1\n3,?,1\n4,S,NA\n5,C,1\n';

  it('are refused, with the ways out', () => {
    expect(refused(text).message).toBe(
      "'folder/a.csv' has missing values in columns 'age' (first in row 3), 'port' (first in row 4); fill them in, or choose --missing drop or --missing impute",
    );
  });

  it('leave their rows out with drop, labels too, said aloud', () => {
    const { data, notes, rows } = load(text, { missing: 'drop' });
    expect(rowsOf(data)).toEqual([
      [1, 0, 1],
      [5, 1, 0],
    ]);
    expect(rows).toEqual([0, 4]);
    expect(notes[0]).toBe("'folder/a.csv': 3 of 5 rows have missing values and are left out");
  });

  it('drop nothing where nothing is missing', () => {
    const { rows, notes } = load('a,y\n1,0\n2,1\n', { missing: 'drop' });
    expect([rows, notes]).toEqual([undefined, []]);
  });

  it('leave rows their numbers in the file', () => {
    const { place } = refused('a,y\n,0\n1,0\n2,1\nx,1\n3,0\n', { missing: 'drop' });
    expect(place).toEqual({ file: 'folder/a.csv', row: 5, column: 'a' });
    const { notes } = load('a,y\n,0\n16777217,0\n2,1\n', { missing: 'drop' });
    expect(notes[1]).toContain('row 3');
  });

  it('cannot drop every row', () => {
    expect(refused('a,b,y\n1,,0\n,2,1\n', { missing: 'drop' }).message).toMatch(
      /Every row of 'folder\/a.csv' has a missing value, so none is left; remove/,
    );
  });

  it('become NaN and all zeros with impute, said aloud', () => {
    const { data, notes, rows } = load(text.replace('NA', '1'), { missing: 'impute' });
    expect(rows).toBeUndefined();
    expect(rowsOf(data)).toEqual([
      [1, 0, 1],
      [NaN, 1, 0],
      [3, 0, 0],
      [4, 0, 1],
      [5, 1, 0],
    ]);
    expect(notes[1]).toBe(
      "'folder/a.csv': 2 missing cells are imputed, in 'age' (1), 'port' (1): numbers by the mean of the training rows, categories by all zeros",
    );
  });

  it('are no labels, also with impute', () => {
    for (const y of ['NA', '']) {
      const error = refused(`a,y\n1,0\n2,1\n3,${y}\n`, { missing: 'impute' });
      expect(error.message).toMatch(/row 4, column 'y' .* missing value; drop the row \(--missing drop\)/);
      expect(refused(`a,y,z\n1,0,1\n2,${y},1\n`, { label: ['y', 'z'], missing: 'impute' }).place.row).toBe(3);
    }
  });

  it('drop rows of any of several targets', () => {
    const { data } = load('a,y,z\n1,0.5,1\n2,,1\n3,1,?\n4,2,3\n', { label: ['y', 'z'], missing: 'drop' });
    expect([...data.y]).toEqual([0.5, 1, 2, 3]);
  });

  it('of numbers do not hide a cell that is none', () => {
    expect(refused('a,y\n1,0\n,1\n3,0\nx,1\n', { missing: 'impute' }).message).toMatch(/row 5, .* is 'x'/);
  });
});

describe('Dataset', () => {
  const fields = { name: 'test', targets: ['y'], y: new Float32Array(1), x: new Float32Array(3) };
  const columns = [{ name: 'a' }, { name: 'b', categories: ['p', 'q'] }];

  it('knows the columns of its features, by default one for each', () => {
    expect(featuresOf(columns)).toEqual(['a', 'b=p', 'b=q']);
    expect(featureCount(columns)).toBe(3);
    const data = new Dataset({ ...fields, columns, features: featuresOf(columns) });
    expect(data.select([0]).columns).toBe(columns);
    expect(data.withX(new Float32Array(6).subarray(0, 3)).columns).toBe(columns);
    expect(data.withX(new Float32Array(1), ['z']).columns).toEqual([{ name: 'z' }]);
    expect(new Dataset({ ...fields, features: ['a', 'b', 'c'] }).columns).toEqual([
      { name: 'a' },
      { name: 'b' },
      { name: 'c' },
    ]);
  });

  it('refuses columns that are not those of its features', () => {
    const make = () => new Dataset({ ...fields, columns: columns.slice(1), features: ['a', 'b', 'c'] });
    expect(make).toThrow(ShapeError);
    expect(make).toThrow(/'test' has 3 features, but its columns make 2; /);
  });
});
