import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, inject, it } from 'vitest';
import { readModelFiles } from '../../src/formats/modelFiles.ts';
import { writeSafetensors } from '../../src/formats/safetensors.ts';
import { katman, useFolder } from './command.ts';

const folder = useFolder();
const adapter = ['--require', inject('adapter')];
const at = (name: string) => path.join(folder, name);

async function done(...words: string[]): Promise<string> {
  const { code, stdout, stderr } = await katman([...words, ...adapter]);
  expect(code, stderr).toBe(0);
  return stdout;
}

const predictions = (file: string) => readFileSync(file, 'utf8').trim().split('\n');

describe('a model is saved in the format that its name asks for', () => {
  const train = ['train', '--data', 'iris', '--epochs', '30', '--seed', '3'];

  it('and each gives the same predictions', async () => {
    await done(...train, '--save', at('a.safetensors'));
    await done('predict', '--model', at('a.safetensors'), '--data', 'iris', '--out', at('a.csv'));
    const want = predictions(at('a.csv'));
    for (const name of ['b.onnx', 'c.json', 'd.tfjs']) {
      await done(...train, '--save', at(name));
      await done('predict', '--model', at(name), '--data', 'iris', '--out', at(`${name}.csv`));
      expect(predictions(at(`${name}.csv`)), name).toEqual(want);
    }
    await done('evaluate', '--model', at('d.tfjs/model.json'), '--data', 'iris');
  });

  it('weights of another program predict with the activations that are told', async () => {
    const tensors = [
      { name: '0.weight', shape: [2, 1], data: Float32Array.of(1, -1) },
      { name: '2.weight', shape: [1, 2], data: Float32Array.of(2, 3) },
      { name: '2.bias', shape: [1], data: Float32Array.of(1) },
    ];
    writeFileSync(at('t.safetensors'), writeSafetensors(tensors, { format: 'pt' }));
    writeFileSync(at('t.data.csv'), 'x1\n2\n-1\n');
    const words = [
      'predict',
      '--model',
      at('t.safetensors'),
      '--data',
      at('t.data.csv'),
      '--out',
      at('t.csv'),
    ];
    await done(...words, '--activation', 'relu', '--output-activation', 'identity');
    expect(predictions(at('t.csv'))).toEqual(['y', '5', '4']);
    const { code, stderr } = await katman([...words, ...adapter]);
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/'t.safetensors' has .* 1-2-1, and does not say/),
    ]);
    const half = await katman([...words, '--activation', 'relu', ...adapter]);
    expect([half.code, half.stderr]).toEqual([2, expect.stringMatching(/give --output-activation, too/)]);
  });

  it('dropout of the training is kept, and predicts without it', async () => {
    await done(...train, '--dropout', '0.5', '--save', at('drop.safetensors'), '--plan', 'cpu');
    const file = at('drop.safetensors');
    const { network } = await readModelFiles(file, async () => readFileSync(file));
    expect(network.layers[0].dropout).toBe(0.5);
    for (const name of ['1', '2'])
      await done('predict', '--model', file, '--data', 'iris', '--out', at(`drop${name}.csv`));
    expect(predictions(at('drop1.csv'))).toEqual(predictions(at('drop2.csv')));
  });

  it('a script predicts by itself', async () => {
    await done(...train, '--save', at('e.mjs'));
    const { predict, classes } = await import(/* @vite-ignore */ pathToFileURL(at('e.mjs')).href);
    expect(classes).toEqual(['setosa', 'versicolor', 'virginica']);
    expect(predict([[5.1, 3.5, 1.4, 0.2]])[0].class).toBe('setosa');
  });

  it.each([
    [
      'a name without a format',
      ['--save', 'model.bin'],
      /'model.bin' says no format of a model; give a name that ends in .safetensors, .onnx/,
    ],
  ])('%s is refused before anything is trained', async (_, words, says) => {
    const { code, stderr } = await katman([...train, ...words, ...adapter]);
    expect([code, stderr]).toEqual([2, expect.stringMatching(says)]);
  });

  it.each([
    ['a script', 'f.mjs', 'export {}', /is a program that predicts by itself/],
    ['an ONNX file that is cut off', 'g.onnx', 'xx', /'g.onnx'/],
    ['a JSON file of something else', 'h.json', '{"a": 1}', /'h.json'/],
  ])('%s is no model to read: one sentence, exit 2', async (_, name, content, says) => {
    writeFileSync(at(name), content);
    const { code, stderr } = await katman([
      'predict',
      '--model',
      at(name),
      '--data',
      'iris',
      '--out',
      at('x.csv'),
      ...adapter,
    ]);
    expect([code, stderr]).toEqual([2, expect.stringMatching(says)]);
    expect(stderr.trim().split('\n').length).toBe(1);
  });
});
