import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCsv } from '../../src/data/csv.ts';
import { type TabularOptions, tableToDataset } from '../../src/data/tabular.ts';
import { DataError, type KatmanError, UsageError } from '../../src/errors.ts';

const load = (text: string, options?: TabularOptions, file = 'folder/a.csv') =>
  tableToDataset(parseCsv(text, file), options);

function refused(text: string, options?: TabularOptions): KatmanError & Pick<DataError, 'place'> {
  try {
    load(text, options);
  } catch (error) {
    return error as DataError;
  }
  throw new Error('it was taken');
}

/** A column of these cells beside a feature. */
const labelled = (...labels: (string | number)[]) =>
  `x,y\n${labels.map((label, i) => `${i},${label}\n`).join('')}`;

describe('tableToDataset', () => {
  it('takes the last column for the label and the name from the file', () => {
    const { data, notes } = load('x1,x2,kind\n1,2,b\n3,4,a\n5,6.5,b\n');
    expect(data).toMatchObject({
      name: 'a',
      rows: 3,
      task: 'classification',
      features: ['x1', 'x2'],
      targets: ['kind'],
      classes: ['a', 'b'],
    });
    expect([...data.x]).toEqual([1, 2, 3, 4, 5, 6.5]);
    expect([...data.y]).toEqual([1, 0, 1]);
    expect(notes).toEqual([]);
  });

  it.each([
    ['a.csv', 'a'],
    ['a', 'a'],
    ['dir.x/a.b.csv', 'a.b'],
    ['dir\\a.tsv', 'a'],
    ['.csv', '.csv'],
  ])('names the data of %s %s', (file, name) =>
    expect(load(labelled('a', 'b'), {}, file).data.name).toBe(name),
  );

  it('finds labels by name, then by index, wherever they stand', () => {
    const text = 'a,b,c\n1,2,3\n4,5,6\n';
    expect(load(text, { label: ['a'] }).data).toMatchObject({ targets: ['a'], features: ['b', 'c'] });
    expect(load(text, { label: ['1'] }).data).toMatchObject({ targets: ['b'], features: ['a', 'c'] });
    expect(load('1,a\n1,2\n3,4\n', { label: ['1'] }).data.targets).toEqual(['1']);
    const several = load(text, { label: ['c', '0'] }).data;
    expect(several).toMatchObject({ task: 'regression', targets: ['c', 'a'], features: ['b'], outputs: 2 });
    expect([...several.y]).toEqual([3, 1, 6, 4]);
  });

  it.each(['d', '3', '-1', 'A', '1.0'])("says which columns there are instead of '%s'", (label) => {
    const error = refused('a,b,c\n1,2,3\n', { label: [label] });
    expect(error).toBeInstanceOf(DataError);
    expect(error.message).toContain(`'folder/a.csv' has no column '${label}'`);
    expect(error.message).toContain("'a', 'b', 'c'");
    expect(error.place.column).toBe(label);
  });

  it('shortens a long list of columns', () => {
    const names = Array.from({ length: 100 }, (_, i) => `n${i}`);
    const { message } = refused(`${names.join()}\n${names.map(() => 1).join()}\n`, { label: ['z'] });
    expect(message).toContain("'n19', ... (100 in all)");
  });

  it('refuses a label that is given twice', () => {
    const error = refused('a,b,c\n1,2,3\n', { label: ['b', '1'] });
    expect(error).toBeInstanceOf(UsageError);
    expect(error.message).toContain("'b'");
  });

  it('needs a feature', () => {
    expect(refused('y\n1\n2\n').message).toContain('no columns besides the label');
    expect(refused('a,b\n1,2\n', { label: ['a', 'b'] })).toBeInstanceOf(DataError);
  });
});

