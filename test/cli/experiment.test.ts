import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import type { Receipt } from '../../src/cli/receipt.ts';
import { katman, useFolder } from './command.ts';

const folder = useFolder();
const adapter = ['--require', inject('adapter')];
const at = (name: string) => path.join(folder, name);
const receipt = (name: string): Receipt => JSON.parse(readFileSync(at(name), 'utf8'));
const experiment = (name: string, content: object | string) => {
  writeFileSync(at(name), typeof content === 'string' ? content : JSON.stringify(content));
  return at(name);
};

describe('katman train with the whole method', () => {
  it('takes every option, and the experiment in its receipt trains the same bits again', async () => {
    const words = [
      ...['train', '--data', 'wine', '--layers', '16,8', '--activation', 'gelu,silu', '--dropout', '0.1,0'],
      ...['--optimizer', 'adamw', '--learning-rate', '0.01', '--weight-decay', '0.05', '--l1', '1e-4'],
      ...['--schedule', 'cosine', '--warmup', '5', '--clip', '1', '--label-smoothing', '0.05'],
      ...['--class-weight', 'balanced', '--batch', '16', '--epochs', '30', '--patience', '8'],
      ...['--validation-split', '0.2', '--seed', '3', ...adapter],
    ];
    const first = await katman([...words, '--json', at('first.json')]);
    expect(first.code, first.stderr).toBe(0);
    const run = receipt('first.json');
    expect(run.network).toEqual({
      layers: [13, 16, 8, 3],
      activations: ['gelu', 'silu', 'softmax'],
      loss: 'softmaxCrossEntropy',
    });
    expect(run.optimizer).toMatchObject({
      name: 'adamw',
      weightDecay: 0.05,
      clip: 1,
      schedule: { kind: 'cosine', warmup: 5 },
    });
    expect(run.metrics!.test!.accuracy).toBeGreaterThan(0.9);

    // The receipt itself, or its experiment in a file of its own.
    const file = experiment('again.json', run.experiment);
    const again = await katman(['train', '--experiment', file, ...adapter, '--json', at('second.json')]);
    expect(again.code, again.stderr).toBe(0);
    expect(receipt('second.json')).toMatchObject({
      weights: run.weights,
      loss: run.loss,
      experiment: run.experiment,
    });
  });

  it('trains a whole receipt again, finds its files beside it, and says so of other data', async () => {
    const rows = Array.from({ length: 40 }, (_, i) => `${i % 7},${(i * 5) % 9},${3 * (i % 7) + 0.5}`);
    const data = `a,b,price\n${rows.join('\n')}\n`;
    mkdirSync(at('runs'));
    writeFileSync(at('runs/prices.csv'), data);
    writeFileSync(at('runs/rows.json'), '[0, 7, 14]');
    const first = await katman(
      [
        ...['train', '--data', 'runs/prices.csv', '--split', 'runs/rows.json', '--layers', 'none'],
        ...['--epochs', '3', ...adapter, '--json', 'runs/run.json'],
      ],
      { cwd: folder },
    );
    expect(first.code, first.stderr).toBe(0);
    const run = receipt('runs/run.json');
    expect(run.experiment).toMatchObject({ data: 'prices.csv', split: 'rows.json' });
    expect(run.data!.sha256).toBe(createHash('sha256').update(data).digest('hex'));
    const words = ['train', '--experiment', 'runs/run.json', ...adapter, '--json', 'runs/again.json'];
    const again = await katman(words, { cwd: folder });
    expect(again.code, again.stderr).toBe(0);
    expect(again.stderr).not.toMatch(/not that of the receipt/);
    expect(receipt('runs/again.json')).toMatchObject({ weights: run.weights, experiment: run.experiment });

    writeFileSync(at('runs/prices.csv'), data.replace('0.5', '0.75'));
    const other = await katman(words, { cwd: folder });
    expect(other.code, other.stderr).toBe(0);
    expect(other.stderr).toMatch(/The data is not that of the receipt/);
  });

  it('cross-validates: as many networks, every row predicted by one that had not seen it', async () => {
    const words = [
      'train',
      '--data',
      'iris',
      '--layers',
      '8',
      '--optimizer',
      'adam',
      '--learning-rate',
      '0.02',
    ];
    const { code, stdout } = await katman([...words, '--folds', '3', ...adapter, '--json', at('folds.json')]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/fold 3 .*\nmean of folds .*\ndeviation .*\nall 150 rows /);
    const { folds, metrics } = receipt('folds.json');
    expect(folds).toHaveLength(3);
    const each = folds!.map(({ accuracy }) => accuracy!);
    const centre = each.reduce((a, b) => a + b) / 3;
    const deviation = Math.sqrt(each.reduce((sum, value) => sum + (value - centre) ** 2, 0) / 3);
    const shown = (name: string) =>
      stdout
        .split('\n')
        .find((line) => line.startsWith(name))!
        .split(/ +/)
        .at(-1);
    expect(shown('mean of folds')).toBe(centre.toFixed(4));
    expect(shown('deviation')).toBe(deviation.toFixed(4));
    const total = metrics!.test!.confusion!.flat().reduce((a, b) => a + b, 0);
    expect(total).toBe(150);
    expect(metrics!.test!.accuracy).toBeGreaterThan(0.9);
  });
});

