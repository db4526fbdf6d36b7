import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCsv } from '../../src/data/csv.ts';
import { CsvReader } from '../../src/data/csvReader.ts';
import { tableToDataset } from '../../src/data/tabular.ts';
import { prepare } from '../../src/session/prepare.ts';
import { makeDataset } from '../../src/page/own/use.ts';
import { planOf } from '../../src/page/own/plan.ts';
import { type Choice, type Table, TableBuilder, firstChoice, summarize } from '../../src/page/own/table.ts';

function read(text: string): Table {
  const builder = new TableBuilder('own.csv');
  const reader = new CsvReader('own.csv', builder);
  reader.push(new TextEncoder().encode(text));
  reader.end();
  return builder.table();
}

const FLOWERS = `length,width,colour,kind
1.5,2,red,a
2.5,,blue,b
NA,4,red,a
4,5,,b
5,6,green,
6,7,red,a
`;

const chosen = (table: Table, other: Partial<Choice> = {}): Choice => ({
  ...firstChoice(summarize(table)),
  ...other,
});
const made = (text: string, other: Partial<Choice> = {}) => {
  const table = read(text);
  return makeDataset(table, chosen(table, other));
};

describe('a table', () => {
  it('is summed up', () => {
    const { columns, ...summary } = summarize(read(FLOWERS));
    expect(summary).toMatchObject({ file: 'own.csv', rows: 6, firstRow: 2, rowsWithMissing: 4 });
    expect(summary.preview.length).toBe(6);
    expect(columns[0]).toMatchObject({
      name: 'length',
      kind: 'number',
      missing: 1,
      distinct: 5,
      min: 1.5,
      max: 6,
      mean: 3.8,
    });
    expect(columns[2]).toMatchObject({
      kind: 'text',
      missing: 1,
      distinct: 3,
      examples: ['red', 'blue', 'green'],
      min: NaN,
    });
  });

  it('guesses the last column, its task and what to do about missing values', () => {
    expect(chosen(read(FLOWERS))).toEqual({
      label: 'kind',
      task: 'classification',
      features: ['length', 'width', 'colour'],
      derived: [],
      missing: 'impute',
      testShare: 0.2,
    });
    expect(chosen(read('a,b\n1,1.5\n2,2.5\n3,3.5\n4,4.5\n'))).toMatchObject({
      task: 'regression',
      missing: 'drop',
    });
    const names = Array.from({ length: 150 }, (_, i) => `name${i},,${i},${i % 3}`).join('\n');
    expect(chosen(read(`who,empty,n,class\n${names}\n`))).toMatchObject({
      features: ['n'],
      task: 'classification',
    });
  });

  it('keeps the first rows, and remembers few different texts', () => {
    const rows = Array.from({ length: 5000 }, (_, i) => `${i / 7},t${i},${i % 3}`).join('\n');
    const { preview, columns } = summarize(read(`x,t,c\n${rows}`));
    expect(preview.length).toBe(20);
    expect(columns.map(({ distinct }) => distinct)).toEqual([undefined, undefined, 3]);
    expect(columns[0]).toMatchObject({ max: 4999 / 7, missing: 0, whole: false });
  });

  it.each([
    ['one row', 'a,b\n1,2\n', "'own.csv' ends after row 2, with 1 row of data; at least 4 are needed"],
    ['one column', 'a\n1\n2\n', "'own.csv' has a single column in row 1"],
    [
      '10,000 columns',
      `${'1,'.repeat(9999)}1\n`.repeat(4),
      "'own.csv' has 10000 columns in row 1, more than the 1000",
    ],
    ['a header alone', 'a,b\n', "'own.csv' has a header and no rows"],
  ])('of %s is refused', (_, text, message) => expect(() => read(text)).toThrow(message));
});

