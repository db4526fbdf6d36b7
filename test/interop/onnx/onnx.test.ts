import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readOnnx } from '../../../src/formats/onnx/readOnnx.ts';
import { writeOnnx } from '../../../src/formats/onnx/writeOnnx.ts';
import { ACTIVATIONS } from '../../../src/network/layers.ts';
import { U, boundOf } from './bound.ts';
import { type OnnxRuntime, onnxRuntime } from './install.ts';
import { predict } from './predict.ts';
import { dataFor, trained } from './train.ts';

/**
 * The bound is for the worst case, in which all roundings point the same way; they do not, and what is left of them
 * is some units in the last place for each layer.
 */
const ULPS_A_LAYER = 4;

let ort: OnnxRuntime;
beforeAll(async () => {
  ort = await onnxRuntime();
}, 600_000);

/** What ONNX Runtime says, with the names of input and output. */
async function run(bytes: Uint8Array, x: Float32Array, dims: readonly number[]) {
  const session = await ort.InferenceSession.create(bytes);
  const [input, output] = [session.inputNames[0], session.outputNames[0]];
  const { data, dims: shape } = (await session.run({ [input]: new ort.Tensor('float32', x, dims) }))[output];
  return { input, output, data, shape };
}

describe('a file of Katman in ONNX Runtime', () => {
  const worst: string[] = [];
  afterAll(() => console.log(['', ...worst].join('\n')));

  const hidden = ACTIVATIONS.filter((activation) => activation !== 'softmax');
  const cases = ['iris', 'breast_cancer', 'houses', 'sales'].flatMap((set) =>
    hidden.map((activation) => [set, activation] as const),
  );
  it.each(cases)('%s, %s: says what Katman says, for every row', async (set, activation) => {
    const data = await dataFor(set);
    const model = await trained(data, activation);
    const bytes = writeOnnx(model);
    expect(readOnnx(bytes, 'm.onnx')).toEqual(model);

    const { inputs, layers } = model.network;
    const units = layers[layers.length - 1].units;
    const { input, output, data: said, shape } = await run(bytes, data.x, [data.rows, inputs]);
    expect([input, output, shape]).toEqual(['features', 'output', [data.rows, units]]);
    const ours = await predict(model, data.x);

    let [difference, share, ulps] = [0, 0, 0];
    for (let row = 0; row < data.rows; row++) {
      const { bounds, outputs } = boundOf(model, data.x.subarray(row * inputs, (row + 1) * inputs));
      for (let j = 0; j < units; j++) {
        const apart = Math.abs(said[row * units + j] - ours[row * units + j]);
        expect(apart).toBeLessThanOrEqual(bounds[j]);
        const unit =
          2 * U * Math.max(Math.abs(outputs[j]), model.preprocessing.targetStandardization?.std[j] ?? 1);
        difference = Math.max(difference, apart);
        share = Math.max(share, apart / bounds[j]);
        ulps = Math.max(ulps, apart / unit);
      }
    }
    expect(ulps).toBeLessThanOrEqual(ULPS_A_LAYER * layers.length);
    worst.push(
      `${set}, ${activation}: at most ${difference.toExponential(1)} apart, ${ulps.toFixed(1)} units in the last place, ${(100 * share).toFixed(1)} % of the bound`,
    );
  });

  it('is run for one row as for many', async () => {
    const data = await dataFor('iris');
    const model = await trained(data, 'tanh');
    const x = data.x.slice(0, model.network.inputs);
    const { data: said } = await run(writeOnnx(model), x, [1, x.length]);
    const { bounds } = boundOf(model, x);
    const ours = await predict(model, x);
    said.forEach((value, j) => expect(Math.abs(value - ours[j])).toBeLessThanOrEqual(bounds[j]));
  });
});

describe('a file of PyTorch or Keras, read and written again', () => {
  const folder = path.join(import.meta.dirname, 'fixtures');
  const expected = JSON.parse(readFileSync(path.join(folder, 'expected.json'), 'utf8'));
  const names = readdirSync(folder).filter((file) => file.endsWith('.onnx') && !file.includes('refused'));

  it.each(names)('%s: says in ONNX Runtime what the other program said', async (file) => {
    const { x, y } = expected[path.basename(file, '.onnx')];
    const model = readOnnx(readFileSync(path.join(folder, file)), file);
    const { data } = await run(writeOnnx(model), Float32Array.from(x.flat()), [x.length, x[0].length]);
    const { units } = model.network.layers[model.network.layers.length - 1];
    x.forEach((row: number[], r: number) => {
      const { bounds } = boundOf(model, Float32Array.from(row));
      bounds.forEach((bound, j) =>
        expect(Math.abs(data[r * units + j] - y[r][j])).toBeLessThanOrEqual(bound),
      );
    });
  });
});
