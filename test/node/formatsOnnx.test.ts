import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DataError } from '../../src/errors.ts';
import type { ModelFile } from '../../src/formats/model.ts';
import { ATTRIBUTE_TYPE, MODEL as MESSAGE, type ModelMessage } from '../../src/formats/onnx/messages.ts';
import { readOnnx } from '../../src/formats/onnx/readOnnx.ts';
import { decode, encode } from '../../src/formats/onnx/wire.ts';
import { writeOnnx } from '../../src/formats/onnx/writeOnnx.ts';
import { ACTIVATIONS } from '../../src/network/layers.ts';
import { predict } from '../interop/onnx/predict.ts';
import { CLASSIFIER as SAMPLE, REGRESSION, refusal } from './sampleModels.ts';

const FILE = 'm.onnx';

/** Names that need quoting, and a mean that float32 alone would not hold. */
const CLASSIFIER: ModelFile = {
  ...SAMPLE,
  network: { ...SAMPLE.network, layers: [{ units: 2, activation: 'gelu' }, SAMPLE.network.layers[1]] },
  preprocessing: {
    columns: [{ name: 'yaş' }, { name: 'port', categories: ['C', 'S "x"'] }],
    fill: Float64Array.of(1 / 3, 0, 0),
    standardization: { mean: Float64Array.of(0.1, 1e9 + 1 / 3, 0.3), std: Float64Array.of(1, 2, 1e-9) },
  },
};

const refused = (bytes: Uint8Array) => refusal(() => readOnnx(bytes, FILE), FILE).message;

/** A message that may be changed at will. */
type Loose<T> = T extends Uint8Array
  ? T
  : T extends object
    ? { -readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? Loose<E>[] : Loose<T[K]> }
    : T;

/** A file that was changed. */
function edited(model: ModelFile, change: (message: any) => void): Uint8Array {
  const message = decode(MESSAGE, writeOnnx(model), FILE) as Loose<ModelMessage>;
  change(message);
  return encode(MESSAGE, message as ModelMessage);
}

const tensor = (name: string, dims: number[], numbers: number[]) => ({
  name,
  dims,
  dataType: 1,
  floatData: numbers,
});
const node = (opType: string, input: string, output: string, attribute: object[] = []) => ({
  opType,
  input: input.split(' '),
  output: [output],
  attribute,
});
const int = (name: string, i: number) => ({ name, type: ATTRIBUTE_TYPE.INT, i });
const float = (name: string, f: number) => ({ name, type: ATTRIBUTE_TYPE.FLOAT, f });

/** A file of another program: nodes from `x` [batch, 2] to `y`, with these tensors. */
function foreign(nodes: object[], initializer: object[] = [], fields: object = {}): Uint8Array {
  const graph: any = { node: nodes, initializer, input: [{ name: 'x' }], output: [{ name: 'y' }], ...fields };
  return encode(MESSAGE, { irVersion: 8, opsetImport: [{ version: 17 }], graph });
}
const W = tensor('w', [2, 2], [1, 2, 3, 4]);
const B = tensor('b', [2], [5, 6]);

