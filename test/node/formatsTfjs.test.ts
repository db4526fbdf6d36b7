import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ModelFile } from '../../src/formats/model.ts';
import { writeTfjs } from '../../src/formats/tfjs.ts';
import { readTfjs } from '../../src/formats/tfjsRead.ts';
import {
  type Json,
  MODEL,
  NUMBERS,
  BYTES,
  SPECS,
  manifest,
  dense,
  FIRST,
  SECOND,
  sequential,
  layer,
  read,
  readModel,
  refusal,
} from '../interop/tfjs/handmade.ts';

const PLAIN = {
  network: {
    inputs: 4,
    layers: [
      { units: 3, activation: 'relu' },
      { units: 2, activation: 'softmax' },
    ],
    loss: 'softmaxCrossEntropy',
  },
  parameters: [
    { w: NUMBERS.slice(0, 12), b: NUMBERS.slice(12, 15) },
    { w: NUMBERS.slice(15, 21), b: NUMBERS.slice(21) },
  ],
  targets: ['y'],
  classes: ['0', '1'],
};

describe('writeTfjs', () => {
  it('folds standardisation in, and readTfjs takes it out to the bit', async () => {
    const files = writeTfjs(MODEL);
    const { weightsManifest } = JSON.parse(files['model.json']);
    expect(weightsManifest[0].weights.map(({ name }: Json) => name)).toEqual([
      'dense_1/kernel',
      'dense_1/bias',
      'dense_2/kernel',
      'dense_2/bias',
    ]);
    const numbers = new Float32Array(files['weights.bin'].buffer);
    const at = (i: number) => Math.fround(i);
    expect([...numbers.subarray(0, 6)]).toEqual([1, 2, 1.5, 2, 5000, 6000].map(at));
    expect(numbers[6]).toBe(at(7 - 0.1 * 1 - 0.2 * 1.5 - 1000 * 5000));
    expect(numbers[8]).toBe(at(Math.fround(0.1) / 3));
    expect(numbers[10]).toBe(5);
    expect(await readTfjs(files['model.json'], () => files['weights.bin'])).toEqual(MODEL);
  });

  it('gives back any standardisation and weights to the bit', async () => {
    const number = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    const positive = fc.double({ min: 1e-6, max: 1e6, noNaN: true });
    const list = (of: fc.Arbitrary<number>, length: number) =>
      fc.array(of, { minLength: length, maxLength: length });
    await fc.assert(
      fc.asyncProperty(list(number, 15), list(positive, 4), async (numbers, std) => {
        const w = Float32Array.from(numbers.slice(0, 6));
        const model: ModelFile = {
          ...MODEL,
          parameters: [{ w, b: Float32Array.from(numbers.slice(6, 8)) }, MODEL.parameters[1]],
          preprocessing: {
            ...MODEL.preprocessing,
            standardization: {
              mean: Float64Array.from(numbers.slice(8, 11)),
              std: Float64Array.from(std.slice(1)),
            },
            targetStandardization: { mean: Float64Array.of(numbers[11]), std: Float64Array.of(std[0]) },
          },
        };
        const files = writeTfjs(model);
        expect(await readTfjs(files['model.json'], () => files['weights.bin'])).toEqual(model);
      }),
    );
  }, 60_000);

  it('is not written for an activation that it cannot hold, or weights that float32 cannot', () => {
    const layers = [{ units: 2, activation: 'maxout' as 'relu' }, MODEL.network.layers[1]];
    expect(() => writeTfjs({ ...MODEL, network: { ...MODEL.network, layers } })).toThrow(
      /Layer 1 has the activation 'maxout', which TensorFlow.js does not have/,
    );
    const standardization = { mean: new Float64Array(3), std: new Float64Array(3).fill(1e-40) };
    const preprocessing = { ...MODEL.preprocessing, standardization };
    expect(() => writeTfjs({ ...MODEL, preprocessing })).toThrow(/'dense_1\/kernel' would hold Infinity/);
  });

  it('is read without metrics once weights are others, and not if its layers are', async () => {
    const files = writeTfjs(MODEL);
    const bytes = files['weights.bin'].slice();
    new DataView(bytes.buffer).setFloat32(40, 6, true);
    const trained = await readTfjs(files['model.json'], () => bytes);
    expect(trained.metrics).toEqual({});
    expect(trained.parameters[1].b[0]).toBe(3);
    const other = JSON.parse(files['model.json']);
    const change = (edit: (json: Json) => void) => {
      const json = structuredClone(other);
      edit(json);
      return refusal(read(json, files['weights.bin']));
    };
    expect(await change((json) => (json.modelTopology.config.layers[2].config.activation = 'tanh'))).toMatch(
      /\(2 leakyRelu, 1 tanh\) are not those that its userDefinedMetadata describes \(2 leakyRelu, 1 identity/,
    );
    const std = [1, 1e300, 1];
    expect(await change((json) => (json.userDefinedMetadata.katman.standardization.std = std))).toMatch(
      /beyond float32 without the standardisation/,
    );
    expect(await change((json) => (json.userDefinedMetadata.katman.format = 'katman-tfjs/2'))).toMatch(
      /format/,
    );
    expect(await change((json) => delete json.userDefinedMetadata.katman.tensors['layer1.b'])).toMatch(
      /scaled/,
    );
    expect(await change((json) => (json.userDefinedMetadata.katman.fills = [1]))).toMatch(
      /the field 'fills'/,
    );
    expect(await change((json) => (json.userDefinedMetadata.katman.fill = [1]))).toMatch(
      /'fill', where a list of 3/,
    );
  });
});

describe('a model of others', () => {
  it.each<[string, Json]>([
    ['TensorFlow.js', sequential(FIRST, SECOND)],
    ['Keras 2', { keras_version: '2.15.0', backend: 'tensorflow', model_config: sequential(FIRST, SECOND) }],
    ['early Keras 2', { model_config: { class_name: 'Sequential', config: [FIRST, SECOND] } }],
    [
      'Keras 3',
      {
        keras_version: '3.3.3',
        model_config: sequential(
          {
            class_name: 'InputLayer',
            config: { name: 'input', batch_shape: [null, 4], dtype: 'float32', sparse: false },
          },
          {
            module: 'keras.layers',
            ...dense('first', 3, 'relu', {
              dtype: { class_name: 'DTypePolicy', config: { name: 'float32' } },
            }),
            registered_name: null,
            build_config: { input_shape: [null, 4] },
          },
          SECOND,
        ),
      },
    ],
    [
      'Keras 2, Functional',
      {
        model_config: {
          class_name: 'Functional',
          config: {
            input_layers: [['input', 0, 0]],
            output_layers: [['second', 0, 0]],
            layers: [
              { ...SECOND, name: 'second', inbound_nodes: [[['first', 0, 0, {}]]] },
              { ...layer('InputLayer', { name: 'input', batch_input_shape: [null, 4] }), inbound_nodes: [] },
              { ...FIRST, name: 'first', inbound_nodes: [[['input', 0, 0, {}]]] },
            ],
          },
        },
      },
    ],
    [
      'Keras 3, Functional',
      {
        model_config: {
          class_name: 'Functional',
          config: {
            input_layers: ['input', 0, 0],
            output_layers: ['second', 0, 0],
            layers: [
              { ...layer('InputLayer', { name: 'input', batch_shape: [null, 4] }), inbound_nodes: [] },
              ...[
                [dense('first', 3, 'relu'), 'input'],
                [SECOND, 'first'],
              ].map(([of, from]) => ({
                ...(of as Json),
                inbound_nodes: [
                  {
                    args: [
                      {
                        class_name: '__keras_tensor__',
                        config: { shape: [null, 4], dtype: 'float32', keras_history: [from, 0, 0] },
                      },
                    ],
                    kwargs: {},
                  },
                ],
              })),
            ],
          },
        },
      },
    ],
  ])('is read: %s', async (_, topology) => {
    expect(await readModel(topology)).toMatchObject(PLAIN);
  });

  it('is read whatever its weights are called, in one file or several, with what an optimizer keeps', async () => {
    for (const name of [
      (spec: Json) => `sequential/${spec.name}:0`,
      (spec: Json) => spec.name.replace('kernel', 'vars/0').replace('bias', 'vars/1'),
      (spec: Json) => `first/second/${spec.name}`,
    ]) {
      const weights = SPECS.map((spec) => ({ ...spec, name: name(spec) }));
      const model = await readModel(sequential(FIRST, SECOND), { weightsManifest: manifest(weights) });
      expect(model).toMatchObject(PLAIN);
    }
    const weights = [...SPECS, { name: 'iter', shape: [], dtype: 'int32', group: 'optimizer' }];
    const parts: Record<string, Uint8Array> = {
      a: BYTES.slice(0, 7),
      b: new Uint8Array(0),
      c: BYTES.slice(7, 90),
    };
    parts['x/d'] = Uint8Array.of(...BYTES.slice(90), 1, 0, 0, 0);
    const weightsManifest = manifest(weights, Object.keys(parts));
    const json = JSON.stringify({ modelTopology: sequential(FIRST, SECOND), weightsManifest });
    expect(await readTfjs(json, async (path) => parts[path])).toMatchObject(PLAIN);
  });

  it('is read with layers of activations, dropout, images flattened, and no biases', async () => {
    const layers = [
      layer('InputLayer', { name: 'i', batch_input_shape: [null, 2, 2, 1] }),
      layer('Flatten', { data_format: 'channels_last' }),
      dense('first', 3, 'linear'),
      layer('ReLU', { max_value: null, negative_slope: 0, threshold: 0 }),
      layer('Dropout', { rate: 0.5 }),
      layer('Dropout', { rate: 0.5 }),
      dense('second', 2, null, { use_bias: false }),
      layer('Activation', { activation: 'softmax' }),
    ];
    const weightsManifest = manifest(SPECS.slice(0, 3));
    const model = await read({ modelTopology: sequential(...layers), weightsManifest }, BYTES.slice(0, 84));
    expect(model.network.layers).toEqual([
      { units: 3, activation: 'relu', dropout: 0.75 },
      { units: 2, activation: 'softmax' },
    ]);
    expect(model.parameters[1].b).toEqual(new Float32Array(2));
    expect(model.preprocessing.columns.map(({ name }) => name)).toEqual(['x1', 'x2', 'x3', 'x4']);
  });

  it.each<[unknown, string]>([
    [undefined, 'identity'],
    ['swish', 'silu'],
    ['silu', 'silu'],
    ['gelu', 'gelu'],
    ['elu', 'elu'],
    ['softplus', 'softplus'],
  ])('has activation %s, which is %s', async (theirs, ours) => {
    const model = await readModel(sequential(FIRST, dense('second', 2, theirs)));
    expect(model.network.layers[1].activation).toBe(ours);
    expect([model.targets, model.classes, model.network.loss]).toEqual([['y1', 'y2'], undefined, 'mse']);
  });

  it('is read with weights quantized to 8, 16 bits and half floats', async () => {
    const json = {
      modelTopology: sequential(dense('first', 2, 'sigmoid', { batch_input_shape: [null, 1] })),
    };
    const weights = (quantization: Json) => [
      { name: 'first/kernel', shape: [1, 2], dtype: 'float32', quantization },
      { name: 'first/bias', shape: [2], dtype: 'float32', quantization },
    ];
    const parametersOf = async (quantization: Json, bytes: Uint8Array) =>
      (await read({ ...json, weightsManifest: manifest(weights(quantization)) }, bytes)).parameters;
    const expected = [{ w: Float32Array.of(-1, 1.5), b: Float32Array.of(0, 126.5) }];
    expect(await parametersOf({ dtype: 'uint8', scale: 0.5, min: -1 }, Uint8Array.of(0, 5, 2, 255))).toEqual(
      expected,
    );
    const words = Uint8Array.of(0, 0, 5, 0, 2, 0, 255, 0);
    expect(await parametersOf({ dtype: 'uint16', scale: 0.5, min: -1 }, words)).toEqual(expected);
    const halves = Uint8Array.of(0, 0xbc, 0, 0x3e, 0, 0, 0, 0x3c);
    expect((await parametersOf({ dtype: 'float16' }, halves))[0].w).toEqual(Float32Array.of(-1, 1.5));
    expect(await refusal(parametersOf({ dtype: 'uint8', scale: null, min: 0 }, words))).toMatch(
      /quantization.scale/,
    );
    expect(await refusal(parametersOf({ dtype: 'int4', scale: 1, min: 0 }, words))).toMatch(
      /one of uint8, uint16/,
    );
    expect(
      await refusal(parametersOf({ dtype: 'uint8', scale: 1e39, min: 0 }, Uint8Array.of(1, 1, 1, 1))),
    ).toMatch(/'first\/kernel' of 'm.json' hold 1e\+39 at index 0/);
  });
});
