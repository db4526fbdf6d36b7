import { describe, expect, it } from 'vitest';
import { parseCsv } from '../../src/data/csv.ts';
import { Dataset } from '../../src/data/dataset.ts';
import { type Schema, datasetAs, datasetFeatures, tableAs, tableFeatures } from '../../src/data/schema.ts';
import { DataError } from '../../src/errors.ts';

const table = (text: string) => parseCsv(text, 'b.csv');
const columns = [{ name: 'age' }, { name: 'port', categories: ['C', 'S'] }];
const schema: Schema = { columns, targets: ['kind'], classes: ['0', '1', 'x'] };
const quantities: Schema = { columns, targets: ['u', 'v'], classes: undefined };

function refused(work: () => unknown): DataError {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(DataError);
    return error as DataError;
  }
  throw new Error('it was taken');
}

describe('tableFeatures', () => {
  it('finds columns by name, in any order, and passes over the others', () => {
    const { x, notes } = tableFeatures(table('label,port,age\n7,S,1\n8,C,2\n'), schema, { impute: false });
    expect([...x]).toEqual([1, 0, 1, 2, 1, 0]);
    expect(notes).toEqual([]);
  });

  it('names the columns that are lacking', () => {
    const error = refused(() => tableFeatures(table('Age,kind\n1,0\n'), schema, { impute: true }));
    expect(error.message).toBe(
      "'b.csv' has no column 'age', 'port', which the model takes; its columns are 'Age', 'kind'",
    );
    expect(error.place).toEqual({ file: 'b.csv', column: 'age' });
  });

  it('takes unknown categories as all zeros, and says so', () => {
    const { x, notes } = tableFeatures(table('age,port\n1,Q\n2,S\n3,R\n'), schema, { impute: false });
    expect([...x]).toEqual([1, 0, 0, 2, 0, 1, 3, 0, 0]);
    expect(notes).toEqual([
      "'b.csv': 2 cells of column 'port' hold categories that the model never saw, taken as all zeros; the first is 'Q' in row 2",
    ]);
    expect(tableFeatures(table('age,port\n1,Q\n2,S\n'), schema, { impute: false }).notes[0]).toContain(
      "1 cell of column 'port' holds a category that",
    );
  });

  it('takes missing values only where told to', () => {
    const gaps = table('age,port\n1,S\n,C\n3,\n');
    expect([...tableFeatures(gaps, schema, { impute: true }).x]).toEqual([1, 0, 1, NaN, 1, 0, 3, 0, 0]);
    expect(refused(() => tableFeatures(gaps, schema, { impute: false })).message).toBe(
      "'b.csv' has missing values in columns 'age' (first in row 3), 'port' (first in row 4); fill them in, or train the model with --missing impute",
    );
    const other = table('age,port,other\n1,S,\n');
    expect(tableFeatures(other, schema, { impute: false }).x).toHaveLength(3);
  });

  it('names a cell that is no number', () => {
    const { place } = refused(() => tableFeatures(table('port,age\nS,1\nC,old\n'), schema, { impute: true }));
    expect(place).toEqual({ file: 'b.csv', row: 3, column: 'age' });
  });
});

describe('tableAs', () => {
  it('takes the classes of the model, however they are written', () => {
    const { data } = tableAs(table('port,age,kind\nS,1,x\nC,2,1.0\n,3,0\n'), schema, { missing: 'impute' });
    expect(data).toMatchObject({ name: 'b', rows: 3, classes: schema.classes, targets: ['kind'] });
    expect([...data.labels()]).toEqual([2, 1, 0]);
    expect(data.features).toEqual(['age', 'port=C', 'port=S']);
  });

  it('refuses a label that is no class, or missing', () => {
    const load = (label: string) => () =>
      tableAs(table(`age,port,kind\n1,S,0\n2,S,${label}\n`), schema, { missing: 'refuse' });
    const error = refused(load('y'));
    expect(error.message).toBe(
      "In 'b.csv' row 3, column 'kind' is 'y', which is none of the model's classes '0', '1', 'x'; correct it",
    );
    expect(error.place).toEqual({ file: 'b.csv', row: 3, column: 'kind' });
    expect(refused(load('')).message).toMatch(/missing value; drop the row \(--missing drop\)/);
  });

  it('drops rows for what the model uses, not for other columns', () => {
    const text = 'other,age,port,kind\n,1,S,0\n1,,S,1\n1,2,,1\n1,2,C,\n1,4,C,1\n';
    const { data, rows, notes } = tableAs(table(text), schema, { missing: 'drop' });
    expect(rows).toEqual([0, 4]);
    expect([...data.x]).toEqual([1, 0, 1, 4, 1, 0]);
    expect(notes).toEqual(["'b.csv': 3 of 5 rows have missing values and are left out"]);
  });

  it('takes several targets of a regression, under other names too', () => {
    const text = 'age,port,b,a\n1,S,2,1\n2,C,4,3\n';
    const { data } = tableAs(table(text), quantities, { label: ['a', 'b'], missing: 'refuse' });
    expect(data.targets).toEqual(['u', 'v']);
    expect([...data.y]).toEqual([1, 2, 3, 4]);
    expect(refused(() => tableAs(table(text), quantities, { missing: 'refuse' })).message).toMatch(
      /'b.csv' has no column 'u' for a label/,
    );
    expect(refused(() => tableAs(table(text), quantities, { label: ['a'], missing: 'refuse' })).message).toBe(
      "The model predicts u, v, but 1 label columns of 'b.csv' are given; give 2",
    );
  });
});

describe('datasetAs', () => {
  const data = Dataset.classification({
    name: 'c',
    features: ['b', 'a', 'z'],
    x: Float32Array.of(1, 2, 3, 4, 5, 6),
    targets: ['label'],
    classes: ['x', '1', 'never'],
    labels: [1, 0],
  });
  const numbers: Schema = { ...schema, columns: [{ name: 'a' }, { name: 'b' }] };

  it('finds features and classes by name', () => {
    const same = datasetAs(data, numbers);
    expect([...same.x]).toEqual([2, 1, 5, 4]);
    expect([...same.labels()]).toEqual([1, 2]);
    expect(same).toMatchObject({ classes: schema.classes, features: ['a', 'b'] });
  });

  it('refuses features and classes that are not there, and another task', () => {
    expect(refused(() => datasetFeatures(data, schema)).message).toBe(
      "'c' has no feature 'age', 'port=C', 'port=S', which the model has; take data with the same columns",
    );
    expect(refused(() => datasetAs(data, { ...numbers, classes: ['1', 'y'] })).message).toMatch(
      /'c' has the class 'x', which is none of the model's classes '1', 'y'/,
    );
    expect(refused(() => datasetAs(data, { ...numbers, classes: undefined })).message).toMatch(
      /'c' is a classification, but the model a regression/,
    );
  });

  it('takes the targets of a regression by name', () => {
    const regression = new Dataset({
      name: 'r',
      features: ['a', 'b'],
      x: Float32Array.of(1, 2),
      targets: ['v', 'w', 'u'],
      y: Float32Array.of(1, 2, 3),
    });
    expect([...datasetAs(regression, { ...numbers, targets: ['u', 'v'], classes: undefined }).y]).toEqual([
      3, 1,
    ]);
    expect(
      refused(() => datasetAs(regression, { ...numbers, targets: ['t'], classes: undefined })).message,
    ).toMatch(/'r' has no target 't'/);
    expect(refused(() => datasetAs(regression, numbers)).message).toMatch(/'r' is a regression/);
  });
});