describe('readOnnx', () => {
  it.each([
    ['a classification', CLASSIFIER],
    ['a regression of several targets', REGRESSION],
  ])('gives back %s', (_, model) => {
    expect(readOnnx(writeOnnx(model), FILE)).toEqual(model);
  });

  it.each(ACTIVATIONS)('gives back %s', (activation) => {
    const hidden = activation === 'softmax' ? 'relu' : activation;
    const classified = activation === 'softmax';
    const model: ModelFile = {
      ...REGRESSION,
      network: {
        inputs: 1,
        layers: [hidden, activation].map((activation) => ({ units: 2, activation })),
        loss: 'mse',
      },
      parameters: [REGRESSION.parameters[0], { w: Float32Array.of(1, 2, 3, 4), b: Float32Array.of(0, 1) }],
      ...(classified && {
        preprocessing: { ...REGRESSION.preprocessing, targetStandardization: undefined },
        targets: ['kind'],
        classes: ['a', 'b'],
      }),
    };
    expect(readOnnx(writeOnnx(model), FILE)).toEqual(model);
  });

  it('gives back any preprocessing and parameters to the bit', () => {
    const number = fc.float({ noNaN: true, noDefaultInfinity: true }).map((value) => value / 3 + 0);
    const three = fc.tuple(number, number, number);
    fc.assert(
      fc.property(
        three,
        three,
        fc.uniqueArray(fc.string(), { minLength: 2, maxLength: 2 }),
        (fill, mean, names) => {
          const model: ModelFile = {
            ...CLASSIFIER,
            parameters: [
              CLASSIFIER.parameters[0],
              { w: Float32Array.from(mean.slice(1)), b: Float32Array.of(fill[0]) },
            ],
            classes: names,
            preprocessing: {
              columns: [{ name: names[0], categories: names }, { name: names[1] }],
              fill: Float64Array.from(fill),
              standardization: {
                mean: Float64Array.from(mean),
                std: Float64Array.from(fill, (value) => Math.max(Math.abs(value), 1e-30)),
              },
            },
          };
          expect(readOnnx(writeOnnx(model), FILE)).toEqual(model);
        },
      ),
    );
  });

  it('refuses to write what float32 does not hold', () => {
    const std = { mean: Float64Array.of(0, 0), std: Float64Array.of(1e-50, 1) };
    const model = {
      ...REGRESSION,
      preprocessing: { ...REGRESSION.preprocessing, targetStandardization: std },
    };
    expect(() => writeOnnx(model)).toThrow(/1e-50 in the field 'targetStandardization.std', which float32/);
    const layers = [{ units: 2, activation: 'swoosh' as 'relu' }];
    expect(() => writeOnnx({ ...REGRESSION, network: { ...REGRESSION.network, layers } })).toThrow(
      /The activation 'swoosh' of layer1 is none/,
    );
  });
});

