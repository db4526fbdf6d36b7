import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DataError } from '../../src/errors.ts';
import { writeTfjs } from '../../src/formats/tfjs.ts';
import { readTfjs } from '../../src/formats/tfjsRead.ts';
import {
  type Json,
  MODEL,
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

describe('a model that Katman does not have', () => {
  const functional = (...layers: Json[]) => ({
    class_name: 'Functional',
    config: { layers, input_layers: [['i', 0, 0]], output_layers: [['second', 0, 0]] },
  });
  const input = { ...layer('InputLayer', { name: 'i', batch_input_shape: [null, 4] }), inbound_nodes: [] };
  const from = (of: Json, ...names: string[]) => ({
    ...of,
    inbound_nodes: [names.map((name) => [name, 0, 0, {}])],
  });
  it.each<[string, Json, RegExp]>([
    [
      'a layer of another kind',
      sequential(FIRST, layer('Conv2D', { name: 'conv2d_1' }), SECOND),
      /In 'm.json' layer 2, 'conv2d_1', is a Conv2D, which Katman does not have/,
    ],
    ['a model in a model', sequential(FIRST, layer('Sequential')), /layer 2, 'odd', is a Sequential, which/],
    [
      'another activation',
      sequential(FIRST, dense('second', 2, 'selu')),
      /"selu" in the field 'modelTopology.config.layers\[1\].config.activation'/,
    ],
    [
      'an activation that is an object',
      sequential(FIRST, dense('second', 2, { class_name: 'ReLU' })),
      /one of the activations/,
    ],
    [
      'another leak',
      sequential(FIRST, dense('second', 2, null), layer('LeakyReLU', { alpha: 0.3 })),
      /0.3 in .*alpha', where 0.01/,
    ],
    [
      'a leak by default',
      sequential(FIRST, dense('second', 2, null), layer('LeakyReLU')),
      /negative_slope', where 0.01/,
    ],
    ['ReLU6', sequential(FIRST, dense('second', 2, null), layer('ReLU', { max_value: 6 })), /max_value'/],
    [
      'two activations',
      sequential(FIRST, layer('ELU'), SECOND),
      /layer 2, 'odd', is an activation that does not follow a linear Dense/,
    ],
    [
      'a first activation',
      sequential(layer('ELU', { batch_input_shape: [null, 4] }), SECOND),
      /layer 1, 'odd', is an activation/,
    ],
    [
      'softmax inside',
      sequential(dense('first', 3, 'softmax', { batch_input_shape: [null, 4] }), SECOND),
      /'first' is a softmax before the output/,
    ],
    [
      'dropout of the inputs',
      sequential(layer('Dropout', { rate: 0.1, batch_input_shape: [null, 4] }), SECOND),
      /layer 1, 'odd', is a Dropout of the inputs/,
    ],
    [
      'dropout of the outputs',
      sequential(FIRST, SECOND, layer('Dropout', { rate: 0.1 })),
      /'second' is the output and followed by a Dropout/,
    ],
    ['a dropout of all', sequential(FIRST, layer('Dropout', { rate: 1 }), SECOND), /rate', where a share/],
    [
      'an image that is not flat',
      sequential(dense('first', 3, 'relu', { batch_input_shape: [null, 2, 4] })),
      /layer 1, 'first', is a Dense over an input of 2x4/,
    ],
    [
      'an input of any size',
      sequential(dense('first', 3, 'relu', { batch_input_shape: [null, null] })),
      /batch_input_shape\[1\]', where a whole number/,
    ],
    ['an input of no size', sequential(dense('first', 3, 'relu')), /says nowhere what shape the input has/],
    [
      'an enormous input',
      sequential(layer('Flatten', { batch_input_shape: [null, 2 ** 40, 2 ** 40] })),
      /says nowhere/,
    ],
    ['no layers', sequential(), /says nowhere/],
    ['no dense layer', sequential(layer('Flatten', { batch_input_shape: [null, 4] })), /no Dense layer/],
    ['a name twice', sequential(FIRST, dense('first', 2, 'tanh')), /'first' stands twice/],
    ['no units', sequential(dense('first', 0, 'relu', { batch_input_shape: [null, 4] })), /config.units'/],
    [
      'other sizes',
      sequential(FIRST, dense('second', 5, 'softmax')),
      /'second\/kernel' expected 3x5, file 3x2; 'second\/bias' expected 5, file 2/,
    ],
    ['a layer too few', sequential(FIRST), /'second\/kernel' expected none, file 3x2/],
    [
      'a layer without weights',
      sequential(FIRST, SECOND, dense('third', 1, 'tanh')),
      /softmax before|'third\/kernel' expected 2x1, file none/,
    ],
    [
      'another class',
      { class_name: 'Graph', config: {} },
      /"Graph" in the field 'modelTopology.class_name', where a Sequential or Functional/,
    ],
    [
      'two inputs of a layer',
      functional(input, from(FIRST, 'i'), from(SECOND, 'first', 'i')),
      /the layer 'second' has 2 inputs/,
    ],
    [
      'a circle',
      functional(from(FIRST, 'second'), from(SECOND, 'first')),
      /comes from 'second', which is no layer before it/,
    ],
    [
      'a branch',
      functional(input, from(FIRST, 'i'), from(SECOND, 'i')),
      /'first' is not on the way to the output/,
    ],
    ['a layer that is missing', functional(from(SECOND, 'first')), /comes from 'first', which is no layer/],
    ['no topology', { node: [] }, /nothing in the field 'modelTopology.class_name'/],
  ])('is refused for %s', async (_, topology, message) => {
    expect(await refusal(readModel(topology))).toMatch(message);
  });

  const [kernel, ...rest] = SPECS;
  it.each<[string, Json, RegExp]>([
    ['a graph model', { format: 'graph-model' }, /"graph-model" in the field 'format', where 'layers-model'/],
    ['no manifest', { weightsManifest: undefined }, /nothing in the field 'weightsManifest'/],
    [
      'weights of whole numbers',
      { weightsManifest: manifest([{ ...kernel, dtype: 'int32' }, ...rest]) },
      /dtype', where the type 'float32'/,
    ],
    [
      'a shape that is none',
      { weightsManifest: manifest([{ ...kernel, shape: [4, -3] }, ...rest]) },
      /shape\[1\]'/,
    ],
    [
      'an enormous shape',
      { weightsManifest: manifest([{ ...kernel, shape: [2 ** 50, 8] }, ...rest]) },
      /the shape of a tensor/,
    ],
    ['a tensor twice', { weightsManifest: manifest([kernel, ...SPECS]) }, /names 'first\/kernel' twice/],
    ['a tensor missing', { weightsManifest: manifest(rest) }, /'first\/kernel' expected 4x3, file none/],
    [
      'a tensor turned',
      { weightsManifest: manifest([{ ...kernel, shape: [3, 4] }, ...rest]) },
      /expected 4x3, file 3x4/,
    ],
    [
      'two that could be meant',
      { weightsManifest: manifest([{ ...kernel, name: 'x/first/kernel' }, ...SPECS]) },
      /expected 4x3, file 4x3 and 4x3/,
    ],
    ['no paths', { weightsManifest: manifest(SPECS, []) }, /No file beside 'm.json' has 0 bytes/],
    ['a path twice', { weightsManifest: manifest(SPECS, ['a', 'a']) }, /names 'a' twice/],
    ...['/etc/passwd', '../x', 'a/../../x', 'http://a.b/c', '\\\\host\\x', 'C:\\x', 'a\0b', ''].map(
      (path): [string, Json, RegExp] => [
        `the path ${JSON.stringify(path)}`,
        { weightsManifest: manifest(SPECS, [path]) },
        /where a path beside the model/,
      ],
    ),
  ])('is refused for %s', async (_, more, message) => {
    expect(await refusal(readModel(sequential(FIRST, SECOND), more))).toMatch(message);
  });

  it('is refused before a file is asked for, if its weights cannot be right', async () => {
    let asked = 0;
    const weightsManifest = manifest([{ ...kernel, shape: [4, 2 ** 30] }, ...rest]);
    const json = JSON.stringify({ modelTopology: sequential(FIRST, SECOND), weightsManifest });
    await refusal(readTfjs(json, () => (asked++, BYTES)));
    expect(asked).toBe(0);
  });

  it('is refused at every length of its weights and of its JSON, and for weights that are not finite', async () => {
    const model = { modelTopology: sequential(FIRST, SECOND), weightsManifest: manifest() };
    for (let length = 0; length < BYTES.length; length++)
      expect(await refusal(read(model, BYTES.slice(0, length)))).toMatch(
        /bytes of weights where its manifest says 92/,
      );
    await refusal(read(model, Uint8Array.of(...BYTES, 0)));
    const json = JSON.stringify(model);
    for (let length = 0; length < json.length; length++)
      await refusal(readTfjs(json.slice(0, length), () => BYTES));
    const bytes = BYTES.slice();
    bytes.set([0, 0, 0x80, 0x7f], 16);
    expect(await refusal(read(model, bytes))).toMatch(/'first\/kernel' of 'm.json' hold Infinity at index 4/);
  }, 60_000);

  it('is refused or loads whole if any character of its JSON is another', async () => {
    const { 'model.json': json, 'weights.bin': weights } = writeTfjs(MODEL);
    await fc.assert(
      fc.asyncProperty(fc.nat(json.length - 1), fc.integer({ min: 32, max: 126 }), async (at, code) => {
        const text = json.slice(0, at) + String.fromCharCode(code) + json.slice(at + 1);
        try {
          const { parameters } = await readTfjs(text, () => weights);
          expect(parameters.map(({ w, b }) => [w.length, b.length])).toEqual([
            [6, 2],
            [2, 1],
          ]);
          expect(parameters.every(({ w, b }) => [...w, ...b].every(Number.isFinite))).toBe(true);
        } catch (error) {
          if (!(error instanceof DataError)) throw error;
        }
      }),
      { numRuns: 5000 },
    );
  }, 60_000);
});