describe('what does not belong together ends with exit 2', () => {
  const file = (name: string, content: object | string) => ['--experiment', experiment(name, content)];
  const format = 'katman-experiment/1';
  const split = ['--split', experiment('rows.json', '[0]')];
  it.each<[string, string[], RegExp]>([
    [
      'an option of another optimizer',
      ['--momentum', '0.9'],
      /--momentum belongs to --optimizer momentum or nesterov or rmsprop, not to sgd/,
    ],
    ['momentum of 1', ['--optimizer', 'nesterov', '--momentum', '1'], /--momentum.*share from 0/],
    ['a Huber delta of 0', ['--loss', 'huber', '--huber-delta', '0'], /--huber-delta.*above 0, not '0'/],
    ['a negative penalty', ['--l2=-1'], /--l2.*at least 0, not '-1'/],
    ['decays of nothing', ['--decays', 'all'], /--decays belongs to --l1, --l2 or --weight-decay/],
    ['a best epoch of none', ['--no-restore-best'], /--no-restore-best belongs to --patience/],
    [
      'activations of no layer',
      ['--layers', 'none', '--activation', 'relu'],
      /--activation is for hidden layers, and --layers none has none/,
    ],
    [
      'dropout of no layer',
      ['--layers', 'none', '--dropout', '0.5'],
      /--dropout is for hidden layers, and --layers none has none/,
    ],
    [
      'class weights of a regression',
      ['--data', 'plane', '--class-weight', 'balanced'],
      /--class-weight is for a classification, and 'y' of 'plane' is a regression/,
    ],
    [
      'smoothing of no classes',
      ['--data', 'plane', '--label-smoothing', '0.1'],
      /--label-smoothing is for the cross-entropy losses, not for mse/,
    ],
    [
      'targets of a classification',
      ['--no-standardize-targets'],
      /--no-standardize-targets is for a regression, and 'digits' is a classification/,
    ],
    ['missing values of a built-in set', ['--missing', 'drop'], /--missing is for CSV files; a built-in set/],
    ['a split and a share', ['--test-split', '0.1', ...split], /--test-split and --split both choose/],
    ['a model without a name', ['--save', ''], /--save.*the name of a file, not nothing/],
    ['a receipt without a name', ['--json', ''], /--json.*the name of a file, not nothing/],
    ['a word that is not balanced', ['--class-weight', 'balancd'], /It is balanced, or a finite number/],
    ['a word that is not full', ['--batch', 'Full'], /It is full, or a whole number of at least 1/],
    ['no units', ['--layers', '0'], /It is none, or a whole number of at least 1, not '0'/],
    [
      'no row for validation',
      ['--data', 'iris', '--validation-split', '0.001'],
      /The split of 'iris' leaves no row to validation/,
    ],
    [
      'a split that is not there',
      ['--split', at('gone.json')],
      /The split '.*gone\.json' cannot be read: there is no such file; give a JSON array/,
    ],
    [
      'a split that is cut off',
      ['--split', experiment('half.json', '[1,\n2')],
      /The split '.*half\.json' is no JSON, or cut off.*; give a JSON array/,
    ],
    [
      'an option of another schedule',
      ['--schedule-every', '3'],
      /--schedule-every belongs to --schedule step, not to constant/,
    ],
    ['a schedule without its step', ['--schedule', 'step'], /--schedule step needs --schedule-every/],
    [
      'too many activations',
      ['--layers', '4,4', '--activation', 'relu,tanh,elu'],
      /--activation has 3 values for 2 hidden layers/,
    ],
    ['dropout of everything', ['--dropout', '1'], /--dropout.*share from 0/],
    [
      'weights for other classes',
      ['--data', 'iris', '--class-weight', '1,2'],
      /--class-weight is a number for each of the 3 classes, not 2/,
    ],
    ['Huber without its loss', ['--huber-delta', '2'], /--huber-delta belongs to --loss huber/],
    [
      'folds and one model',
      ['--folds', '5', '--save', at('m.safetensors')],
      /--folds trains several networks/,
    ],
    ['an experiment and an option', [...file('a.json', { format }), '--epochs', '3'], /leave --epochs out/],
    [
      'an experiment that is not there',
      ['--experiment', at('none.json')],
      /none\.json' cannot be read: there is no such file; give the receipt/,
    ],
    [
      'an experiment that is cut off',
      file('cut.json', '{"format": "kat'),
      /cut\.json' is no JSON, or cut off.*; give the receipt/,
    ],
    [
      'another format',
      file('other.json', { format: 'x' }),
      /other\.json': format is to be 'katman-experiment\/1'/,
    ],
    ['an unknown field', file('field.json', { format, lr: 1 }), /field\.json': there is no option 'lr'/],
    [
      'a wrong value',
      file('value.json', { format, epochs: -1 }),
      /value\.json': epochs is wrong.*at least 1, not '-1'/,
    ],
    [
      'a wrong type',
      file('type.json', { format, data: { a: 1 } }),
      /type\.json': data is to be a number, a text/,
    ],
    [
      'an unknown optimizer',
      file('opt.json', { format, optimizer: 'lion' }),
      /opt\.json': optimizer is wrong.*Allowed choices/,
    ],
  ])('%s', async (_what, words, message) => {
    const { code, stderr } = await katman(['train', ...words]);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });
});