describe('the task', () => {
  const numbers = (n: number, scale = 1) => Array.from({ length: n }, (_, i) => i * scale);

  it.each([
    ['text', ['a', 'b', 'a'], 'classification'],
    ['two whole numbers', [0, 1, 1], 'classification'],
    ['20 whole numbers', numbers(20), 'classification'],
    ['21 whole numbers', numbers(21), 'regression'],
    ['few broken numbers', numbers(3, 0.5), 'regression'],
    ['whole numbers written with a dot', ['1.0', '2.0'], 'classification'],
  ])('of %s', (_, labels, task) => expect(load(labelled(...labels)).data.task).toBe(task));

  it('is the one that is asked for', () => {
    expect([...load(labelled(0, 1, 1), { task: 'regression' }).data.y]).toEqual([0, 1, 1]);
    const { classes, y } = load(labelled(1.5, '0.50', 1.5, -2), { task: 'classification' }).data;
    expect(classes).toEqual(['-2', '0.5', '1.5']);
    expect([...y]).toEqual([0, 0, 1, 0, 1, 0, 0, 0, 1, 1, 0, 0]);
    expect(load(labelled(1, 2, 'x'), { task: 'classification' }).data.classes).toEqual(['1', '2', 'x']);
  });

  it('is no classification by several labels', () => {
    const error = refused('a,b,c\n1,2,3\n4,5,6\n', { label: ['b', 'c'], task: 'classification' });
    expect(error).toBeInstanceOf(UsageError);
    expect(error.message).toContain('one label column');
  });
});

describe('classes', () => {
  it('are sorted by value if they are numbers', () => {
    expect(load(labelled(10, 9, 2, '1e1', '-0', 0)).data.classes).toEqual(['0', '2', '9', '10']);
    expect([...load(labelled(10, 9, 2, '1e1', '-0', 0)).data.labels()]).toEqual([3, 2, 1, 3, 0, 0]);
  });

  it('are sorted by code point if they are text', () => {
    const names = ['é', 'ab', 'a', 'B', '\uFF5E', '😀', 'b', '10', '9'];
    expect(load(labelled(...names)).data.classes).toEqual([
      '10',
      '9',
      'B',
      'a',
      'ab',
      'b',
      'é',
      '\uFF5E',
      '😀',
    ]);
  });

  it('may have the names of JavaScript', () => {
    const { data } = load(labelled('constructor', '__proto__', 'toString', '__proto__'));
    expect(data.classes).toEqual(['__proto__', 'constructor', 'toString']);
    expect([...data.labels()]).toEqual([1, 0, 2, 0]);
  });

  it.each(['', 'NA', 'null', '?', 'nan'])("refuse a label '%s'", (cell) => {
    for (const text of [labelled('a', 'b', cell), labelled(0, 1, cell), labelled(0.5, 1, cell)]) {
      // At the end of the file stands a row, not a blank line.
      const error = refused(text);
      expect(error).toBeInstanceOf(DataError);
      expect(error.message).toMatch(
        /'folder\/a.csv' row 4, column 'y' .* missing value; drop the row \(--missing drop\) or fill it in/,
      );
      expect(error.place).toEqual({ file: 'folder/a.csv', row: 4, column: 'y' });
    }
  });

  it('are two at least and 1000 at most', () => {
    expect(refused(labelled('a', 'a')).message).toMatch(/'y' of 'folder\/a.csv' is 'a' in every row; .* two/);
    expect(refused(labelled(3, 3))).toBeInstanceOf(DataError);
    const names = (n: number) => Array.from({ length: n }, (_, i) => i / 2);
    expect(load(labelled(...names(1000)), { task: 'classification' }).data.outputs).toBe(1000);
    const error = refused(labelled(...names(1001)), { task: 'classification' });
    expect(error).toBeInstanceOf(DataError);
    expect(error.message).toMatch(/1001 different labels, more than 1000 classes/);
  });
});

