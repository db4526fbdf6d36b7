import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applyPreprocessing } from '../../../src/data/preprocess.ts';
import { type ModelFile, writeModel } from '../../../src/formats/model.ts';
import { readModelFiles } from '../../../src/formats/modelFiles.ts';
import { ACTIVATIONS } from '../../../src/network/layers.ts';
import { CpuNetwork } from '../../../src/session/cpuNetwork.ts';
import { boundOf } from '../onnx/bound.ts';
import { predict } from '../onnx/predict.ts';
import { dataFor, trained } from '../onnx/train.ts';
import { installKeras, python } from './install.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const here = (name: string) => path.join(import.meta.dirname, name);
const folder = mkdtempSync(path.join(tmpdir(), 'katman-keras-'));
const at = (name: string) => path.join(folder, name);
afterAll(() => rmSync(folder, { recursive: true }));
beforeAll(() => installKeras(), 600_000);

describe('a network of Katman in Keras', () => {
  const hidden = ACTIVATIONS.filter((activation) => activation !== 'softmax');
  // Softmax with every activation; a single sigmoid, targets in their unit, and columns far from 0 with some.
  const cases = [
    ...hidden.map((activation) => ({ set: 'iris', activation })),
    ...(['relu', 'gelu'] as const).flatMap((activation) =>
      ['breast_cancer', 'houses', 'sales'].map((set) => ({ set, activation })),
    ),
  ].map((which) => ({ ...which, name: `${which.set}-${which.activation}` }));
  const models = new Map<string, { model: ModelFile; x: Float32Array }>();
  /** The layers that Keras has of each model, a dropout by its rate. */
  let layers: Map<string, string>;

  beforeAll(async () => {
    const [, script] = /^```python\n(# katman_to_keras\.py\n[\s\S]*?)^```$/m.exec(
      readFileSync(path.join(root, 'docs/formats.md'), 'utf8'),
    )!;
    writeFileSync(at('katman_to_keras.py'), script);
    for (const { set, activation, name } of cases) {
      const data = await dataFor(set);
      const learnt = await trained(data, activation);
      const [first, ...rest] = learnt.network.layers;
      const network = { ...learnt.network, layers: [{ ...first, dropout: 0.25 }, ...rest] };
      const model = { ...learnt, network };
      const { fill } = model.preprocessing;
      const x = data.x.map((value, i) => (Number.isNaN(value) ? fill![i % network.inputs] : value));
      models.set(name, { model, x });
      writeFileSync(at(`${name}.safetensors`), writeModel(model));
      writeFileSync(at(`${name}.x`), x);
    }
    const lines = python(here('compare.py'), folder).trim().split('\n');
    layers = new Map(lines.map((line) => line.match(/^(\S+) (.*)/)!.slice(1) as [string, string]));
  }, 600_000);

  let worst = 0;
  afterAll(() => console.log(`Keras: at most ${(100 * worst).toFixed(1)} % of the bound`));

  it.each(cases)('$name: says what Katman says, for every row', async ({ name, activation }) => {
    const { model, x } = models.get(name)!;
    const kinds = ['Dense', ...(activation === 'leakyRelu' ? ['LeakyReLU'] : [])].join(' ');
    expect(layers.get(name)).toContain(`Rescaling Normalization ${kinds} 0.25 ${kinds} Dense`);
    const said = new Float32Array(Uint8Array.from(readFileSync(at(`${name}.y`))).buffer);
    const ours = await predict(model, x);
    expect(said.length).toBe(ours.length);
    const { inputs } = model.network;
    const units = ours.length / (x.length / inputs);
    for (let row = 0; row < x.length / inputs; row++) {
      const { bounds } = boundOf(model, x.subarray(row * inputs, (row + 1) * inputs));
      for (let j = 0; j < units; j++) {
        const apart = Math.abs(said[row * units + j] - ours[row * units + j]);
        expect(apart).toBeLessThanOrEqual(bounds[j]);
        worst = Math.max(worst, apart / bounds[j]);
      }
    }
  });
});

describe('weights of others in safetensors', () => {
  beforeAll(() => void python(here('foreign.py'), folder), 600_000);

  it.each(['keras', 'torch'])('%s: says what they say, and trains on', async (name) => {
    const { activations, x, y } = JSON.parse(readFileSync(at(`${name}.json`), 'utf8'));
    const file = `${name}.safetensors`;
    const read = async () => readFileSync(at(file));
    await expect(readModelFiles(file, read)).rejects.toThrow(/does not say its activations; give one for/);
    const model = await readModelFiles(file, read, { activations });
    const rows: number[][] = x;
    const flat = Float32Array.from(rows.flat());
    const ours = await predict(model, flat);
    rows.forEach((row, r) => {
      const { bounds } = boundOf(model, Float32Array.from(row));
      bounds.forEach((bound, j) =>
        expect(Math.abs(ours[r * bounds.length + j] - y[r][j])).toBeLessThanOrEqual(bound),
      );
    });

    const network = await CpuNetwork.create(model.network);
    network.setParameters(model.parameters);
    const target = Float32Array.from(rows, (_, r) => r % 2);
    const targets = Float32Array.from({ length: ours.length }, (_, i) => {
      const units = ours.length / rows.length;
      return i % units === 0
        ? target[Math.floor(i / units)]
        : i % units === 1
          ? 1 - target[Math.floor(i / units)]
          : 0;
    });
    const examples = { rows: rows.length, x: applyPreprocessing(flat, model.preprocessing), y: targets };
    const { loss } = await network.fit(examples, { loss: model.network.loss, epochs: 20 });
    expect(loss.at(-1)).toBeLessThan(loss[0]);
  });
});
