import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DataError } from '../../src/errors.ts';
import { readJsonModel, writeJsonModel } from '../../src/formats/jsonModel.ts';
import type { ModelFile } from '../../src/formats/model.ts';
import { CLASSIFIER, REGRESSION as SAMPLE, refusal } from './sampleModels.ts';

const FILE = 'm.json';

/** Text keeps a zero's sign, too. */
const MODEL: ModelFile = {
  ...CLASSIFIER,
  preprocessing: {
    ...CLASSIFIER.preprocessing,
    fill: Float64Array.of(1 / 3, -0, 0),
    standardization: { mean: Float64Array.of(0.1, 0.2, -0), std: Float64Array.of(1, 2, 1e-9) },
    targetStandardization: undefined,
  },
};
const REGRESSION: ModelFile = {
  ...SAMPLE,
  preprocessing: { ...SAMPLE.preprocessing, columns: [{ name: '__proto__' }] },
};

const refused = (text: string) => refusal(() => readJsonModel(text, FILE), FILE);

/** The sample with other fields; `undefined` leaves one out. */
function edited(fields: Record<string, unknown>, model = MODEL): string {
  return JSON.stringify({ ...JSON.parse(writeJsonModel(model)), ...fields });
}

describe('a JSON model', () => {
  it.each([
    ['a classification', MODEL],
    ['a regression of several targets', REGRESSION],
  ])('gives back %s', (_, model) => {
    expect(readJsonModel(writeJsonModel(model))).toEqual(model);
  });

  it('keeps dropout, where a model has it', () => {
    const layers = [{ units: 2, activation: 'tanh' as const, dropout: 0.25 }, MODEL.network.layers[1]];
    const model = { ...MODEL, network: { ...MODEL.network, layers } };
    expect(readJsonModel(writeJsonModel(model))).toEqual(model);
  });

  it('gives back any finite weights to the bit', () => {
    const bits = fc.integer({ min: 0, max: 0xffffffff }).map((value) => {
      const [number] = new Float32Array(Uint32Array.of(value).buffer);
      return Number.isFinite(number) ? number : -0;
    });
    fc.assert(
      fc.property(fc.array(bits, { minLength: 8, maxLength: 8 }), (numbers) => {
        const parameters = [
          { w: Float32Array.from(numbers.slice(0, 6)), b: Float32Array.from(numbers.slice(6)) },
          MODEL.parameters[1],
        ];
        expect(readJsonModel(writeJsonModel({ ...MODEL, parameters })).parameters).toEqual(parameters);
      }),
    );
  });

  it('takes weights of any number, in pieces', () => {
    for (const units of [12287, 12288, 12289, 5_000_000]) {
      const w = new Float32Array(units).fill(Math.PI);
      const b = new Float32Array(units).fill(-1);
      const model: ModelFile = {
        ...REGRESSION,
        network: {
          inputs: 1,
          layers: [{ units, activation: 'tanh' }, ...REGRESSION.network.layers],
          loss: 'mse',
        },
        parameters: [
          { w, b },
          { w: new Float32Array(2 * units), b: Float32Array.of(3, 4) },
        ],
      };
      const read = readJsonModel(writeJsonModel(model));
      expect(read.parameters[0].w.every((value) => value === w[0])).toBe(true);
      expect(read.parameters[0].b.length).toBe(units);
    }
  }, 60_000);
});