describe('a choice', () => {
  it('drops rows, and says how many', () => {
    const { data, dropped, imputed } = made(FLOWERS, { missing: 'drop', features: ['length', 'colour'] });
    expect(data.rows).toBe(3);
    expect(dropped).toEqual({ label: 1, features: 2 });
    expect(imputed).toEqual([]);
    // Only what is used may be missing.
    expect(made(FLOWERS, { missing: 'drop', features: ['colour'] }).dropped).toEqual({
      label: 1,
      features: 1,
    });
  });

  it('leaves missing numbers open, to be imputed by the training rows', () => {
    const { data, imputed, oneHot } = made(FLOWERS);
    expect(data.features).toEqual(['length', 'width', 'colour=blue', 'colour=red']);
    expect([...data.x]).toEqual([1.5, 2, 0, 1, 2.5, NaN, 1, 0, NaN, 4, 0, 1, 4, 5, 0, 0, 6, 7, 0, 1]);
    expect([...data.y]).toEqual([0, 1, 0, 1, 0]);
    expect(imputed).toEqual([
      { name: 'length', count: 1 },
      { name: 'width', count: 1 },
      { name: 'colour', count: 1 },
    ]);
    expect(oneHot).toEqual([{ name: 'colour', count: 2 }]);
  });

  it('computes derived features, missing where what they use is', () => {
    const { data, imputed } = made(FLOWERS, {
      features: ['width'],
      derived: ['length^2', ' width * length '],
    });
    expect(data.features).toEqual(['width', 'length^2', 'width * length']);
    expect([...data.x]).toEqual([2, 2.25, 3, NaN, 6.25, NaN, 4, NaN, NaN, 5, 16, 20, 7, 36, 42]);
    expect(imputed.map(({ count }) => count)).toEqual([1, 1, 2]);
    expect(made(FLOWERS, { features: [], derived: ['length'], missing: 'drop' }).dropped).toEqual({
      label: 1,
      features: 1,
    });
  });

  it('makes what the command line makes', () => {
    const number = fc.oneof(
      fc.double({ min: -1e6, max: 1e6, noNaN: true }).map(String),
      fc.constantFrom('1.0', '01', '7', '-2'),
    );
    const text = fc.constantFrom('red', 'ş', 'B', '10a', 'b');
    const sometimes = (cell: fc.Arbitrary<string>) =>
      fc.oneof({ weight: 6, arbitrary: cell }, { weight: 1, arbitrary: fc.constantFrom('', 'NA', '?') });
    const row = fc.tuple(
      sometimes(number),
      sometimes(text),
      sometimes(number),
      fc.constantFrom('yes', 'no', 'maybe'),
      number,
    );
    const task = fc.constantFrom('classification', 'regression');
    fc.assert(
      fc.property(
        fc.array(row, { minLength: 5, maxLength: 30 }),
        task,
        fc.constantFrom('drop', 'impute'),
        (rows, task, missing) => {
          const csv = `n,t,m,c,q\n${rows.map((cells) => cells.join(',')).join('\n')}\n`;
          const label = task === 'classification' ? 'c' : 'q';
          const [table, { columns }] = [read(csv), summarize(read(csv))];
          fc.pre(
            columns.every(
              ({ kind, missing }, c) => missing < rows.length && (kind === 'text') === (c === 1 || c === 3),
            ),
          );
          const features = ['n', 't', 'm', 'c', 'q'].filter((name) => name !== label);
          let ours;
          try {
            ours = makeDataset(table, { label, task, features, derived: [], missing, testShare: 0 }).data;
          } catch (error) {
            // Told before the training, and not after it.
            expect((error as Error).message).toMatch(/in every row|another value in each|none is left/);
            return;
          }
          const { data } = tableToDataset(parseCsv(csv, 'own.csv'), { label: [label], task, missing });
          expect({ ...ours }).toEqual({ ...data });
        },
      ),
      { numRuns: 500 },
    );
  });

  it.each([
    ['one class', 'x,y\n1,a\n2,a\n3,a\n4,a\n', {}, "'y' of 'own.csv' is 'a' in every row"],
    [
      'one quantity',
      'x,y\n1,.5\n2,.5\n3,.5\n4,.5\n',
      {},
      "'y' of 'own.csv' is 0.5 in every row, so there is nothing to learn",
    ],
    [
      'another label in each row',
      'x,y\n1,a\n2,b\n3,c\n4,d\n',
      {},
      "'y' of 'own.csv' has another value in each of the 4 rows",
    ],
    [
      'a text among numbers',
      'x,y\n1,a\n2,b\nthree,a\n4,b\n',
      {},
      "In 'own.csv' row 4, column 'x' is 'three', which is not a number",
    ],
    ['too large a number', 'x,y\n1,a\n2,b\n1e39,a\n4,b\n', {}, "row 4, column 'x' is 1e+39, outside float32"],
    [
      'a label that is no number',
      'x,y\n1,a\n2,b\n3,a\n4,b\n',
      { task: 'regression' },
      "row 2, column 'y' is 'a', which is not a number",
    ],
    ['no feature', 'x,y\n1,a\n2,b\n3,a\n4,b\n', { features: [] }, 'No feature'],
    [
      'the label as a feature',
      'x,y\n1,a\n2,b\n3,a\n4,b\n',
      { features: ['y'] },
      "The label 'y' is among the features",
    ],
    ['the label in a formula', 'x,y\n1,1\n2,2\n3,1\n4,2\n', { derived: ['x*y'] }, "'x*y' uses the label 'y'"],
    [
      'a formula without a value',
      'x,y\n1,a\n0,b\n3,a\n4,b\n',
      { derived: ['log(x)'] },
      "'log(x)' is -Infinity in row 3",
    ],
    ['a formula twice', 'x,y\n1,a\n0,b\n3,a\n4,b\n', { derived: ['x^2', 'x^2'] }, "'x^2' is there already"],
    ['a formula of nothing', 'x,y\n1,a\n0,b\n3,a\n4,b\n', { derived: ['3'] }, "'3' uses no column"],
    ['a formula of text', 'x,y\n1,a\n0,b\n3,a\n4,b\n', { derived: ['y^2'] }, 'At character 1'],
  ] as [string, string, Partial<Choice>, string][])('of %s is refused', (_, text, other, message) => {
    expect(() => made(text, other)).toThrow(message);
  });

  it('refuses more classes and categories than it takes', () => {
    const rows = Array.from({ length: 3000 }, (_, i) => `${i % 1500},t${i % 1500},${i / 2},u${i % 200}`).join(
      '\n',
    );
    const table = `n,t,x,u\n${rows}`;
    expect(() => made(table, { label: 't', task: 'classification', features: ['x'] })).toThrow(
      'more than 1000',
    );
    expect(() => made(table, { label: 'n', task: 'classification', features: ['x'] })).toThrow(
      'or a regression',
    );
    expect(() => made(table, { label: 'n', task: 'regression', features: ['u'] })).toThrow(
      'more than 100 different',
    );
  });
});

describe('a plan', () => {
  it('shows the split and the standardisation that the training begins with', () => {
    const rows = Array.from({ length: 50 }, (_, i) => `${i},${i % 4 ? i / 3 : ''},${i % 3}`).join('\n');
    const whole = made(`a,b,c\n${rows}`);
    const plan = planOf(whole, { testShare: 0.2 });
    const { train, test, preprocessing } = prepare(whole.data, { testShare: 0.2 });
    expect(plan.rows).toEqual({ train: train.rows, test: test!.rows });
    const { mean, std } = preprocessing.standardization!;
    expect(plan.scales).toEqual(['a', 'b'].map((name, i) => ({ name, mean: mean[i], std: std[i] })));
    expect(plan).toMatchObject({ features: 2, classes: ['0', '1', '2'], target: undefined });
    expect(planOf(whole, { testShare: 0 }).rows).toEqual({ train: 50, test: 0 });
  });
});
