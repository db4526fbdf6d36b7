import { existsSync, lstatSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { inject } from 'vitest';
import { describe, expect, it } from 'vitest';
import type { Receipt } from '../../src/cli/receipt.ts';
import { katman, useFolder, useTemporary } from './command.ts';

const folder = useFolder();
const temporary = useTemporary();
const adapter = ['--require', inject('adapter')];
const at = (name: string) => path.join(folder, name);
const receipt = (file: string): Receipt => JSON.parse(readFileSync(file, 'utf8'));

describe('katman train', () => {
  it('trains digits, shows its progress, prints a table and writes a receipt and the model', async () => {
    const words = [
      'train',
      '--seed',
      '1',
      ...adapter,
      '--json',
      at('run.json'),
      '--save',
      at('model.safetensors'),
    ];
    const { code, stdout, stderr } = await katman(words);
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(/loss 0\.\d+ \| accuracy \d+\.\d% \| \d+(\.\d+)? steps\/s/);
    expect(stdout).toMatch(/test +360 +0\.\d+ +0\.9\d+/);
    expect(stdout).toMatch(/adapter +\S.*\((software|hardware)\)/);

    const run = receipt(at('run.json'));
    expect(run).toMatchObject({
      schema: 'katman-run/1',
      command: words,
      seed: 1,
      segments: [expect.objectContaining({ step: 0, plan: 'fused' })],
      data: { name: 'digits', rows: 1797, features: 64 },
      network: { layers: [64, 64, 10], activations: ['relu', 'softmax'], loss: 'softmaxCrossEntropy' },
      optimizer: { name: 'sgd', learningRate: 0.1 },
      adapter: { kind: inject('adapter') },
      steps: 480,
    });
    expect(run.error).toBeUndefined();
    expect(run.checks!.passed).toBe(run.checks!.planned);
    expect(run.checks!.planned).toBeGreaterThan(20);
    expect(run.metrics!.test!.accuracy).toBeGreaterThanOrEqual(0.95);
    expect(run.loss!.length).toBe(480);
    expect(run.loss![0][1]).toBeGreaterThan(run.loss![479][1]);
    expect(run.browser!.flags.length).toBeGreaterThan(0);
    for (const hash of [run.weights, ...Object.values(run.kernels!)]) expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(run.msToFirstStep).toBeGreaterThan(0);
    expect(run.stepsPerSecond).toBeGreaterThan(0);

    const file = readFileSync(at('model.safetensors'));
    const length = Number(file.readBigUInt64LE(0));
    const header = JSON.parse(file.toString('utf8', 8, 8 + length));
    expect(header['layer1.w']).toEqual({ dtype: 'F32', shape: [64, 64], data_offsets: [0, 4 * 64 * 64] });
    expect((8 + length) % 8).toBe(0);
    expect(file.length).toBe(8 + length + 4 * (64 * 64 + 64 + 64 * 10 + 10));
    expect(JSON.parse(header.__metadata__.classes)).toHaveLength(10);
    expect(JSON.parse(header.__metadata__.standardization).mean).toHaveLength(64);
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('gives the same bits for the same seed, and a machine-readable stdout with --json -', async () => {
    const words = ['train', '--data', 'iris', '--epochs', '10', '--seed', '7', ...adapter, '--json', '-'];
    const [one, two] = [await katman(words), await katman(words)];
    expect(one.code, one.stderr).toBe(0);
    const [first, second]: Receipt[] = [JSON.parse(one.stdout), JSON.parse(two.stdout)];
    expect(first.weights).toBe(second.weights);
    expect(first.loss).toEqual(second.loss);
  });

  it('warns of a batch larger than the data, and uses the data', async () => {
    const { code, stderr } = await katman([
      'train',
      '--data',
      'iris',
      '--batch',
      '1000',
      '--epochs',
      '2',
      ...adapter,
    ]);
    expect(code).toBe(0);
    expect(stderr).toMatch(/The batch of 1000 is larger than the data: all 120 rows are used/);
  });
});

describe('bad input ends in one sentence and the right exit code', () => {
  const csv = (name: string, text: string) => {
    writeFileSync(at(name), text);
    return at(name);
  };
  const cases: [string, string[], number, RegExp][] = [
    ['an unknown option', ['--epoch', '3'], 2, /unknown option '--epoch'[\s\S]*Did you mean.*--epochs/],
    ['an unknown choice', ['--activation', 'relo'], 2, /relo.*Allowed choices are.*relu/],
    ['zero units', ['--layers', '4,0'], 2, /--layers.*whole number of at least 1, not '0'/],
    ['a negative batch', ['--batch', '-4'], 2, /--batch/],
    ['zero epochs', ['--epochs', '0'], 2, /--epochs.*whole number of at least 1/],
    ['a learning rate that is no number', ['--learning-rate', 'NaN'], 2, /--learning-rate.*finite number/],
    ['an infinite learning rate', ['--learning-rate', 'Infinity'], 2, /--learning-rate.*finite number/],
    ['a learning rate below 0', ['--learning-rate=-1'], 2, /--learning-rate.*above 0, not '-1'/],
    ['a seed beyond 32 bits', ['--seed', '99999999999'], 2, /--seed.*below 4294967296/],
    ['a number outside float32', ['--learning-rate', '1e39'], 2, /outside float32/],
    ['epochs and steps', ['--epochs', '3', '--steps', '3'], 2, /--epochs.*cannot be used with.*--steps/],
    ['data that is not there', ['--data', 'irsi'], 2, /There is no data 'irsi'.*iris/],
    ['an empty file', ['--data', csv('empty.csv', '')], 2, /empty\.csv.*empty/],
    [
      'a ragged file',
      ['--data', csv('ragged.csv', 'a,b\n1,2\n3\n')],
      2,
      /Row 3 of 'ragged\.csv' has 1 cells/,
    ],
    [
      'text among numbers',
      ['--data', csv('text.csv', 'a,b\n1,0\n2,1\n3,0\nx,1\n')],
      2,
      /text\.csv.*row 5.*'a'.*'x'/,
    ],
    ['NaN', ['--data', csv('nan.csv', 'a,b\n1,0\n2,1\n3,0\nInfinity,1\n')], 2, /nan\.csv.*row 5.*'a'/],
    ['missing values', ['--data', csv('gaps.csv', 'a,b,c\n1,,0\n2,5,1\n,6,0\n')], 2, /gaps\.csv.*'a'.*'b'/],
    ['one class', ['--data', csv('one.csv', 'a,b\n1,yes\n2,yes\n')], 2, /'one\.csv' is 'yes' in every row/],
    [
      'no such label',
      ['--data', csv('ok.csv', 'a,b\n1,0\n2,1\n'), '--label', 'z'],
      2,
      /'ok\.csv' has no column 'z'.*'a', 'b'/,
    ],
    [
      'a split that is no list',
      ['--data', 'iris', '--split', csv('split.txt', '{}')],
      2,
      /JSON array of test rows/,
    ],
    [
      'a split beyond the rows',
      ['--data', 'iris', '--split', csv('far.json', '[150]')],
      2,
      /rows 0 to 149.*row 150/,
    ],
    ['a loss that does not fit', ['--data', 'plane', '--loss', 'softmaxCrossEntropy'], 2, /needs classes/],
    [
      'a result without a place',
      ['--json', '/nowhere/run.json'],
      4,
      /'\/nowhere\/run\.json' cannot be written/,
    ],
    ['a browser that is not there', ['--data', 'iris'], 3, /KATMAN_BROWSER names '\/no\/browser'/],
    ['a browser that does not start', ['--data', 'iris'], 3, /\/bin\/false/],
  ];
  it.each(cases)('%s', async (what, words, code, message) => {
    const browser =
      what.includes('not there') && code === 3
        ? '/no/browser'
        : what.includes('not start')
          ? '/bin/false'
          : undefined;
    const ended = await katman(['train', ...words], browser ? { env: { KATMAN_BROWSER: browser } } : {});
    expect(ended.stderr).toMatch(message);
    expect(ended.code).toBe(code);
    expect(ended.stdout).toBe('');
    expect(ended.stderr).not.toMatch(/^ +at .*\(/m);
  });

  it('an adapter of a kind that is not here', async () => {
    const other = inject('adapter') === 'software' ? 'hardware' : 'software';
    const words = ['train', '--data', 'iris', '--require', other, '--json', at('none.json')];
    const { code, stderr } = await katman(words);
    expect(code).toBe(3);
    expect(stderr).toMatch(new RegExp(`No browser here has a ${other} adapter`));
    expect(receipt(at('none.json')).error).toMatch(/No browser here/);
  });

  it("a network over the limits of the adapter, or over WebGPU's guaranteed ones", async () => {
    const words = ['train', '--data', 'iris', '--layers', '60000,60000', ...adapter];
    const most = await katman(words);
    expect(most.code).toBe(3);
    expect(most.stderr).toMatch(/'[\w.]+' needs 144\d{8} bytes, but this adapter's max\w+ is \d+/);
    const guaranteed = await katman([...words, '--limits', 'default']);
    expect(guaranteed.code).toBe(3);
    expect(guaranteed.stderr).toMatch(/'[\w.]+' needs 144\d{8} bytes, .* is (134217728|268435456)/);
  });

  it('training that diverges: says where, and writes an experiment that replays it', async () => {
    const words = [
      'train',
      '--data',
      'plane',
      '--learning-rate',
      '1e6',
      ...adapter,
      '--json',
      at('div.json'),
    ];
    const { code, stderr } = await katman(words, { cwd: folder });
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /Training diverged\. Step \d+, .*: layer\d\.\w+ row \d+, column \d+ is .*smaller learning rate/,
    );
    const { error, divergence } = receipt(at('div.json'));
    expect(error).toMatch(/diverged/);
    expect(divergence!.oracleAgrees).toBe(true);
    const replay = JSON.parse(readFileSync(at('katman-divergence.json'), 'utf8'));
    expect(replay).toMatchObject({ data: 'plane', learningRate: 1e6, steps: divergence!.step + 1 });
    const again = ['train', '--experiment', 'katman-divergence.json', ...adapter, '--json', at('again.json')];
    expect((await katman(again, { cwd: folder })).code).toBe(1);
    expect(receipt(at('again.json')).divergence).toEqual(divergence);
  });
});

describe('results', () => {
  it('go through a link, and into what is no file, as they are', async () => {
    writeFileSync(at('real.json'), '');
    symlinkSync(at('real.json'), at('link.json'));
    const words = ['train', '--data', 'iris', '--epochs', '1', ...adapter, '--json'];
    expect((await katman([...words, at('link.json')])).code).toBe(0);
    expect(lstatSync(at('link.json')).isSymbolicLink()).toBe(true);
    expect(receipt(at('real.json')).schema).toBe('katman-run/1');
    expect((await katman([...words, '/dev/null'])).code).toBe(0);
    expect(lstatSync('/dev/null').isCharacterDevice()).toBe(true);
  });
});

describe('interruption', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('%s closes the browser, leaves nothing behind and exits with %d', async (signal, expected) => {
    const json = at(`${signal}.json`);
    const { code } = await katman(['train', '--steps', '1000000', ...adapter, '--json', json], {
      env: temporary.env,
      onStart: (child) => {
        child.stderr!.on('data', (data) => {
          if (String(data).includes('steps/s')) child.kill(signal);
        });
      },
    });
    expect(code).toBe(expected);
    expect(temporary.left()).toEqual([]);
    expect(existsSync(json) && receipt(json).error).toBe('interrupted');
  });

  it('a signal while the browser starts is heeded, too', async () => {
    const { code } = await katman(['train', '--steps', '1000000', ...adapter], {
      env: temporary.env,
      onStart: (child) => {
        child.stderr!.on('data', (data) => {
          if (String(data).includes('Starting a browser')) child.kill('SIGINT');
        });
      },
    });
    expect(code).toBe(130);
    expect(temporary.left()).toEqual([]);
  });

  it('a signal does not wait for a browser that never answers', async () => {
    writeFileSync(at('silent'), '#!/bin/sh\nexec sleep 1000\n', { mode: 0o755 });
    let signalled = 0;
    const { code } = await katman(['train', '--steps', '1000000', ...adapter], {
      env: { ...temporary.env, KATMAN_BROWSER: at('silent') },
      onStart: (child) => {
        child.stderr!.on('data', async (data) => {
          if (!String(data).includes('Starting a browser')) return;
          await new Promise((resolve) => setTimeout(resolve, 1000));
          signalled = performance.now();
          child.kill('SIGTERM');
        });
      },
    });
    expect(code).toBe(143);
    expect(performance.now() - signalled).toBeLessThan(15_000);
    expect(temporary.left()).toEqual([]);
  });

  it('a closed pipe is no crash', async () => {
    const { code, stderr } = await katman(
      ['train', '--data', 'iris', '--epochs', '5', ...adapter, '--json', '-'],
      {
        onStart: (child) => child.stdout!.destroy(),
      },
    );
    expect(stderr).not.toMatch(/EPIPE/);
    expect(code).toBe(0);
  });
});

describe('katman', () => {
  it.each([[['--help']], [['train', '--help']], [['doctor', '--help']]])(
    '%j explains itself',
    async (words) => {
      const { code, stdout } = await katman(words);
      expect(code).toBe(0);
      expect(stdout).toMatch(/Usage: katman/);
    },
  );

  it('doctor names every rung and a launch line that works', async () => {
    const { code, stdout } = await katman(['doctor']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/computed on .* \((software|hardware)\)/);
    expect(stdout).toMatch(/Works: \S+ --headless .*--enable-unsafe-webgpu/);
  });
});