describe('a JSON model that is none', () => {
  const tensors = JSON.parse(writeJsonModel(MODEL)).tensors;
  const tensor = (fields: object) => ({
    tensors: { ...tensors, 'layer1.b': { ...tensors['layer1.b'], ...fields } },
  });
  const network = (fields: object) => ({ network: { ...MODEL.network, ...fields } });
  const dropped = (dropout: unknown) =>
    network({ layers: [{ ...MODEL.network.layers[0], dropout }, MODEL.network.layers[1]] });
  it.each<[string, Record<string, unknown>, RegExp]>([
    [
      'no format',
      { format: undefined },
      /nothing in the field 'format', where the format 'katman-model-json\/1'/,
    ],
    ['a later format', { format: 'katman-model-json/2' }, /'format'/],
    ['a field that no model has', { standardisation: {} }, /the field 'standardisation', which no model has/],
    ['no network', { network: undefined }, /nothing in the field 'network'/],
    ['half a unit', network({ layers: [{ units: 1.5, activation: 'tanh' }] }), /'network.layers\[0\].units'/],
    ['a dropout of all', dropped(1), /'network.layers\[0\].dropout', where a share/],
    ['a dropout that is a text', dropped('0.5'), /dropout/],
    ['an inverted deviation', { standardization: { mean: [1, 2, 3], std: [1, -2, 3] } }, /above 0/],
    ['columns for other inputs', { columns: [{ name: 'a' }] }, /for the 3 inputs of the network, not 1/],
    ['no targets', { targets: [] }, /'targets'/],
    ['one class', { classes: ['a'] }, /'classes'/],
    ['metrics that are a list', { metrics: [] }, /'metrics', where an object/],
    ['no tensors', { tensors: undefined }, /nothing in the field 'tensors'/],
    [
      'a tensor too few',
      { tensors: { ...tensors, 'layer2.b': undefined } },
      /'layer2.b' expected 1, file none/,
    ],
    ['a tensor too many', { tensors: { ...tensors, x: tensors['layer2.b'] } }, /'x' expected none, file 1/],
    [
      'a tensor of another name',
      { tensors: { ...tensors, __metadata__: tensors['layer2.b'] } },
      /__metadata__/,
    ],
    ['a tensor of another shape', tensor({ shape: [1, 2] }), /'layer1.b' expected 2, file 1x2/],
    ['an enormous shape', tensor({ shape: [2 ** 40, 2 ** 40] }), /layer1.b.data', where base64 of/],
    ['a negative shape', tensor({ shape: [-2] }), /'tensors.layer1.b.shape\[0\]'/],
    ['too few bytes', tensor({ data: ['AAAA'] }), /base64 of 8 bytes, not of 3, is expected/],
    ['no base64', tensor({ data: ['AAAAAAAAAA*='] }), /where base64 is expected/],
    ['base64 that is cut off', tensor({ data: ['AAAAAAAAAAA'] }), /where base64 is expected/],
    ['data that is a text', tensor({ data: 'AAAAAAAAAAA=' }), /where a list is expected/],
    ['a weight that is none', tensor({ data: ['AADAfwAAAAA='] }), /'layer1.b' holds NaN at index 0/],
  ])('is refused: %s', (_, fields, message) => {
    const { message: said } = refused(edited(fields));
    expect(said).toMatch(message);
    expect(said).not.toMatch(/\n/);
  });

  it('is refused for a key twice, another kind of file, and at every length', () => {
    const whole = writeJsonModel(MODEL);
    expect(refused(whole.replace('{', '{"fill": [1,2,3],')).message).toMatch(/the key 'fill' twice/);
    expect(refused('age,port\n1,S\n').message).toMatch(/no model as JSON/);
    for (let length = 0; length < whole.trimEnd().length; length++) refused(whole.slice(0, length));
  });

  it('is read with a text of any length, and refused for a nesting that no model has, without harm', () => {
    const whole = writeJsonModel(MODEL);
    const long = JSON.stringify('A'.repeat(2 ** 24));
    expect(readJsonModel(whole.replace('"survived"', long), FILE).targets).toEqual([JSON.parse(long)]);
    const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
    expect(refused(whole.replace('0.5', deep)).message).toMatch(/nested too deep/);
  });

  it('is refused or loads whole if any character is another', () => {
    const whole = writeJsonModel(MODEL);
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.integer({ min: 32, max: 126 }), (at, code) => {
        const text = whole.slice(0, at) + String.fromCharCode(code) + whole.slice(at + 1);
        try {
          const { parameters, preprocessing } = readJsonModel(text, FILE);
          expect(parameters.map(({ w, b }) => [w.length, b.length])).toEqual([
            [6, 2],
            [2, 1],
          ]);
          expect(preprocessing.standardization?.std.every((value) => value > 0)).toBe(true);
          expect(preprocessing.fill?.length).toBe(3);
        } catch (error) {
          if (!(error instanceof DataError)) throw error;
        }
      }),
      { numRuns: 5000 },
    );
  }, 60_000);
});
