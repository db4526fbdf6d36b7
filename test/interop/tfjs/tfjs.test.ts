import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applyPreprocessing, preprocess } from '../../../src/data/preprocess.ts';
import { loadBuiltin } from '../../../src/data/builtin.ts';
import type { Dataset } from '../../../src/data/dataset.ts';
import type { ModelFile } from '../../../src/formats/model.ts';
import { writeTfjs } from '../../../src/formats/tfjs.ts';
import { readTfjs } from '../../../src/formats/tfjsRead.ts';
import { ACTIVATIONS, type Activation, type Architecture } from '../../../src/network/layers.ts';
import { adam } from '../../../src/network/optimizer.ts';
import { CpuNetwork } from '../../../src/session/cpuNetwork.ts';
import { boundsOf } from './bounds.ts';
import { tensorflow } from './install.ts';
import { type TrainingChoice, predictWith, trainOn } from './trained.ts';

let tf: any;
beforeAll(async () => {
  tf = await tensorflow();
}, 600_000);

/** How near to its bound each comparison came. */
const worst: string[] = [];
afterAll(() => console.info(`Largest differences of Katman and TensorFlow.js:\n${worst.join('\n')}`));

/** A model.json and its weights, as TensorFlow.js takes them from memory. */
const artifacts = ({ 'model.json': json, 'weights.bin': weights }: ReturnType<typeof writeTfjs>) => {
  const { modelTopology, weightsManifest, userDefinedMetadata } = JSON.parse(json);
  const [{ weights: weightSpecs }] = weightsManifest;
  return { modelTopology, weightSpecs, weightData: weights.buffer, userDefinedMetadata };
};

const load = (files: ReturnType<typeof writeTfjs>): Promise<any> =>
  tf.loadLayersModel(tf.io.fromMemory(artifacts(files)));

const outputsOf = (loaded: any, x: Float32Array, inputs: number): Float32Array =>
  tf.tidy(() => loaded.predict(tf.tensor2d(x, [x.length / inputs, inputs])).dataSync());

/** Weights and biases of every Dense of a loaded model. */
const weightsOf = (loaded: any) =>
  loaded.layers
    .filter((layer: any) => layer.getClassName() === 'Dense')
    .map((layer: any) => layer.getWeights().map((tensor: any) => tensor.dataSync()))
    .map(([w, b]: Float32Array[]) => ({ w, b: b ?? new Float32Array(w.length) }));

/** What a model saved by TensorFlow.js is on disk, its weights in several files. */
async function saved(model: any, options: object = {}, shards = 3) {
  let files: any;
  await model.save(
    tf.io.withSaveHandler(async (made: any) => {
      files = made;
      return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } };
    }),
    options,
  );
  const { weightSpecs, weightData, ...rest } = files;
  const bytes = new Uint8Array(weightData);
  const paths = Array.from({ length: shards }, (_, i) => `group1-shard${i + 1}of${shards}.bin`);
  const ends = paths.map((_, i) => Math.floor((bytes.length * (i + 1)) / shards));
  const json = JSON.stringify({ ...rest, weightsManifest: [{ paths, weights: weightSpecs }] });
  const read = (path: string) => {
    const i = paths.indexOf(path);
    return bytes.slice(ends[i - 1] ?? 0, ends[i]);
  };
  return { json, read };
}

/** Fails if a prediction differs by more than its bound; notes how near the worst came. */
async function compare(what: string, model: ModelFile, loaded: any, x: Float32Array): Promise<void> {
  const { inputs } = model.network;
  const ours = await predictWith(model, x);
  const theirs = outputsOf(loaded, x, inputs);
  expect(theirs.length).toBe(ours.length);
  const units = model.network.layers.at(-1)!.units;
  const weights = weightsOf(loaded);
  let [ratio, difference, bound] = [0, 0, 0];
  for (let r = 0; r < x.length / inputs; r++) {
    boundsOf(model, weights, x.subarray(r * inputs, (r + 1) * inputs)).forEach(
      ({ tfjs, katman, value }, j) => {
        const differs = Math.abs(theirs[r * units + j] - ours[r * units + j]);
        difference = Math.max(difference, differs);
        bound = Math.max(bound, tfjs + katman);
        ratio = Math.max(ratio, differs / (tfjs + katman || Number.MIN_VALUE));
        expect(Math.abs(value - ours[r * units + j])).toBeLessThanOrEqual(katman);
      },
    );
  }
  worst.push(
    `${what}: ${difference.toExponential(1)}, bounds up to ${bound.toExponential(1)}, ${ratio.toFixed(2)} of the bound at most`,
  );
  expect(ratio).toBeLessThanOrEqual(1);
}