describe('files of other programs', () => {
  const folder = path.resolve(import.meta.dirname, '../interop/onnx/fixtures');
  const expected = JSON.parse(readFileSync(path.join(folder, 'expected.json'), 'utf8'));
  const names = readdirSync(folder)
    .filter((file) => file.endsWith('.onnx'))
    .map((file) => path.basename(file, '.onnx'));
  const read = (name: string) => readOnnx(readFileSync(path.join(folder, `${name}.onnx`)), `${name}.onnx`);

  it.each(names.filter((name) => !name.includes('refused')))('says what %s says', async (name) => {
    const { x, y } = expected[name];
    const model = read(name);
    const said = await predict(model, Float32Array.from(x.flat()));
    const scale = Math.max(1, ...y.flat().map(Math.abs));
    y.flat().forEach((value: number, i: number) => {
      expect(Math.abs(said[i] - value)).toBeLessThanOrEqual(64 * 2 ** -24 * scale);
    });
  });

  it('reads the layers, the standardisation and the targets of PyTorch, and makes up names', () => {
    const model = read('torch-dynamo-standardized');
    expect(model.network).toEqual({
      inputs: 3,
      layers: [
        { units: 4, activation: 'tanh' },
        { units: 2, activation: 'identity' },
      ],
      loss: 'mse',
    });
    expect(model.preprocessing).toEqual({
      columns: [{ name: 'x1' }, { name: 'x2' }, { name: 'x3' }],
      fill: undefined,
      standardization: { mean: Float64Array.of(1.5, -2, 100), std: Float64Array.of(0.5, 3, 40) },
      targetStandardization: { mean: Float64Array.of(7, 7), std: Float64Array.of(20, 20) },
    });
    expect(read('torch-dynamo-every').network.layers.map(({ activation }) => activation)).toEqual([
      'sigmoid',
      'tanh',
      'relu',
      'leakyRelu',
      'gelu',
      'silu',
      'elu',
      'softplus',
      'softmax',
    ]);
    expect(read('torch-dynamo-every').classes).toEqual(['0', '1', '2']);
    expect(read('torch-traced-image').classes).toEqual(['0', '1']);
  });

  it.each([
    ['torch-refused-conv', /layer 1 is a Conv \(node '.+'\), which Katman does not have/],
    ['torch-refused-slope', /\(LeakyRelu\) has the alpha 0.2.*, where Katman's is 0.01/],
    ['torch-refused-tanh-gelu', /\(Gelu\) is approximated by 'tanh', where Katman's is exact/],
    ['torch-refused-external', /tensor '.+' lies in another file, .*external_data=False/],
  ])('refuses %s', (name, message) => {
    expect(() => read(name)).toThrow(message);
    expect(() => read(name)).toThrow(DataError);
  });

  it('reads layers as tf2onnx writes those of Keras', () => {
    const model = readOnnx(
      foreign(
        [
          node('Reshape', 'x shape', 'x0'),
          node('Sub', 'x0 mean', 'x1'),
          node('Mul', 'x1 slope', 'x2'),
          node('MatMul', 'x2 w', 'z0'),
          node('Add', 'z0 b', 'z'),
          node('Mul', 'half z', 'h0'),
          node('Mul', 'z sqrt', 'h1'),
          node('Erf', 'h1', 'h2'),
          node('Add', 'one h2', 'h3'),
          node('Mul', 'h0 h3', 'a'),
          node('MatMul', 'a w2', 'y0'),
          node('Add', 'b2 y0', 'y1'),
          node('Softmax', 'y1', 'y', [int('axis', 1)]),
        ],
        [
          { name: 'shape', dims: [2], dataType: 7, int64Data: [-1, 2] },
          tensor('mean', [1, 2], [3, 4]),
          tensor('slope', [], [0.5]),
          W,
          B,
          tensor('half', [], [0.5]),
          tensor('sqrt', [], [Math.fround(Math.SQRT1_2)]),
          tensor('one', [1], [1]),
          tensor('w2', [2, 3], [1, 2, 3, 4, 5, 6]),
          tensor('b2', [3], [7, 8, 9]),
        ],
      ),
      FILE,
    );
    expect(model.network.layers).toEqual([
      { units: 2, activation: 'gelu' },
      { units: 3, activation: 'softmax' },
    ]);
    expect(model.parameters[1]).toEqual({
      w: Float32Array.of(1, 2, 3, 4, 5, 6),
      b: Float32Array.of(7, 8, 9),
    });
    expect(model.preprocessing.standardization).toEqual({
      mean: Float64Array.of(3, 4),
      std: Float64Array.of(2, 2),
    });
  });

  it('reads Gemm with its factors, weights among the inputs, and numbers of every kind', () => {
    const half = { name: 'w', dims: [1, 2], dataType: 10, rawData: Uint8Array.of(0, 0x3c, 0, 0xc0) };
    const double = { name: 'b', dims: [1], dataType: 11, doubleData: [0.25] };
    const model = readOnnx(
      foreign(
        [node('Gemm', 'x w b', 'y', [int('transB', 1), float('alpha', 3), float('beta', 2)])],
        [half, double],
        { input: [{ name: 'x' }, { name: 'w' }, { name: 'b' }] },
      ),
      FILE,
    );
    expect(model.network).toEqual({ inputs: 2, layers: [{ units: 1, activation: 'identity' }], loss: 'mse' });
    expect(model.parameters).toEqual([{ w: Float32Array.of(3, -6), b: Float32Array.of(0.5) }]);
    expect(model.targets).toEqual(['y']);
  });
});

describe('an ONNX file that is none of ours', () => {
  const gemm = node('Gemm', 'x w b', 'y');
  const cases: [string, Uint8Array, RegExp][] = [
    ['nothing', new Uint8Array(), /has no graph/],
    [
      'a table',
      new TextEncoder().encode('age,port\n1,S\n'),
      /cut off, damaged or no ONNX file: .* at byte \d+/,
    ],
    ['no opset', encode(MESSAGE, { graph: {} }), /does not say which operations/],
    [
      'an old opset',
      encode(MESSAGE, { opsetImport: [{ version: 6 }], graph: {} }),
      /opset 6, and Katman reads 7/,
    ],
    ['no node', foreign([]), /has the output 'y', which does not come from its input/],
    ['no layer', foreign([node('Relu', 'x', 'y')]), /has no dense layer/],
    ['two inputs', foreign([gemm], [W, B], { input: [{ name: 'x' }, { name: 'v' }] }), /has 2 inputs/],
    ['two outputs', foreign([gemm], [W, B], { output: [{ name: 'y' }, { name: 'x' }] }), /has 2 outputs/],
    [
      'a cycle',
      foreign([node('Add', 'x z', 'y'), node('Relu', 'y', 'z')]),
      /'y' \(Add\) uses 'z', which nothing/,
    ],
    ['itself', foreign([node('Add', 'x y', 'y')]), /'y' \(Add\) uses 'y'/],
    ['a value twice', foreign([gemm, node('Relu', 'x', 'y')], [W, B]), /\(Relu\) makes 'y' a second time/],
    ['a tensor twice', foreign([gemm], [W, W, B]), /the tensor 'w' twice/],
    [
      'a third layer that is an LSTM',
      foreign([node('MatMul', 'x w', 'a'), node('MatMul', 'a w', 'b'), node('LSTM', 'b w', 'y')], [W]),
      /layer 3 is a LSTM/,
    ],
    [
      'another domain',
      foreign([{ ...node('Gelu', 'x', 'y'), domain: 'com.microsoft' }]),
      /is a com.microsoft.Gelu/,
    ],
    [
      'a branch',
      foreign([gemm, node('Tanh', 'y', 't'), node('Mul', 'y t', 'o')], [W, B], { output: [{ name: 'o' }] }),
      /'o' \(Mul\) is used otherwise/,
    ],
    [
      'shared weights',
      foreign([node('MatMul', 'x w', 'a'), node('MatMul', 'a w', 'y')], [W]),
      /weights of another/,
    ],
    [
      'two activations',
      foreign([gemm, node('Tanh', 'y', 't'), node('Relu', 't', 'o')], [W, B], { output: [{ name: 'o' }] }),
      /'o' \(Relu\) follows no layer/,
    ],
    [
      'a scaling between layers',
      foreign(
        [
          node('MatMul', 'x w', 'a'),
          node('Tanh', 'a', 't'),
          node('Mul', 't b', 'c'),
          node('MatMul', 'c v', 'y'),
        ],
        [W, B, { ...W, name: 'v' }],
      ),
      /'y' \(MatMul\) stands where/,
    ],
    [
      'a softmax inside',
      foreign(
        [node('MatMul', 'x w', 'a'), node('Softmax', 'a', 's'), node('MatMul', 's v', 'y')],
        [W, { ...W, name: 'v' }],
      ),
      /follows a softmax/,
    ],
    [
      'layers that do not fit',
      foreign([node('MatMul', 'x w', 'a'), node('MatMul', 'a v', 'y')], [W, tensor('v', [1, 3], [1, 2, 3])]),
      /\[1, 3\], where layer 2 gets 2 numbers/,
    ],
    [
      'another input',
      foreign([gemm], [W, B], {
        input: [{ name: 'x', type: { tensorType: { shape: { dim: [{}, { value: 3 }] } } } }],
      }),
      /the input 'x' of the shape \[batch, 3\], where its first layer takes rows of 2/,
    ],
    ['a bias too long', foreign([gemm], [W, tensor('b', [3], [1, 2, 3])]), /'b' of the shape \[3\], where 2/],
    [
      'a transposed input',
      foreign([node('Gemm', 'x w', 'y', [int('transA', 1)])], [W]),
      /no product of its input/,
    ],
    [
      'too few numbers',
      foreign([gemm], [{ ...W, dims: [2, 3] }, B]),
      /tensor 'w' holds 4 numbers, .*\[2, 3\] needs 6/,
    ],
    [
      'raw bytes too few',
      foreign([gemm], [{ name: 'w', dims: [2 ** 20, 2 ** 20], dataType: 1, rawData: new Uint8Array(9) }, B]),
      /tensor 'w' holds 9 bytes/,
    ],
    ['an impossible shape', foreign([gemm], [{ ...W, dims: [-2, -2] }, B]), /impossible shape \[-2, -2\]/],
    ['a huge shape', foreign([gemm], [{ ...W, dims: [2 ** 40, 2 ** 40] }, B]), /impossible shape/],
    ['whole numbers', foreign([gemm], [{ ...W, dataType: 7 }, B]), /numbers of type 7, where float32/],
    ['NaN', foreign([gemm], [tensor('w', [2, 2], [1, NaN, 3, 4]), B]), /tensor 'w' holds NaN at index 1/],
    [
      'a float64 too large',
      foreign([gemm], [{ name: 'w', dims: [2, 2], dataType: 11, doubleData: [1, 2, 3, 1e300] }, B]),
      /tensor 'w' holds 1e\+300 at index 3/,
    ],
    [
      'a product too large',
      foreign([node('Gemm', 'x w', 'y', [float('alpha', 3e38)])], [W]),
      /'w' at index 1 .* no finite/,
    ],
    [
      'weights elsewhere',
      foreign([gemm], [{ name: 'w', dims: [2, 2], dataType: 1, dataLocation: 1 }, B]),
      /another file/,
    ],
    [
      'sparse weights',
      foreign([gemm], [W, B], { sparseInitializer: [new Uint8Array()] }),
      /has sparse weights/,
    ],
    [
      'a deviation of 0',
      foreign([node('Div', 'x b', 'a'), node('MatMul', 'a w', 'y')], [W, tensor('b', [2], [1, 0])]),
      /'a' \(Div\) begins a scaling that is not by finite/,
    ],
    [
      'a scaled softmax',
      foreign([gemm, node('Softmax', 'y', 's'), node('Mul', 's b', 'o')], [W, B], {
        output: [{ name: 'o' }],
      }),
      /scales the outputs of a softmax/,
    ],
    ['many parts', foreign(Array.from({ length: 100_001 }, () => ({}))), /more than 100000 parts/],
  ];
  it.each(cases)('is refused: %s', (_, bytes, message) => {
    expect(refused(bytes)).toMatch(message);
  });

  it('is refused if its graph and its metadata tell different things', () => {
    const swapped = edited(CLASSIFIER, ({ graph }) => {
      graph.node.at(-1).opType = 'Tanh';
    });
    expect(refused(swapped)).toMatch(/The field 'network' in the metadata of 'm.onnx' says something else/);
    const unfilled = edited(CLASSIFIER, ({ graph }) => {
      graph.initializer.find(({ name }: any) => name === 'fill').rawData = new Uint8Array(12);
    });
    expect(refused(unfilled)).toMatch(/The field 'fill'/);
    const other = edited(REGRESSION, (message) => {
      message.metadataProps.find(({ key }: any) => key === 'targetStandardization').value =
        '{"mean":[1,2],"std":[3,4]}';
    });
    expect(refused(other)).toMatch(/The field 'targetStandardization'/);
    const later = edited(REGRESSION, (message) => (message.metadataProps[0].value = 'katman-model/2'));
    expect(refused(later)).toMatch(/a model of the format 'katman-model\/2'/);
    const twice = edited(REGRESSION, (message) => message.metadataProps.push({ key: 'format', value: '' }));
    expect(refused(twice)).toMatch(/the metadata 'format' twice/);
  });

  it('is refused soon if it has very many steps, or shares one tensor among them', () => {
    const link = (count: number, make: (from: string, to: string) => object) =>
      Array.from({ length: count }, (_, i) => make(i ? `v${i}` : 'x', i === count - 1 ? 'y' : `v${i + 1}`));
    const large = { name: 'c', dims: [1000, 1000], dataType: 1, rawData: new Uint8Array(4e6) };
    const nodes = (op: string, extra = '') => link(90_000, (from, to) => node(op, from + extra, to));
    expect(refused(foreign(nodes('Identity')))).toMatch(/no dense layer/);
    expect(refused(foreign(nodes('Add', ' c'), [large]))).toMatch(/no dense layer/);
    expect(refused(foreign(nodes('MatMul', ' c'), [large]))).toMatch(/weights of another layer/);
    const doubling = link(90_000, (from, to) => node('Mul', `${from} ${from}`, to));
    expect(refused(foreign(doubling))).toMatch(/'y' \(Mul\) is used otherwise/);
    const scalings = [
      ...link(9, (from, to) => node('Add', `${from} b`, to === 'y' ? 'a' : to)),
      node('MatMul', 'a w', 'y'),
    ];
    expect(refused(foreign(scalings, [W, B]))).toMatch(/is one of 9 scalings in a row/);
  }, 60_000);

  it('is refused cut off at any byte', () => {
    const whole = writeOnnx(CLASSIFIER);
    for (let length = 0; length < whole.length; length++) refused(whole.subarray(0, length));
  }, 60_000);

  it('is refused or loaded whole, with its shapes, if any byte is another', () => {
    const whole = writeOnnx(CLASSIFIER);
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const bytes = whole.slice();
        bytes[at] ^= flip;
        let model;
        try {
          model = readOnnx(bytes, FILE);
        } catch (error) {
          expect(error).toBeInstanceOf(DataError);
          return;
        }
        const sizes = [model.network.inputs, ...model.network.layers.map(({ units }) => units)];
        model.parameters.forEach(({ w, b }, l) => {
          expect([w.length, b.length]).toEqual([sizes[l] * sizes[l + 1], sizes[l + 1]]);
          expect([...w, ...b].every(Number.isFinite)).toBe(true);
        });
      }),
      { numRuns: 5000 },
    );
  }, 60_000);
});
