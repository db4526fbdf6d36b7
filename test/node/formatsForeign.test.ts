import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DataError } from '../../src/errors.ts';
import { type ModelFile, writeModel } from '../../src/formats/model.ts';
import { readModelFiles } from '../../src/formats/modelFiles.ts';
import { readModel } from '../../src/formats/readModel.ts';
import { readSafetensors } from '../../src/formats/readSafetensors.ts';
import { type NamedTensor, writeSafetensors } from '../../src/formats/safetensors.ts';
import { CpuNetwork } from '../../src/session/cpuNetwork.ts';
import { CLASSIFIER, refusal } from './sampleModels.ts';

const FILE = 'w.safetensors';
/** A tensor whose numbers count up. */
const tensor = (name: string, ...shape: number[]): NamedTensor => {
  const count = shape.reduce((product, size) => product * size, 1);
  return { name, shape, data: Float32Array.from({ length: count }, (_, i) => i + 1) };
};
const read = (
  tensors: readonly NamedTensor[],
  activations?: readonly string[],
  metadata = { format: 'pt' },
) => readModel(writeSafetensors(tensors, metadata), FILE, { activations });
const refused = (tensors: readonly NamedTensor[], activations?: readonly string[]) =>
  refusal(() => read(tensors, activations), FILE).message;

describe('weights of another program', () => {
  it('are turned where PyTorch has them turned, and taken in the order of numbers', () => {
    const model = read(
      [tensor('10.weight', 1, 2), tensor('2.weight', 2, 3), tensor('2.bias', 2), tensor('10.bias', 1)],
      ['relu', 'sigmoid'],
    );
    expect(model.network).toEqual({
      inputs: 3,
      layers: [
        { units: 2, activation: 'relu' },
        { units: 1, activation: 'sigmoid' },
      ],
      loss: 'binaryCrossEntropy',
    });
    expect(model.parameters[0].w).toEqual(Float32Array.of(1, 4, 2, 5, 3, 6));
    expect(model.parameters[0].b).toEqual(Float32Array.of(1, 2));
    expect([model.targets, model.classes]).toEqual([['y'], ['0', '1']]);
    expect(model.preprocessing.columns.map(({ name }) => name)).toEqual(['x1', 'x2', 'x3']);
  });

  it.each([
    ['Keras', ['dense_1/kernel', 'dense/kernel', 'dense/bias'], '/'],
    ['Flax', ['params.Dense_1.kernel', 'params.Dense_0.kernel', 'params.Dense_0.bias'], '.'],
    ['Katman, without its metadata', ['layer2.w', 'layer1.w', 'layer1.b'], '.'],
  ])('are taken as they are with the names of %s, a bias that is not there as 0', (_, [w2, w1, b1]) => {
    const model = read([tensor(w2, 2, 3), tensor(w1, 4, 2), tensor(b1, 2)], ['tanh', 'identity']);
    expect(model.network.layers.map(({ units }) => units)).toEqual([2, 3]);
    expect(model.parameters[0].w).toEqual(tensor('', 4, 2).data);
    expect(model.parameters[1].b).toEqual(new Float32Array(3));
    expect([model.network.loss, model.targets, model.classes]).toEqual([
      'mse',
      ['y1', 'y2', 'y3'],
      undefined,
    ]);
  });

  it('take one activation for each layer, or those of hidden layers and output', () => {
    const layers = ['0', '1', '2'].map((name) => tensor(`${name}.weight`, 2, 2));
    const of = (...activations: string[]) =>
      read(layers, activations).network.layers.map(({ activation }) => activation);
    expect(of('relu', 'softmax')).toEqual(['relu', 'relu', 'softmax']);
    expect(of('relu', 'tanh', 'softmax')).toEqual(['relu', 'tanh', 'softmax']);
    expect(read(layers.slice(0, 1), ['softmax']).network.loss).toBe('softmaxCrossEntropy');
  });

  it.each<[string, NamedTensor[], string[] | undefined, RegExp]>([
    [
      'no activations',
      [tensor('a.weight', 2, 3)],
      undefined,
      /'w.safetensors' has the weights of a network 3-2, and does not say its activations; give one/,
    ],
    [
      'unknown activations',
      [tensor('a.weight', 2, 3)],
      ['selu'],
      /activation 'selu', which Katman does not have/,
    ],
    [
      'activations too few',
      [tensor('a.weight', 2, 2), tensor('b.weight', 1, 2)],
      ['relu'],
      /has 2 layers \(2-2-1\)/,
    ],
    [
      'softmax inside',
      [tensor('a.weight', 2, 2), tensor('b.weight', 1, 2)],
      ['softmax', 'relu'],
      /before the output/,
    ],
    [
      'layers that do not chain',
      [tensor('a.weight', 2, 3), tensor('b.weight', 1, 4)],
      ['relu', 'relu'],
      /the layer 'b' takes 4 numbers, where 'a' before it gives 2/,
    ],
    [
      'a convolution',
      [tensor('conv.weight', 2, 1, 3, 3)],
      ['relu'],
      /'conv.weight' \[2, 1, 3, 3\] is no matrix/,
    ],
    ['a batch normalization', [tensor('1.running_mean', 2)], ['relu'], /'1.running_mean' \[2\] is no weight/],
    ['a bias alone', [tensor('a.bias', 2)], ['relu'], /'a.bias' \[2\] is a bias without a weight 'a.weight'/],
    ['another bias', [tensor('a.weight', 2, 3), tensor('a.bias', 3)], ['relu'], /no bias for the 2 units/],
    ['weights twice', [tensor('a.weight', 2, 3), tensor('a.kernel', 3, 2)], ['relu'], /one of two for 'a'/],
    ['a layer of nothing', [tensor('a.weight', 0, 3)], ['relu'], /no matrix/],
    ['nothing', [], ['relu'], /has no tensors/],
  ])('are refused: %s', (_, tensors, activations, says) => {
    const message = refused(tensors, activations);
    expect(message).toMatch(says);
    expect(message).not.toMatch(/\n/);
  });

  it('are a model or a DataError, whatever their names and shapes', () => {
    const part = fc.constantFrom('0', '1', '10', 'a', 'weight', 'kernel', 'bias', '', '__proto__', 'w', 'b');
    const shapes = fc.array(fc.nat(3), { maxLength: 3 });
    fc.assert(
      fc.property(fc.uniqueArray(fc.tuple(part, part, shapes), { selector: ([a, b]) => a + b }), (list) => {
        const tensors = list.map(([owner, role, shape]) => tensor(`${owner}.${role}`, ...shape));
        try {
          const { network, parameters } = read(tensors, ['relu', 'tanh']);
          expect(parameters.map(({ b }) => b.length)).toEqual(network.layers.map(({ units }) => units));
        } catch (error) {
          expect(error).toBeInstanceOf(DataError);
        }
      }),
    );
  }, 60_000);

  it('need no telling where a file says it itself, and a damaged model of Katman is not taken for them', async () => {
    const files: [string, Uint8Array][] = [
      ['m.safetensors', writeModel(CLASSIFIER)],
      ['m.json', new TextEncoder().encode('{}')],
    ];
    for (const [name, bytes] of files)
      await expect(readModelFiles(name, async () => bytes, { activations: ['relu'] })).rejects.toThrow(
        /says its activations itself/,
      );
    const { tensors, metadata } = readSafetensors(writeModel(CLASSIFIER), FILE);
    const { format: _, ...rest } = Object.fromEntries(metadata);
    expect(() => read(tensors, undefined, rest as never)).toThrow(/no model of Katman/);
  });

  it('are trained further', async () => {
    const { network: read1, parameters } = read(
      [tensor('0.weight', 2, 2), tensor('2.weight', 1, 2)],
      ['tanh', 'sigmoid'],
    );
    const network = await CpuNetwork.create(read1);
    network.setParameters(parameters);
    const examples = { rows: 2, x: Float32Array.of(0, 1, 1, 0), y: Float32Array.of(0, 1) };
    const { loss } = await network.fit(examples, { loss: read1.loss, epochs: 50 });
    expect(loss.at(-1)).toBeLessThan(loss[0]);
  });
});

