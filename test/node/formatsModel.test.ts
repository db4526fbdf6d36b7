import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DataError } from '../../src/errors.ts';
import { type ModelFile, writeModel } from '../../src/formats/model.ts';
import { readModel } from '../../src/formats/readModel.ts';
import { readSafetensors } from '../../src/formats/readSafetensors.ts';
import { writeSafetensors } from '../../src/formats/safetensors.ts';
import { CLASSIFIER as MODEL, REGRESSION, refusal } from './sampleModels.ts';

const FILE = 'm.safetensors';

const refused = (bytes: Uint8Array) => refusal(() => readModel(bytes, FILE), FILE);

/** The sample with other texts in its metadata; `undefined` leaves one out. */
function edited(fields: Record<string, unknown>, model = MODEL): Uint8Array {
  const { tensors, metadata } = readSafetensors(writeModel(model), FILE);
  const texts = { ...Object.fromEntries(metadata) };
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) delete texts[name];
    else texts[name] = typeof value === 'string' ? value : JSON.stringify(value);
  }
  return writeSafetensors(tensors, texts);
}

describe('readModel', () => {
  it.each([
    ['a classification', MODEL],
    ['a regression of several targets', REGRESSION],
  ])('gives back %s', (_, model) => {
    expect(readModel(writeModel(model), FILE)).toEqual(model);
  });

  it('gives back any preprocessing to the bit', () => {
    const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
    fc.assert(
      fc.property(
        fc.tuple(number, number, number),
        fc.tuple(number, number, number),
        fc.uniqueArray(fc.string(), { minLength: 2, maxLength: 2 }),
        (fill, mean, names) => {
          const std = Float64Array.from(fill, (value) => Math.abs(value) || 1);
          const model: ModelFile = {
            ...MODEL,
            classes: names,
            preprocessing: {
              columns: [{ name: names[0], categories: names }, { name: names[1] }],
              fill: Float64Array.from(fill),
              standardization: { mean: Float64Array.from(mean), std },
            },
          };
          expect(readModel(writeModel(model), FILE)).toEqual(model);
        },
      ),
    );
  });

  it('takes two outputs for two classes, as a softmax has them', () => {
    const model: ModelFile = {
      ...REGRESSION,
      network: { ...REGRESSION.network, layers: [{ units: 2, activation: 'softmax' }] },
      preprocessing: { ...REGRESSION.preprocessing, targetStandardization: undefined },
      targets: ['kind'],
      classes: ['a', 'b'],
    };
    expect(readModel(writeModel(model), FILE)).toEqual(model);
  });
});

