import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import type { Evaluation } from '../../src/cli/evaluate.ts';
import type { Receipt } from '../../src/cli/receipt.ts';
import { type ModelFile, writeModel } from '../../src/formats/model.ts';
import { katman, useFolder } from './command.ts';
import { csv, outputsOf, sampleRows, savedModel } from './models.ts';

const folder = useFolder();
const adapter = ['--require', inject('adapter')];
const at = (name: string) => path.join(folder, name);
const json = <T>(name: string): T => JSON.parse(readFileSync(at(name), 'utf8'));

function file(name: string, content: string | Uint8Array): string {
  writeFileSync(at(name), content);
  return at(name);
}

/** Runs a command that is to succeed. */
async function done(...words: string[]) {
  const ended = await katman([...words, ...adapter]);
  expect(ended.code, ended.stderr).toBe(0);
  return ended;
}

const COLUMNS = ['age', 'port', 'fare', 'kind'];
const rows = sampleRows(160);
const data = file('all.csv', csv(rows, COLUMNS));
const testRows = rows.map((_, i) => i).filter((i) => i % 4 === 3);
const split = file('split.json', JSON.stringify(testRows));

describe('katman evaluate', () => {
  it.each(['impute', 'drop'])(
    'finds the metrics that training found on the same rows: %s',
    async (missing) => {
      const saved = at(`${missing}.safetensors`);
      await done(
        ...[
          'train',
          '--data',
          data,
          '--missing',
          missing,
          '--split',
          split,
          '--layers',
          '8',
          '--epochs',
          '20',
        ],
        ...['--save', saved, '--json', at('run.json')],
      );
      const words = ['evaluate', '--model', saved, '--data', data, '--split', split, '--missing', missing];
      const { stdout, stderr } = await done(...words, '--json', at('test.json'));
      const { metrics } = json<Receipt>('run.json');
      const test = json<Evaluation>('test.json');
      expect(test.metrics).toEqual(metrics!.test);
      const complete = ({ age, port }: Record<string, string>) => age !== '' && port !== '';
      const taken = testRows.filter((i) => missing === 'impute' || complete(rows[i]));
      expect(test).toMatchObject({
        schema: 'katman-evaluation/1',
        command: [...words, '--json', at('test.json'), ...adapter],
        model: saved,
        data: { name: 'all', rows: taken.length },
        adapter: { kind: inject('adapter') },
      });
      expect(test.browser.version).toMatch(/^\d+\./);
      expect(stderr).toMatch(
        missing === 'drop' ? /rows have missing values and are left out/ : /are imputed/,
      );

      // The same by hand, in float64.
      const model = savedModel(saved);
      const confusion = [0, 1, 2].map(() => [0, 0, 0]);
      for (const i of taken) {
        const outputs = outputsOf(model, rows[i]);
        confusion[model.classes!.indexOf(rows[i].kind)][outputs.indexOf(Math.max(...outputs))]++;
      }
      expect(test.metrics.confusion).toEqual(confusion);
      const right = confusion.reduce((sum, row, i) => sum + row[i], 0) / taken.length;
      expect(test.metrics.accuracy).toBeCloseTo(right, 12);
      const [header, ...lines] = stdout.trimEnd().split('\n').slice(-4);
      expect(header).toMatch(/^actual \\ predicted +bird +cat +fish$/);
      lines.forEach((line, i) => {
        expect(line.length).toBe(header.length);
        expect(line.trim().split(/ +/)).toEqual([model.classes![i], ...confusion[i].map(String)]);
      });
      expect(stdout).toMatch(new RegExp(`accuracy +${right.toFixed(4)}\\n`));
      expect(stdout).toMatch(/ROC AUC +[01]\.\d{4}\n/);
    },
  );

  it('takes every row, labels under another name, and classes written otherwise', async () => {
    const binary = (i: number) => ({ x: String((i * 7) % 20), y: String(Number((i * 7) % 20 > 9)) });
    const train = file(
      'one.csv',
      csv(
        Array.from({ length: 60 }, (_, i) => binary(i)),
        ['x', 'y'],
      ),
    );
    const saved = at('binary.safetensors');
    await done(
      ...['train', '--data', train, '--test-split', '0', '--layers', '4', '--epochs', '20', '--save', saved],
      ...['--json', at('one.json')],
    );
    const all = await done('evaluate', '--model', saved, '--data', train, '--json', '-');
    expect(JSON.parse(all.stdout).metrics).toEqual(json<Receipt>('one.json').metrics!.train);
    expect(all.stderr).toMatch(/actual \\ predicted +0 +1/);
    const other = file('other.csv', 'z,truth,x\n5,0.0,1\n5,1.0,19\n5,01,0\n');
    const words = ['evaluate', '--model', saved, '--data', other, '--label', 'truth', '--json', '-'];
    const { metrics, data: of } = JSON.parse((await done(...words)).stdout) as Evaluation;
    expect(of.rows).toBe(3);
    expect(metrics.confusion).toEqual([
      [1, 0],
      [1, 1],
    ]);
  });

  it('judges a regression of several targets, and a built-in set', async () => {
    const numbers = sampleRows(100, { gaps: false });
    const both = file('both.csv', csv(numbers, ['age', 'fare', 'port', 'weight', 'height']));
    const saved = at('both.safetensors');
    await done(
      ...['train', '--data', both, '--label', 'weight,height', '--layers', 'none', '--test-split', '0'],
      ...['--save', saved, '--json', at('both.json')],
    );
    const { stdout } = await done('evaluate', '--model', saved, '--data', both, '--json', at('judged.json'));
    const { metrics } = json<Evaluation>('judged.json');
    expect(metrics).toEqual(json<Receipt>('both.json').metrics!.train);
    expect(metrics.r2).toBeGreaterThan(0.99);
    expect(stdout).toMatch(/R2 +\d\.\d{4}\nmean absolute error +\d/);
    expect(stdout).not.toMatch(/predicted/);

    const iris = at('iris.safetensors');
    await done('train', '--data', 'iris', '--epochs', '5', '--save', iris, '--json', at('iris.json'));
    const whole = await done('evaluate', '--model', iris, '--data', 'iris', '--json', at('whole.json'));
    expect(whole.stderr).toMatch(/iris: all 150 rows are taken, of which 30 are its own for the test/);
    expect(json<Evaluation>('whole.json').data).toEqual({ name: 'iris', rows: 150 });
    const own = file(
      'iris.split',
      JSON.stringify(JSON.parse(readFileSync('data/splits.json', 'utf8')).iris.test),
    );
    await done('evaluate', '--model', iris, '--data', 'iris', '--split', own, '--json', at('own.json'));
    expect(json<Evaluation>('own.json').metrics).toEqual(json<Receipt>('iris.json').metrics!.test);
  });
});