describe('dropout', () => {
  const [first, last] = CLASSIFIER.network.layers;
  const model: ModelFile = {
    ...CLASSIFIER,
    network: { ...CLASSIFIER.network, layers: [{ ...first, dropout: 0.5 }, last] },
  };

  it.each(['m.safetensors', 'm.json', 'm.onnx', 'm.tfjs'])(
    'is kept in %s, and nothing else is changed',
    async (name) => {
      const { writeModelFiles } = await import('../../src/formats/modelFiles.ts');
      const files = new Map(
        (await writeModelFiles(model, name)).map(({ suffix, content }) => [
          suffix.slice(1),
          typeof content === 'string' ? new TextEncoder().encode(content) : content,
        ]),
      );
      expect(await readModelFiles(name, async (beside = '') => files.get(beside)!)).toEqual(model);
    },
  );

  it('drops where a network that was read trains, not where it predicts', async () => {
    const { network, parameters } = readModel(writeModel(model), FILE);
    const x = Float32Array.of(1, 2, 3, -1, 0, 1);
    const said = [];
    for (const read of [network, CLASSIFIER.network]) {
      const net = await CpuNetwork.create(read);
      net.setParameters(parameters);
      const before = await net.predict(x);
      await net.fit({ rows: 2, x, y: Float32Array.of(0, 1) }, { epochs: 3 });
      said.push({ before, after: (await net.parameters())[1].w });
    }
    expect(said[0].before).toEqual(said[1].before);
    expect(said[0].after).not.toEqual(said[1].after);
  });
});