describe('a model that is none', () => {
  const layers = MODEL.network.layers;
  const network = (fields: object) => ({ network: { ...MODEL.network, ...fields } });
  const scaling = (fields: object) => ({
    standardization: { mean: [1, 2, 3], std: [1, 2, 3], ...fields },
  });
  const cases: [string, Record<string, unknown>, RegExp][] = [
    ['no format', { format: undefined }, /no model of Katman, where the field 'format' .* 'katman-model\/1'/],
    ['a later format', { format: 'katman-model/2' }, /format 'katman-model\/2'/],
    ['no network', { network: undefined }, /nothing in the field 'network', where an object/],
    ['a network that is no JSON', { network: '{' }, /The field 'network' of 'm.safetensors' is no JSON/],
    ['a key twice', { metrics: '{"a":1,"a":2}' }, /The field 'metrics' of .* has the key 'a' twice/],
    ['no layers', network({ layers: [] }), /\[\] in the field 'network.layers'/],
    ['no inputs', network({ inputs: 0 }), /'network.inputs', where a whole number of at least 1/],
    ['half a unit', network({ layers: [{ units: 1.5, activation: 'tanh' }] }), /'network.layers\[0\].units'/],
    [
      'no activation',
      network({ layers: [{ units: 2 }] }),
      /'network.layers\[0\].activation', where one of sigmoid/,
    ],
    ['no loss', network({ loss: 3 }), /has 3 in the field 'network.loss'/],
    [
      'an activation of others',
      network({ layers: [{ units: 2, activation: 'maxout' }] }),
      /"maxout" in .*activation'/,
    ],
    ['a loss of others', network({ loss: 'hinge' }), /"hinge" in the field 'network.loss', where one of/],
    [
      'a dropout of all',
      network({ layers: [{ ...layers[0], dropout: 1 }, layers[1]] }),
      /has 1 in the field 'network.layers\[0\].dropout', where a share/,
    ],
    [
      'a network of other sizes',
      network({ inputs: 4, layers: [layers[0], layers[1], { units: 1, activation: 'tanh' }] }),
      /'layer1.w' expected 4x2, file 3x2; 'layer3.w' expected 1x1, file none; 'layer3.b' expected 1, file none/,
    ],
    ['a layer too few', network({ layers: [layers[0]] }), /'layer2.w' expected none, file 2x1/],
    ['no columns', { columns: undefined }, /nothing in the field 'columns', where a list/],
    [
      'columns for other inputs',
      { columns: [{ name: 'a' }] },
      /columns for the 3 inputs of the network, not 1/,
    ],
    ['a column twice', { columns: [{ name: 'a' }, { name: 'b' }, { name: 'a' }] }, /different columns/],
    ['a column without a name', { columns: [{}, {}, {}] }, /'columns\[0\].name', where a text/],
    [
      'a category twice',
      { columns: [{ name: 'a' }, { name: 'b', categories: ['x', 'x'] }] },
      /'columns\[1\].categories', where a list of at least 1 different texts/,
    ],
    ['fills of another size', { fill: [1] }, /'fill', where a list of 3 finite numbers/],
    ['a fill that is none', { fill: [1, null, 3] }, /'fill', where a list of 3 finite numbers/],
    ['an infinite fill', { fill: '[1,1e999,3]' }, /'fill'/],
    ['no mean', scaling({ mean: undefined }), /nothing in the field 'standardization.mean'/],
    ['means of another size', scaling({ mean: [1, 2] }), /'standardization.mean', where a list of 3/],
    [
      'a deviation of 0',
      scaling({ std: [1, 0, 1] }),
      /'standardization.std', where a list of numbers above 0/,
    ],
    ['no targets', { targets: [] }, /'targets', where a list of at least 1 different texts/],
    ['a target twice', { targets: ['a', 'a'] }, /'targets'/],
    ['one class', { classes: ['a'] }, /'classes', where a list of at least 2 different texts/],
    ['a class twice', { classes: ['a', 'a'] }, /'classes'/],
    ['classes of numbers', { classes: [0, 1] }, /'classes\[0\]', where a text/],
    [
      'more classes than outputs',
      { classes: ['a', 'b', 'c'] },
      /as many classes of one target .* outputs \(1\)/,
    ],
    ['classes of two targets', { targets: ['a', 'b'] }, /classes of one target/],
    ['other targets than outputs', { classes: undefined, targets: ['a', 'b'] }, /1 outputs for 2 targets/],
    [
      'scaled targets of a classification',
      { targetStandardization: { mean: [0], std: [1] } },
      /'targetStandardization', where nothing, for a classification, is expected/,
    ],
    ['metrics that are a list', { metrics: [] }, /'metrics', where an object/],
  ];
  it.each(cases)('is refused: %s', (_, fields, message) => {
    expect(refused(edited(fields)).message).toMatch(message);
  });

  it('is refused for scaled targets that are not as many, or have a deviation of 0', () => {
    const scaled = (std: number[]) => edited({ targetStandardization: { mean: [0, 0], std } }, REGRESSION);
    expect(refused(scaled([1])).message).toMatch(/'targetStandardization.std', where a list of 2 finite/);
    expect(refused(scaled([1, 0])).message).toMatch(/'targetStandardization.std', where .* above 0/);
  });

  it('is refused for a tensor too much, too few or transposed', () => {
    const { tensors, metadata } = readSafetensors(writeModel(MODEL), FILE);
    const texts = Object.fromEntries(metadata);
    const [w1, ...rest] = tensors;
    const extra = { name: 'layer9.w', shape: [1], data: new Float32Array(1) };
    expect(refused(writeSafetensors(rest, texts)).message).toMatch(/'layer1.w' expected 3x2, file none/);
    expect(refused(writeSafetensors([...tensors, extra], texts)).message).toMatch(
      /'layer9.w' expected none, file 1;/,
    );
    expect(refused(writeSafetensors([{ ...w1, shape: [2, 3] }, ...rest], texts)).message).toMatch(
      /The tensors of 'm.safetensors' are not those of its network: 'layer1.w' expected 3x2, file 2x3; save/,
    );
  });

  it('is refused if it is no model at all', () => {
    expect(refused(writeSafetensors([])).message).toMatch(/has no tensors/);
    expect(refused(new TextEncoder().encode('age,port\n1,S\n')).message).toMatch(/safetensors/);
  });

  it('is refused at every length of the header and of the numbers', () => {
    const whole = writeModel(MODEL);
    for (let length = 0; length < whole.length; length++) refused(whole.subarray(0, length));
  });

  it('is refused or loads the same numbers if any byte of its header is another', () => {
    const whole = writeModel(MODEL);
    const length = Number(new DataView(whole.buffer).getBigUint64(0, true));
    fc.assert(
      fc.property(fc.nat(7 + length), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const bytes = whole.slice();
        bytes[at] ^= flip;
        let parameters;
        try {
          ({ parameters } = readModel(bytes, FILE));
        } catch (error) {
          expect(error).toBeInstanceOf(DataError);
          return;
        }
        expect(parameters).toEqual(MODEL.parameters);
      }),
      { numRuns: 5000 },
    );
  }, 60_000);
});