describe('bad input ends in one sentence and the right exit code', () => {
  const model = (changes: Partial<ModelFile> = {}) =>
    writeModel({
      network: { inputs: 3, layers: [{ units: 1, activation: 'sigmoid' }], loss: 'binaryCrossEntropy' },
      parameters: [{ w: Float32Array.of(1, 2, 3), b: Float32Array.of(0) }],
      preprocessing: {
        columns: [{ name: 'age' }, { name: 'port', categories: ['C', 'S'] }],
        fill: undefined,
        standardization: undefined,
      },
      targets: ['kind'],
      classes: ['no', 'yes'],
      metrics: {},
      ...changes,
    });
  const good = file('good.safetensors', model());
  const labelled = file('good.csv', 'age,port,kind\n1,C,no\n2,S,yes\n');
  const iris = file(
    'wrong-iris.safetensors',
    model({
      network: { inputs: 1, layers: [{ units: 1, activation: 'sigmoid' }], loss: 'binaryCrossEntropy' },
      parameters: [{ w: Float32Array.of(1), b: Float32Array.of(0) }],
      preprocessing: { columns: [{ name: 'petal_length_cm' }], fill: undefined, standardization: undefined },
    }),
  );
  const on = (content: string, ...more: string[]) => [
    ...['--model', good, '--data', file(`${cases.length}.csv`, content)],
    ...more,
  ];
  const cases: [string, string[], number, RegExp][] = [];
  const add = (what: string, words: string[], code: number, message: RegExp) =>
    cases.push([what, words, code, message]);
  add('no model', ['--data', labelled], 2, /required option '--model/);
  add(
    'a model that is none',
    ['--model', labelled, '--data', labelled],
    2,
    /'good\.csv' says that its header/,
  );
  add(
    'no label column',
    on('age,port\n1,C\n'),
    2,
    /has no column 'kind' for a label; its columns are 'age', 'port'/,
  );
  add(
    'an unknown class',
    on('age,port,kind\n1,C,no\n2,C,maybe\n'),
    2,
    /row 3, column 'kind' is 'maybe', which is none of the model's classes 'no', 'yes'/,
  );
  add(
    'a missing label',
    on('age,port,kind\n1,C,no\n2,C,\n'),
    2,
    /row 3, column 'kind' is empty, a missing value/,
  );
  add(
    'a missing feature',
    on('age,port,kind\n1,C,no\n,C,yes\n'),
    2,
    /missing values in column 'age' \(first in row 3\)/,
  );
  add(
    'imputing what was not learnt',
    ['--model', good, '--data', labelled, '--missing', 'impute'],
    2,
    /learnt nothing to impute/,
  );
  add(
    'an unknown way with missing values',
    ['--model', good, '--data', labelled, '--missing', 'mean'],
    2,
    /mean.*Allowed choices are refuse, drop, impute/,
  );
  add('a column that is lacking', on('age,kind\n1,no\n'), 2, /has no column 'port', which the model takes/);
  add(
    'two labels for one target',
    ['--model', good, '--data', labelled, '--label', 'kind,age'],
    2,
    /The model predicts kind, but 2 label columns of 'good\.csv' are given; give 1/,
  );
  add(
    'a label for a built-in set',
    ['--model', iris, '--data', 'iris', '--label', 'x'],
    2,
    /--label is for CSV files/,
  );
  add(
    'classes of another model',
    ['--model', iris, '--data', 'iris'],
    2,
    /'iris' has the class .*none of the model's classes 'no', 'yes'/,
  );
  add(
    'a split beyond the rows',
    ['--model', good, '--data', labelled, '--split', file('far.json', '[2]')],
    2,
    /rows 0 to 1, but the split names row 2/,
  );
  add(
    'a split without rows',
    ['--model', good, '--data', labelled, '--split', file('none.json', '[]')],
    2,
    /names no row/,
  );
  add(
    'a split that is no list',
    ['--model', good, '--data', labelled, '--split', file('no.json', '{}')],
    2,
    /JSON array/,
  );
  add(
    'a result without a place',
    ['--model', good, '--data', labelled, '--json', '/nowhere/e.json'],
    4,
    /cannot be written/,
  );
  add(
    'a browser that is not there',
    ['--model', good, '--data', labelled],
    3,
    /KATMAN_BROWSER names '\/no\/browser'/,
  );

  it.each(cases)('%s', async (_, words, code, message) => {
    const env = code === 3 ? { KATMAN_BROWSER: '/no/browser' } : {};
    const ended = await katman(['evaluate', ...words], { env });
    expect(ended.stderr).toMatch(message);
    expect(ended.code).toBe(code);
    expect(ended.stdout).toBe('');
    expect(ended.stderr).not.toMatch(/^ +at .*\(/m);
  });

  it('explains itself', async () => {
    const { code, stdout } = await katman(['evaluate', '--help']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/Usage: katman evaluate/);
  });
});