const hidden = ACTIVATIONS.filter((name) => name !== 'softmax');

describe('a model that Katman wrote', () => {
  const cases: [string, Activation, Partial<TrainingChoice>?][] = [
    ...hidden.map((activation): [string, Activation] => ['iris', activation]),
    ...hidden.map((activation): [string, Activation] => ['houses', activation]),
    ['iris', 'tanh', { standardize: false }],
    ['breast_cancer', 'relu'],
    ['breast_cancer', 'silu', { hidden: [] }],
    ['houses', 'tanh', { hidden: [] }],
    ['houses', 'elu', { output: 'softplus' }],
    ['houses', 'elu', { output: 'leakyRelu' }],
    ['digits', 'gelu', { epochs: 1, hidden: [64] }],
    ['digits', 'relu', { epochs: 1, hidden: [32, 16], standardize: false }],
  ];
  it.each(cases)(
    'predicts in TensorFlow.js what Katman predicts (%s, %s, %j)',
    async (name, activation, choice) => {
      const { model, data } = await trainOn(name, { activation, ...choice });
      const files = writeTfjs(model);
      const loaded = await load(files);
      await compare(`${name}, ${activation}, ${JSON.stringify(choice ?? {})}`, model, loaded, data.x);
      expect(await readTfjs(files['model.json'], () => files['weights.bin'])).toEqual(model);

      // Saved again by TensorFlow.js, it is still the same model to the bit.
      const again = await saved(loaded);
      expect(await readTfjs(again.json, again.read)).toEqual(model);
    },
  );

  it.each<[string, Partial<TrainingChoice>]>([
    ['iris', {}],
    ['iris', { standardize: false }],
    ['breast_cancer', {}],
    ['houses', {}],
    ['houses', { output: 'softplus' }],
  ])('is trained on in TensorFlow.js and read again (%s, %j)', async (name, choice) => {
    const { model, data } = await trainOn(name, { activation: 'tanh', ...choice });
    const loaded = await load(writeTfjs(model));
    const loss = { iris: 'categoricalCrossentropy', breast_cancer: 'binaryCrossentropy' }[name];
    loaded.compile({ loss: loss ?? 'meanSquaredError', optimizer: tf.train.sgd(1e-6) });
    const [x, y] = tensorsOf(data);
    await loaded.fit(x, y, { epochs: 2, batchSize: 16, shuffle: false, verbose: 0 });
    const { json, read } = await saved(loaded, { includeOptimizer: true });
    const read2 = await readTfjs(json, read);
    expect(read2.parameters).not.toEqual(model.parameters);
    expect({ ...read2, parameters: [], metrics: {} }).toEqual({ ...model, parameters: [], metrics: {} });
    expect(read2.metrics).toEqual({});
    await compare(`${name}, trained on in TensorFlow.js`, read2, loaded, data.x);
  });
});

/** Features and targets as tensors, as they come. */
function tensorsOf(data: Dataset): [any, any] {
  return [
    tf.tensor2d(data.x, [data.rows, data.features.length]),
    tf.tensor2d(data.y, [data.rows, data.outputs]),
  ];
}

