import { readFileSync, writeFileSync } from 'node:fs';
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

    const file = experiment('again.json', run.experiment);
    const again = await katman(['train', '--experiment', file, ...adapter, '--json', at('second.json')]);
    expect(again.code, again.stderr).toBe(0);
    expect(receipt('second.json')).toMatchObject({
      weights: run.weights,
      loss: run.loss,
      experiment: run.experiment,
    });
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
    expect(stdout).toMatch(/fold 3 .*\n *all 150 rows/);
    const { folds, metrics } = receipt('folds.json');
    expect(folds).toHaveLength(3);
    const total = metrics!.test!.confusion!.flat().reduce((a, b) => a + b, 0);
    expect(total).toBe(150);
    expect(metrics!.test!.accuracy).toBeGreaterThan(0.9);
  });
});

describe('what does not belong together ends with exit 2', () => {
  const file = (name: string, content: object | string) => ['--experiment', experiment(name, content)];
  const format = 'katman-experiment/1';
  it.each<[string, string[], RegExp]>([
    ['an option of another optimizer', ['--momentum', '0.9'], /sgd has no option 'momentum'/],
    [
      'an option of another schedule',
      ['--schedule-every', '3'],
      /--schedule-every does not belong to --schedule constant/,
    ],
    ['a schedule without its step', ['--schedule', 'step'], /'step' needs/],
    [
      'too many activations',
      ['--layers', '4,4', '--activation', 'relu,tanh,elu'],
      /--activation has 3 values for 2 hidden layers/,
    ],
    ['dropout of everything', ['--dropout', '1'], /--dropout.*share from 0/],
    ['weights for other classes', ['--data', 'iris', '--class-weight', '1,2'], /each of the 3 classes/],
    ['Huber without its loss', ['--huber-delta', '2'], /--huber-delta belongs to --loss huber/],
    [
      'folds and one model',
      ['--folds', '5', '--save', at('m.safetensors')],
      /--folds trains several networks/,
    ],
    ['an experiment and an option', [...file('a.json', { format }), '--epochs', '3'], /leave --epochs out/],
    ['an experiment that is not there', ['--experiment', at('none.json')], /none\.json' cannot be read/],
    ['an experiment that is cut off', file('cut.json', '{"format": "kat'), /cut\.json' cannot be read/],
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
