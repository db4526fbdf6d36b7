import Papa from 'papaparse';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { type ModelFile, writeModel } from '../../src/formats/model.ts';
import { katman, useFolder, useTemporary } from './command.ts';
import { csv, outputsOf, sampleRows, savedModel } from './models.ts';

const folder = useFolder();
const temporary = useTemporary();
const adapter = ['--require', inject('adapter')];
const at = (name: string) => path.join(folder, name);

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

const read = (text: string) => Papa.parse<string[]>(text.replace(/\n$/, '')).data;

/** A model that nobody trained: for what goes wrong before it is used. */
function model(changes: Partial<ModelFile> = {}): Uint8Array {
  return writeModel({
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
}

describe('katman predict', () => {
  it('applies a model to other rows, with its own encoding, imputation and scaling', async () => {
    const data = file('train.csv', csv(sampleRows(150), ['age', 'port', 'fare', 'kind']));
    const saved = at('kinds.safetensors');
    const trained = await done(
      ...['train', '--data', data, '--missing', 'impute', '--layers', '8', '--activation', 'tanh'],
      ...['--epochs', '30', '--save', saved],
    );
    expect(trained.stderr).toMatch(/text becomes one feature for each category: 'port' \(3\)/);
    expect(trained.stderr).toMatch(/21 missing cells are imputed, in 'age' \(12\), 'port' \(9\)/);

    // Other columns, in another order, with gaps, and a category that was never seen.
    const rows = sampleRows(40).map((row, i) => (i === 7 ? { ...row, port: 'X' } : row));
    const other = file('new.csv', csv(rows, ['height', 'kind', 'fare', 'port', 'age']));
    const { stderr, stdout } = await done(
      ...['predict', '--model', saved, '--data', other, '--out', at('p.csv')],
    );
    expect(stdout).toBe('');
    expect(stderr).toMatch(/1 cell of column 'port' holds a category .* never saw, .* 'X' in row 9/);
    expect(stderr).toMatch(/missing cells are imputed, in 'age' \(3\), 'port' \(3\)/);
    expect(stderr).toMatch(/40 predictions are in .*p\.csv/);

    const [header, ...lines] = read(readFileSync(at('p.csv'), 'utf8'));
    expect(header).toEqual(['prediction', 'p(bird)', 'p(cat)', 'p(fish)']);
    expect(lines).toHaveLength(40);
    const file64 = savedModel(saved);
    expect(file64.fill![0]).toBeGreaterThan(30);
    lines.forEach(([prediction, ...shares], i) => {
      const wanted = outputsOf(file64, rows[i]);
      wanted.forEach((value, j) => expect(Math.abs(Number(shares[j]) - value)).toBeLessThan(1e-5));
      expect(prediction).toBe(file64.classes![wanted.indexOf(Math.max(...wanted))]);
    });
    expect(lines.filter(([prediction], i) => prediction === rows[i].kind).length).toBeGreaterThan(28);
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('gives every target of a regression a column, on stdout', async () => {
    const rows = sampleRows(120, { gaps: false });
    const columns = ['age', 'fare', 'port', 'weight', 'height'];
    const data = file('both.csv', csv(rows, columns));
    const saved = at('both.safetensors');
    await done(
      ...[
        'train',
        '--data',
        data,
        '--label',
        'weight,height',
        '--no-standardize',
        '--learning-rate',
        '0.0001',
      ],
      ...['--layers', '6', '--epochs', '3', '--save', saved],
    );
    const { stdout } = await done('predict', '--model', saved, '--data', data, '--out', '-');
    const [header, ...lines] = read(stdout);
    expect(header).toEqual(['weight', 'height']);
    const file64 = savedModel(saved);
    expect([file64.fill, file64.standardization]).toEqual([undefined, undefined]);
    lines.forEach((cells, i) => {
      outputsOf(file64, rows[i]).forEach((value, j) =>
        expect(Math.abs(Number(cells[j]) - value)).toBeLessThan(1e-5 * Math.max(1, Math.abs(value))),
      );
    });
  });

  it('takes built-in sets, and more rows than go through the network at a time', async () => {
    const saved = at('digits.safetensors');
    await done('train', '--epochs', '10', '--layers', '16', '--save', saved);
    await done('predict', '--model', saved, '--data', 'digits', '--out', at('digits.csv'));
    const [, ...lines] = read(readFileSync(at('digits.csv'), 'utf8'));
    const labels = readFileSync('data/digits.csv', 'utf8').trim().split('\n').slice(1);
    expect(lines).toHaveLength(labels.length);
    const right = lines.filter(([prediction], i) => prediction === labels[i].slice(-1)).length;
    expect(right / lines.length).toBeGreaterThan(0.9);
  });

  it('ends at once when interrupted, and leaves nothing behind', async () => {
    // Large enough to be at it still when the signal comes.
    const units = 1024;
    const slow = model({
      network: {
        inputs: 3,
        layers: [units, units, 1].map((units) => ({ units, activation: 'sigmoid' })),
        loss: 'binaryCrossEntropy',
      },
      parameters: [
        { w: new Float32Array(3 * units), b: new Float32Array(units) },
        { w: new Float32Array(units * units), b: new Float32Array(units) },
        { w: new Float32Array(units), b: new Float32Array(1) },
      ],
    });
    const words = [
      'predict',
      '--model',
      file('slow.safetensors', slow),
      '--out',
      at('never.csv'),
      ...adapter,
    ];
    const data = file('many.csv', `age,port\n${'1,C\n'.repeat(20_000)}`);
    const { code, stderr } = await katman([...words, '--data', data], {
      env: temporary.env,
      onStart: (child) => {
        child.stderr!.on('data', (data) => {
          if (String(data).includes('Computing')) child.kill('SIGINT');
        });
      },
    });
    expect(code, stderr).toBe(130);
    expect(temporary.left()).toEqual([]);
    expect(readdirSync(folder)).not.toContain('never.csv');
  });
});

describe('bad input ends in one sentence and the right exit code', () => {
  const good = file('good.safetensors', model());
  const data = file('good.csv', 'age,port\n1,C\n2,S\n');
  const out = ['--out', at('out.csv')];
  const words = (changes: { model?: string; data?: string } = {}) => [
    ...['--model', changes.model ?? good, '--data', changes.data ?? data],
    ...out,
  ];
  const damaged = model();
  damaged[20] = 0;
  const weights = (w: Float32Array) => model({ parameters: [{ w, b: new Float32Array(1) }] });
  const network = (activation: string, loss = 'binaryCrossEntropy') =>
    model({ network: { inputs: 3, layers: [{ units: 1, activation }], loss } as ModelFile['network'] });
  const cases: [string, string[], number, RegExp][] = [
    ['no model', ['--data', data, ...out], 2, /required option '--model/],
    ['no data', ['--model', good, ...out], 2, /required option '--data/],
    ['no place for the result', ['--model', good, '--data', data], 2, /required option '--out/],
    ['an unknown option', [...words(), '--outt', 'x'], 2, /unknown option '--outt'[\s\S]*--out/],
    [
      'a model that is not there',
      words({ model: at('none') }),
      2,
      /The model '.*none' cannot be read: .*--save/,
    ],
    ['a model that is none', words({ model: data }), 2, /'good\.csv' says that its header has \d+ bytes/],
    [
      'a damaged model',
      words({ model: file('bad.safetensors', damaged) }),
      2,
      /The header of 'bad\.safetensors' is no JSON/,
    ],
    [
      'a model that is cut off',
      words({ model: file('cut.safetensors', model().slice(0, -4)) }),
      2,
      /'cut\.safetensors' has \d+ bytes of numbers/,
    ],
    [
      'a weight that is NaN',
      words({ model: file('nan.safetensors', weights(Float32Array.of(1, NaN, 1))) }),
      2,
      /'layer1\.w' holds NaN at index 1/,
    ],
    [
      'an unknown activation',
      words({ model: file('act.safetensors', network('relo')) }),
      2,
      /'act\.safetensors' has "relo" in the field 'network\.layers\[0\]\.activation', where one of .*relu/,
    ],
    [
      'an unknown loss',
      words({ model: file('loss.safetensors', network('sigmoid', 'hinge')) }),
      2,
      /'loss\.safetensors' has "hinge" in the field 'network\.loss', where one of .*huber/,
    ],
    ['data that is not there', words({ data: 'irsi' }), 2, /There is no data 'irsi'/],
    [
      'a column that is lacking',
      words({ data: file('few.csv', 'age,gate\n1,C\n') }),
      2,
      /'few\.csv' has no column 'port', which the model takes; its columns are 'age', 'gate'/,
    ],
    [
      'a built-in set of other columns',
      words({ data: 'iris' }),
      2,
      /'iris' has no feature 'age', 'port=C', 'port=S'/,
    ],
    [
      'a cell that is no number',
      words({ data: file('text.csv', 'age,port\n1,C\nold,S\n') }),
      2,
      /'text\.csv' row 3, column 'age' is 'old'/,
    ],
    [
      'a missing value that nothing was learnt for',
      words({ data: file('gap.csv', 'age,port\n1,C\n,S\n') }),
      2,
      /'gap\.csv' has missing values in column 'age' \(first in row 3\).*--missing impute/,
    ],
    [
      'a result over its own data',
      ['--model', good, '--data', data, '--out', data],
      2,
      /--out would overwrite '.*good\.csv'/,
    ],
    [
      'a result without a folder',
      ['--model', good, '--data', data, '--out', '/nowhere/p.csv'],
      4,
      /'\/nowhere\/p\.csv' cannot be written/,
    ],
    ['a browser that is not there', words(), 3, /KATMAN_BROWSER names '\/no\/browser'/],
  ];
  it.each(cases)('%s', async (_, options, code, message) => {
    const ended = await katman(
      ['predict', ...options],
      code === 3 ? { env: { KATMAN_BROWSER: '/no/browser' } } : {},
    );
    expect(ended.stderr).toMatch(message);
    expect(ended.code).toBe(code);
    expect(ended.stdout).toBe('');
    expect(ended.stderr).not.toMatch(/^ +at .*\(/m);
    expect(readdirSync(folder)).not.toContain('out.csv');
  });

  it('a prediction that is no finite number', async () => {
    const huge = file(
      'huge.safetensors',
      model({
        network: { inputs: 3, layers: [{ units: 1, activation: 'identity' }], loss: 'mse' },
        parameters: [{ w: Float32Array.of(3e38, 1, 1), b: new Float32Array(1) }],
        classes: undefined,
      }),
    );
    const far = file('far.csv', 'age,port\n1,C\n3e38,S\n');
    const ended = await katman([
      'predict',
      '--model',
      huge,
      '--data',
      far,
      '--out',
      at('far-out.csv'),
      ...adapter,
    ]);
    expect(ended.stderr).toMatch(/The prediction for row 2 of the data is Infinity/);
    expect(ended.code).toBe(1);
  });

  it('explains itself', async () => {
    const { code, stdout } = await katman(['predict', '--help']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/Usage: katman predict/);
  });
});