describe('a model that TensorFlow.js wrote', () => {
  /** Features of mean 0 and deviation 1: what somebody else would feed it. */
  async function scaled(name: string): Promise<Dataset> {
    const { data } = await loadBuiltin(name);
    const { model } = await trainOn(name, { activation: 'tanh', epochs: 1 });
    return preprocess(data.withX(applyPreprocessing(data.x, model.preprocessing)), {
      ...model.preprocessing,
      fill: undefined,
      standardization: undefined,
    });
  }

  async function trainThere(model: any, data: Dataset, loss: string): Promise<void> {
    model.compile({ loss, optimizer: tf.train.adam(0.01) });
    const [x, y] = tensorsOf(data);
    await model.fit(x, y, { epochs: 3, batchSize: 32, verbose: 0 });
  }

  /** Reads it, compares every row, and trains it further. */
  async function readAndTrain(what: string, model: any, data: Dataset, options = {}): Promise<ModelFile> {
    const { json, read } = await saved(model, options);
    const ours = await readTfjs(json, read);
    await compare(what, ours, model, data.x);
    const network = await CpuNetwork.create(ours.network as Architecture);
    network.setParameters(ours.parameters);
    const before = await network.evaluate(data);
    await network.fit(data, { epochs: 5, batchSize: 16, optimizer: adam({ learningRate: 0.005 }) });
    expect((await network.evaluate(data)).loss).toBeLessThan(before.loss);
    return ours;
  }

  it('is read and trained further: Sequential with dropout and layers of activations', async () => {
    const data = await scaled('iris');
    const { layers } = tf;
    const model = tf.sequential({
      layers: [
        layers.inputLayer({ inputShape: [4] }),
        layers.dense({ units: 12, name: 'first' }),
        layers.activation({ activation: 'tanh' }),
        layers.dropout({ rate: 0.25 }),
        layers.dense({ units: 6, useBias: false }),
        layers.leakyReLU({ alpha: 0.01 }),
        layers.dense({ units: 5, activation: 'swish' }),
        layers.dense({ units: 3 }),
        layers.softmax(),
      ],
    });
    await trainThere(model, data, 'categoricalCrossentropy');
    const read = await readAndTrain('Sequential, iris', model, data, { includeOptimizer: true });
    expect(read.network).toEqual({
      inputs: 4,
      layers: [
        { units: 12, activation: 'tanh', dropout: 0.25 },
        { units: 6, activation: 'leakyRelu' },
        { units: 5, activation: 'silu' },
        { units: 3, activation: 'softmax' },
      ],
      loss: 'softmaxCrossEntropy',
    });
    expect(read.classes).toEqual(['0', '1', '2']);
  });

  it('is read and trained further: Functional', async () => {
    const data = await scaled('breast_cancer');
    const { layers } = tf;
    const input = tf.input({ shape: [30] });
    const middle = layers
      .dropout({ rate: 0.5 })
      .apply(layers.dense({ units: 8, activation: 'gelu' }).apply(input));
    const output = layers.dense({ units: 1, activation: 'sigmoid' }).apply(middle);
    const model = tf.model({ inputs: input, outputs: output });
    await trainThere(model, data, 'binaryCrossentropy');
    const read = await readAndTrain('Functional, breast_cancer', model, data);
    expect(read.classes).toEqual(['0', '1']);
  });

  it('is read and trained further: a regression', async () => {
    const data = await scaled('houses');
    const { layers } = tf;
    const model = tf.sequential({
      layers: [
        layers.dense({ units: 10, activation: 'elu', inputShape: [2] }),
        layers.dense({ units: 4, activation: 'softplus' }),
        layers.dense({ units: 1 }),
      ],
    });
    await trainThere(model, data, 'meanSquaredError');
    const read = await readAndTrain('Sequential, houses', model, data);
    expect([read.targets, read.classes, read.network.loss]).toEqual([['y'], undefined, 'mse']);
  });

  it('is read with an image as input, and weights that were quantized', async () => {
    const { data } = await loadBuiltin('digits');
    const { layers } = tf;
    const model = tf.sequential({
      layers: [
        layers.flatten({ inputShape: [8, 8] }),
        layers.dense({ units: 20, activation: 'relu' }),
        layers.dense({ units: 10, activation: 'softmax' }),
      ],
    });
    const { json, read } = await saved(model, {}, 1);
    const file = JSON.parse(json);
    const [group] = file.weightsManifest;
    const whole = await readTfjs(json, read);
    for (const [dtype, most] of [
      ['uint8', 255],
      ['uint16', 65535],
    ] as const) {
      const bytes: number[] = [];
      const weights = group.weights.map((spec: any, i: number) => {
        const { w, b } = whole.parameters[Math.floor(i / 2)];
        const values = i % 2 ? b : w;
        const min = Math.min(...values);
        const scale = (Math.max(...values) - min || 1) / most;
        for (const value of values) {
          const level = Math.round((value - min) / scale);
          bytes.push(level & 255, ...(dtype === 'uint16' ? [level >> 8] : []));
        }
        return { ...spec, quantization: { dtype, min, scale } };
      });
      const data8 = Uint8Array.from(bytes);
      const text = JSON.stringify({ ...file, weightsManifest: [{ ...group, weights }] });
      const ours = await readTfjs(text, () => data8);
      const theirs = await tf.loadLayersModel(
        tf.io.fromMemory({
          modelTopology: file.modelTopology,
          weightSpecs: weights,
          weightData: data8.buffer,
        }),
      );
      expect(ours.parameters).toEqual(weightsOf(theirs));
      const flat = { predict: (x: any) => theirs.predict(x.reshape([-1, 8, 8])), layers: theirs.layers };
      await compare(`Flatten, ${dtype}, digits`, ours, flat, data.x);
    }
  });
});