describe('cells', () => {
  it.each([
    ['a word', 'x,y\n1,0.5\n2,1\nabc,2\n', 4, 'x', "'abc', which is not a number"],
    ['hex', 'x,y\n1,0.5\n0x10,1\n2,2\n', 3, 'x', "'0x10'"],
    ['Infinity', 'x,y\n1,0.5\n2,1\nInfinity,2\n', 4, 'x', "'Infinity', which is not a number"],
    ['a decimal comma', 'x;y\n1;0.5\n"1,5";1\n2;2\n', 3, 'x', "'1,5', .* decimal comma"],
    ['a number outside float32', 'x,y\n1,0.5\n1e39,1\n', 3, 'x', '1e39, outside float32'],
    ['a number outside double', 'x,y\n-1e999,0.5\n1,1\n', 2, 'x', '-1e999, outside float32'],
    ['without a header', '1,0.5\n2,1\n3,x\n4,5\n', 3, 'column1', "'x'"],
    ['a target of text', 'x,y\n1,0.5\n2,1\n3,many\n', 4, 'y', "'many', .* classification"],
    ['a target outside float32', 'x,y\n1,0.5\n2,4e38\n', 3, 'y', '4e38, outside float32'],
  ])('are refused by their place: %s', (_, text, row, column, message) => {
    const error = refused(text);
    expect(error).toBeInstanceOf(DataError);
    expect(error.message).toMatch(new RegExp(`'folder/a.csv' row ${row}, column '${column}' is ${message}`));
    expect(error.message).toMatch(/; /);
    expect(error.place).toEqual({ file: 'folder/a.csv', row, column });
  });

  it('that are text make no target', () => {
    const one = refused(labelled('a', 'b'), { task: 'regression' });
    expect(one).toBeInstanceOf(DataError);
    expect(one.place).toMatchObject({ row: 2, column: 'y' });
    const several = refused('x,a,b\n1,2,c\n2,3,d\n', { label: ['a', 'b'] });
    expect(several).toBeInstanceOf(DataError);
    expect(several.place).toMatchObject({ row: 2, column: 'b' });
  });

  it('that are missing are named by column, all at once', () => {
    const error = refused('a,b,c,y\n1,2,3,0\n1,,3,1\n4,?,6,1\n7,8,NaN,0\n1,2,oops,0\n');
    expect(error).toBeInstanceOf(DataError);
    expect(error.message).toBe(
      "'folder/a.csv' has missing values in columns 'b' (first in row 3), 'c' (first in row 5); fill them in, or choose --missing drop or --missing impute",
    );
    expect(error.place).toEqual({ file: 'folder/a.csv', row: 3, column: 'b' });
    expect(refused('a,b,y\n1,,0\n2,,1\n').message).toContain("column 'b' (first in row 2)");
  });

  it('with decimal commas are named by column, all at once', () => {
    const error = refused('a;port;b;y\n1,5;S;2,25;0\n2,5;C;3;1\n3,5;S;4,5;1\n');
    expect(error).toBeInstanceOf(DataError);
    expect(error.message).toBe("'folder/a.csv' has decimal commas in columns 'a', 'b'; write decimal points");
    expect(error.place).toEqual({ file: 'folder/a.csv', column: 'a' });
  });

  it('keep tiny and negative numbers, and numbers at the end of float32', () => {
    const { data, notes } = load('x,y\n1e-45,0\n-0,1\n3.4028234e38,0\n1e-60,1\n');
    expect([...data.x]).toEqual([Math.fround(1e-45), -0, Math.fround(3.4028234e38), 0]);
    expect(notes).toEqual([]);
  });

  it('that lose digits are counted, with an example', () => {
    const { notes } = load('id,x,y\n16777216,1,0\n16777217,0.1,1\n123456789,1.5e30,1\n16777218,1,0\n');
    expect(notes).toEqual([
      "'folder/a.csv': whole numbers too long for float32 lose digits, 2 in all: 16777217 (row 3, column 'id') becomes 16777216",
    ]);
    expect(load('x,y\n1,16777217\n2,0.5\n').notes[0]).toContain("column 'y'");
  });

  it('come back as float32 from any table of numbers', () => {
    const row = fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 20 }), (rows) => {
        const text = ['a,b,y', ...rows.map((cells) => cells.join())].join('\n');
        const { data } = load(text, { task: 'regression' });
        const zero = (value: number) => value + 0;
        expect([...data.x].map(zero)).toEqual(rows.flatMap(([a, b]) => [a, b]).map(zero));
        expect([...data.y].map(zero)).toEqual(rows.map(([, , y]) => y).map(zero));
      }),
    );
  });
});

describe('a column of weights', () => {
  const table = parseCsv('w,a,label\n1,5,x\n2,6,y\n0.5,7,x\n', 'w.csv');

  it('says how much each row counts, goes with its row, and is no feature', () => {
    const { data } = tableToDataset(table, { weight: 'w' });
    expect(data.features).toEqual(['a']);
    expect([...data.weight!]).toEqual([1, 2, 0.5]);
    expect([...data.select([2, 0]).weight!]).toEqual([0.5, 1]);
    expect(tableToDataset(table).data.weight).toBeUndefined();
  });

  it('is refused where it is not there, or is the label, too', () => {
    expect(() => tableToDataset(table, { weight: 'z' })).toThrow(/'w\.csv' has no column 'z' for weights/);
    expect(() => tableToDataset(table, { weight: '2' })).toThrow(/'label' of 'w\.csv' is to be both/);
  });
});
