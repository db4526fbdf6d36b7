import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readJsonModel, writeJsonModel } from '../../src/formats/jsonModel.ts';
import { type ModelFile, tensorShapes, writeModel } from '../../src/formats/model.ts';
import { readOnnx } from '../../src/formats/onnx/readOnnx.ts';
import { writeOnnx } from '../../src/formats/onnx/writeOnnx.ts';
import { readModel } from '../../src/formats/readModel.ts';
import { readSafetensors } from '../../src/formats/readSafetensors.ts';
import { writeSafetensors } from '../../src/formats/safetensors.ts';
import { writeTfjs } from '../../src/formats/tfjs.ts';
import { readTfjs } from '../../src/formats/tfjsRead.ts';
import { bytesOf, cutsAndFlips, mutants, outcome, runs } from './fuzzing.ts';
import { CLASSIFIER, REGRESSION } from './sampleModels.ts';

const MODELS = [CLASSIFIER, REGRESSION];
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** A model that was read of a damaged file is one that could have been written: whole, finite, and read the same again. */
function expectWhole(model: ModelFile): void {
  const data = model.parameters.flatMap(({ w, b }) => [w, b]);
  const shapes = tensorShapes(model.network);
  expect(data).toHaveLength(shapes.length);
  shapes.forEach(({ shape }, i) => {
    expect(data[i]).toHaveLength(shape.reduce((product, size) => product * size));
    expect(data[i].every(Number.isFinite)).toBe(true);
  });
  const again = readModel(writeModel(model), 'again.safetensors');
  expect({ ...again, network: undefined }).toEqual({ ...model, network: undefined });
}

interface Format {
  readonly name: string;
  readonly files: readonly Uint8Array[];
  /** Bytes at the start of a file that are flipped one by one. */
  readonly header: number;
  read(bytes: Uint8Array): ModelFile | Promise<ModelFile>;
}

/** Two layers as PyTorch names them, with weights [units, in]. */
const pytorch = ([first, second]: readonly number[]) => [
  { name: `${first}.weight`, shape: [3, 2], data: Float32Array.of(1, 2, 3, 4, 5, 6) },
  { name: `${first}.bias`, shape: [3], data: Float32Array.of(1, 2, 3) },
  { name: `${second}.weight`, shape: [2, 3], data: Float32Array.of(1, -2, 3, -4, 5, -6) },
  { name: `${second}.bias`, shape: [2], data: Float32Array.of(0, -0) },
];

const tfjs = MODELS.map(writeTfjs);
const FORMATS: readonly Format[] = [
  {
    name: 'safetensors',
    files: MODELS.map(writeModel),
    header: 400,
    read: (bytes) => readModel(bytes, 'a.safetensors'),
  },
  {
    name: 'safetensors of PyTorch',
    files: [
      [0, 2],
      [1, 10],
    ].map((numbers) => writeSafetensors(pytorch(numbers))),
    header: 400,
    read: (bytes) => readModel(bytes, 'a.safetensors', { activations: ['tanh', 'softmax'] }),
  },
  { name: 'ONNX', files: MODELS.map(writeOnnx), header: 400, read: (bytes) => readOnnx(bytes, 'a.onnx') },
  {
    name: 'JSON',
    files: MODELS.map((model) => bytesOf(writeJsonModel(model))),
    header: 400,
    read: (bytes) => readJsonModel(text(bytes), 'a.json'),
  },
  {
    name: 'model.json of TensorFlow.js',
    files: tfjs.map((files) => bytesOf(String(files['model.json']))),
    header: 400,
    read: (bytes) => readTfjs(text(bytes), () => tfjs[0]['weights.bin'] as Uint8Array),
  },
  {
    name: 'weights of TensorFlow.js',
    files: tfjs.map((files) => files['weights.bin'] as Uint8Array),
    header: 64,
    read: (bytes) => readTfjs(String(tfjs[0]['model.json']), () => bytes),
  },
];

describe.each(FORMATS)(
  'a damaged model is refused in a sentence or is whole: $name',
  ({ files, header, read }) => {
    it('cut at every byte, and with every bit of its start flipped', async () => {
      for (const bytes of cutsAndFlips(files[0], header)) {
        const found = await outcome(() => read(bytes));
        if ('value' in found) expectWhole(found.value);
      }
    });

    it('cut, flipped, spliced, and with hostile pieces put in', async () => {
      let refused = 0;
      const property = fc.asyncProperty(mutants(files), async (bytes) => {
        const found = await outcome(() => read(bytes));
        if ('value' in found) expectWhole(found.value);
        else refused++;
      });
      const often = runs(600);
      await fc.assert(property, often);
      expect(refused).toBeGreaterThan(often.numRuns / 10);
    });
  },
);

describe('tensors of a damaged safetensors file', () => {
  it('have as many finite numbers as their shapes say, together all bytes of the file', async () => {
    const files = MODELS.map(writeModel);
    const property = fc.asyncProperty(mutants(files), async (bytes) => {
      const found = await outcome(() => readSafetensors(bytes, 'a.safetensors'));
      if ('error' in found) return;
      for (const { shape, data } of found.value.tensors) {
        expect(data).toHaveLength(shape.reduce((product, size) => product * size, 1));
        expect(data.every(Number.isFinite)).toBe(true);
      }
    });
    await fc.assert(property, runs(600));
  });
});
