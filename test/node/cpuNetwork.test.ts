import { describe, expect, it } from 'vitest';
import { initialize } from '../../src/network/initialize.ts';
import { type Architecture, type Loss, dense } from '../../src/network/layers.ts';
import { adam, momentum, nesterov, rmsprop, sgd } from '../../src/network/optimizer.ts';
import { batchAt } from '../../src/network/schedule.ts';
import { Random } from '../../src/random.ts';
import { CpuNetwork } from '../../src/session/cpuNetwork.ts';
import type { FitOptions } from '../../src/session/options.ts';
import type { Trainable } from '../../src/session/trainable.ts';
import { PLAIN, PlanRun } from './planRun.ts';

const ROWS = 50;

/** Three inputs, and three targets as the loss wants them. */
function dataFor(loss: Loss) {
  const random = new Random(4);
  const x = Float32Array.from({ length: 3 * ROWS }, () => random.normal());
  const y = loss.endsWith('Entropy')
    ? Float32Array.from({ length: 3 * ROWS }, (_, i) => Number(i % 3 === Math.floor(i / 3) % 3))
    : Float32Array.from({ length: 3 * ROWS }, (_, i) => Math.sin(i));
  const weight = Float32Array.from({ length: ROWS }, (_, i) => 0.5 + (i % 4) / 2);
  return { rows: ROWS, x, y, weight };
}

const regression = dataFor('mse');
const small = { inputs: 3, layers: [dense(6, 'tanh'), dense(3, 'identity')] };
const make = (architecture: Architecture = small, seed = 3) =>
  CpuNetwork.create({ ...architecture, init: { seed } });
const weightsOf = async (network: Trainable) =>
  (await network.parameters()).flatMap(({ w, b }) => [...w, ...b]);

/** Whether two numbers are as close as the cpu plan's and the oracle's have to be. */
const isClose = (got: number, want: number) => Math.abs(got - want) < 2e-5 * Math.max(1, Math.abs(want));

describe('a training without a GPU', () => {
  it('goes on for as long as one wants without a history, and says what it did', async () => {
    const options = { optimizer: sgd({ learningRate: 0.01 }), batchSize: 10, steps: 4000, seed: 2 } as const;
    const [kept, lean] = [await make(), await make()];
    const whole = await kept.fit(regression, options);
    const training = await lean.train(regression, { ...options, keepHistory: false });
    const report = await training.run();
    const { loss, accuracy, epochs, steps, stepsPerSecond } = training.history;
    expect([loss.length, accuracy.length, epochs.length, steps]).toEqual([0, 0, 0, 4000]);
    expect(stepsPerSecond).toBeGreaterThan(0);
    expect(report).toMatchObject({ steps: 4000, learningRate: 0.01 });
    expect(Math.fround(report.loss)).toBe(whole.loss[3999]);
    training.dispose();
    expect(await weightsOf(lean)).toEqual(await weightsOf(kept));
    // What watches epochs goes on to.
    const early = { ...options, keepHistory: false, earlyStopping: { patience: 3, minDelta: 1 } };
    const stopped = await (await make()).fit(regression, early);
    expect([stopped.stopped, stopped.steps, stopped.best?.epoch]).toEqual(['early', 20, 1]);
  });

  it.each<[Loss, 'softmax' | 'sigmoid' | 'identity', ReturnType<typeof adam>, Partial<FitOptions>]>([
    [
      'softmaxCrossEntropy',
      'softmax',
      adam({ learningRate: 0.02, l1: 0.01 }),
      { labelSmoothing: 0.3, classWeight: [1, 2, 0.5] },
    ],
    [
      'binaryCrossEntropy',
      'sigmoid',
      nesterov({ learningRate: 0.1, l2: 0.02, decays: 'all' }),
      { labelSmoothing: 0.2 },
    ],
    ['huber', 'identity', rmsprop({ learningRate: 0.01, momentum: 0.5 }), { huberDelta: 0.4 }],
    ['mse', 'identity', momentum({ learningRate: 0.02, weightDecay: 0.1 }), { accuracy: true }],
  ])('%s: takes the steps that the oracle takes', async (loss, output, optimizer, options) => {
    const data = dataFor(loss);
    const architecture = {
      inputs: 3,
      layers: [dense(8, 'gelu', { dropout: 0.3 }), dense(6, 'silu'), dense(5, 'elu'), dense(3, output)],
    };
    const network = await make(architecture);
    const history = await network.fit(data, {
      ...{ loss, optimizer, clip: 0.5, batchSize: 16, seed: 5, steps: 24 },
      schedule: { kind: 'step', factor: 0.5, every: 2 },
      ...options,
    });

    const { labelSmoothing: s = 0, classWeight, huberDelta = 1 } = options;
    const share = loss === 'softmaxCrossEntropy' ? s / 3 : s / 2;
    const y = data.y.map((value) => value * (1 - s) + share);
    const weight = data.weight.map((value, row) => value * ((classWeight as number[])?.[row % 3] ?? 1));
    const accuracy = options.accuracy ?? loss.endsWith('Entropy');
    const method = { ...PLAIN, loss, optimizer, clip: 0.5, weighted: true, huberDelta, accuracy };
    const init = initialize(architecture, { seed: 3 });
    const oracle = new PlanRun({ architecture, method, x: data.x, y, weight, init });
    for (let i = 0; i < 24; i++) {
      const batch = batchAt(i, { rows: ROWS, batchSize: 16, shuffle: true, seed: 5 });
      const learningRate = optimizer.learningRate * 0.5 ** Math.floor(batch.epoch / 2);
      const want = oracle.step({ ...batch, learningRate });
      expect(Math.abs(history.loss[i] - want), `step ${i}`).toBeLessThan(2e-5 * Math.max(1, want));
      if (accuracy) expect(history.accuracy[i]).toBeCloseTo(oracle.get('accuracy')[0], 6);
    }
    expect(history).toMatchObject({ stopped: 'done', steps: 24, segments: [{ step: 0, plan: 'cpu' }] });
    expect(history.epochs).toHaveLength(6);
    (await network.parameters()).forEach(({ w, b }, l) => {
      for (const [name, values] of Object.entries({ w, b }))
        oracle.get(`layer${l + 1}.${name}`).forEach((want, i) => {
          expect(isClose(values[i], want), `layer${l + 1}.${name}[${i}]: ${values[i]}, ${want}`).toBe(true);
        });
    });
  });

  it('goes on where the last one ended, moments and order of the batches included', async () => {
    const options: FitOptions = { optimizer: adam({ learningRate: 0.01 }), batchSize: 8 };
    const [straight, twice, driven] = [await make(), await make(), await make()];
    const whole = await straight.fit(regression, { ...options, steps: 21 });
    const first = await twice.fit(regression, { ...options, steps: 10, plan: 'auto' });
    const second = await twice.fit(regression, { ...options, steps: 11, plan: 'cpu' });
    expect([...first.loss, ...second.loss]).toEqual([...whole.loss]);
    expect(second.segments).toEqual([{ step: 10, plan: 'cpu' }]);
    expect(await weightsOf(twice)).toEqual(await weightsOf(straight));
    expect(twice.steps).toBe(21);

    const training = await driven.train(regression, { ...options, steps: 21 });
    const { loss, ...report } = await training.run(4);
    expect(report).toMatchObject({ stopped: 'done', steps: 4 });
    expect(Math.fround(loss)).toBe(whole.loss[3]);
    await expect(driven.fit(regression)).rejects.toThrow(/being trained already/);
    await training.run();
    expect(training.steps).toBe(21);
    expect(training.history.loss).toEqual(whole.loss);
    expect(await weightsOf(driven)).toEqual(await weightsOf(straight));
    training.dispose();
    await expect(training.run(1)).rejects.toThrow(/disposed of/);

    // Another optimizer begins with nothing: as a network with these weights that has made no step.
    const fresh = await make();
    fresh.setParameters(await twice.parameters());
    const other = { optimizer: momentum(), batchSize: ROWS, steps: 5 };
    expect((await twice.fit(regression, other)).loss).toEqual((await fresh.fit(regression, other)).loss);
  });

  it('stops early and ends with the best weights', async () => {
    const validation = {
      rows: 10,
      x: regression.x.slice(0, 30).map((v) => -v),
      y: regression.y.slice(0, 30),
    };
    const network = await make();
    const seen: number[] = [];
    const history = await network.fit(regression, {
      optimizer: sgd({ learningRate: 0.3 }),
      epochs: 1000,
      validation,
      earlyStopping: { patience: 4 },
      onEpochEnd: async ({ validation: judged }) => {
        expect(judged).toEqual(await network.evaluate(validation));
        seen.push(judged!.loss);
      },
    });
    expect(history.stopped).toBe('early');
    expect(history.best).toEqual({ epoch: seen.length - 4, loss: Math.min(...seen) });
    expect(history.epochs).toHaveLength(seen.length);
    expect((await network.evaluate(validation)).loss).toBe(history.best!.loss);
  });

  it('judges the validation rows as often as wanted, and reports progress', async () => {
    const network = await make();
    let progress = 0;
    const history = await network.fit(regression, {
      epochs: 6,
      validation: regression,
      validationFrequency: 3,
      onProgress: ({ step, steps, plan }) => {
        expect({ steps, plan }).toEqual({ steps: 48, plan: 'cpu' });
        progress = step;
      },
    });
    expect(progress).toBe(48);
    const judged = history.epochs.filter(({ validation }) => validation).map(({ epoch }) => epoch);
    expect(judged).toEqual([3, 6]);
  });

  it('leaves its thread to others: a timer aborts it', async () => {
    const network = await make();
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 30);
    const history = await network.fit(regression, { steps: 1e9, signal: controller.signal });
    expect(history.stopped).toBe('aborted');
    expect(history.steps).toBeGreaterThan(0);
    expect(network.steps).toBe(history.steps);
    const again = await network.fit(regression, { signal: controller.signal });
    expect(again).toMatchObject({ stopped: 'aborted', steps: 0 });
  });

  it('ends when its training is disposed of, and when a callback throws', async () => {
    const network = await make();
    const training = await network.train(regression, { steps: 1e9 });
    setTimeout(() => training.dispose(), 5);
    expect((await training.run()).stopped).toBe('aborted');
    const onProgress = () => {
      throw new Error('enough');
    };
    await expect(network.fit(regression, { onProgress })).rejects.toThrow('enough');
    expect((await network.fit(regression, { epochs: 1 })).stopped).toBe('done');
  });

  it('stops when it diverges, with the best weights where early stopping keeps them', async () => {
    const network = await make();
    const steep: FitOptions = { optimizer: sgd({ learningRate: 1e20 }), epochs: 30 };
    const history = await network.fit(regression, steep);
    expect(history.stopped).toBe('diverged');
    expect(history.steps).toBeLessThan(30);
    const other = await make();
    await other.fit(regression, { ...steep, batchSize: ROWS, earlyStopping: { patience: 9 } });
    expect((await weightsOf(other)).every(Number.isFinite)).toBe(true);
  });

  it('works with weights that are set meanwhile', async () => {
    const network = await make();
    const training = await network.train(regression, { batchSize: ROWS });
    const { loss } = await training.run(1);
    await training.run(5);
    network.setParameters(initialize(small, { seed: 3 }));
    expect((await training.run(1)).loss).toBe(loss);
  });
});

describe('a network without a GPU', () => {
  it.each<[Loss, 'softmax' | 'sigmoid' | 'identity']>([
    ['softmaxCrossEntropy', 'softmax'],
    ['binaryCrossEntropy', 'sigmoid'],
    ['halfMse', 'identity'],
  ])('%s: predicts and judges as the oracle does', async (loss, output) => {
    const architecture = { inputs: 3, layers: [dense(9, 'softplus'), dense(3, output)] };
    const { rows, x, y } = dataFor(loss);
    const network = await make(architecture);
    const init = await network.parameters();
    const method = { ...PLAIN, loss, optimizer: sgd(), accuracy: true };
    const oracle = new PlanRun({ architecture, method, x, y, init });
    const mean = oracle.step({ rows }, ['batch', 'forward', 'loss']);
    const outputs = oracle.get('layer2.a');
    const got = await network.predict(x);
    expect(got).toHaveLength(outputs.length);
    outputs.forEach((want, i) => expect(isClose(got[i], want)).toBe(true));
    const metrics = await network.evaluate({ rows, x, y }, { loss });
    expect(isClose(metrics.loss, mean)).toBe(true);
    if (loss === 'halfMse') {
      const errors = outputs.map((value, i) => Math.abs(value - y[i]));
      expect(isClose(metrics.mae!, errors.reduce((a, b) => a + b, 0) / y.length)).toBe(true);
    } else expect(metrics.accuracy).toBeCloseTo(oracle.get('accuracy')[0], 6);
  });

  it('drops nothing when it predicts, and leaves its thread to others', async () => {
    const random = new Random(2);
    const rows = 60_001;
    const x = Float32Array.from({ length: 3 * rows }, () => random.normal());
    const layers = [dense(40, 'gelu', { dropout: 0.5 }), dense(2, 'identity')];
    const network = await make({ inputs: 3, layers });
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    const all = await network.predict(x);
    clearInterval(timer);
    expect(turns).toBeGreaterThan(0);
    const last = await network.predict(x.subarray(-3));
    expect([...last]).toEqual([...all.subarray(-2)]);
  });

  it('has what Network has', async () => {
    const network = await make();
    expect(network.architecture).toEqual(small);
    expect([network.parameterCount, network.steps]).toEqual([4 * 6 + 7 * 3, 0]);
    network.dispose();
  });

  it('refuses what needs a GPU, and what makes no sense', async () => {
    const network = await make();
    const refusal = (promise: Promise<unknown>, name: string, message: RegExp) =>
      expect(promise).rejects.toMatchObject({ name, message: expect.stringMatching(message) });
    for (const plan of ['textbook', 'fused', 'resident'] as const) {
      const sentence = new RegExp(`'${plan}' needs a GPU`);
      await refusal(network.fit(regression, { plan }), 'UsageError', sentence);
      await refusal(network.train(regression, { plan }), 'UsageError', sentence);
      const signal = AbortSignal.abort();
      await refusal(network.fit(regression, { plan, signal }), 'UsageError', sentence);
    }
    await refusal(network.fit(regression, { plan: 'warp' as 'cpu' }), 'UsageError', /Unknown plan/);
    await refusal(network.verify(regression), 'UsageError', /without a GPU/);
    await refusal(network.fit(regression, { epochs: 0 }), 'UsageError', /epochs/);
    await refusal(network.fit({ ...regression, y: regression.y.slice(50) }), 'ShapeError', /y has 100/);
    await refusal(network.evaluate({ ...regression, x: regression.x.slice(3) }), 'ShapeError', /x has 147/);
    await refusal(network.evaluate({ ...regression, y: regression.y.slice(3) }), 'ShapeError', /y has 147/);
    await refusal(network.predict(Float32Array.of(1, 2)), 'ShapeError', /rows of 3 inputs/);
    await refusal(make({ inputs: 3, layers: [] }), 'UsageError', /at least one layer/);
    expect(network.steps).toBe(0);
  });

  it('refuses parameters of other shapes, and keeps its own', async () => {
    const network = await make();
    const before = await weightsOf(network);
    const [first, last] = await network.parameters();
    const wrong = [[first], [first, { ...last, b: [1, 2] }], [{ ...first, w: first.w.slice(1) }, last]];
    const sentences = [/has 2 layers/, /layer2\.b has 3 numbers, but 2/, /layer1\.w has 18 numbers, but 17/];
    wrong.forEach((layers, i) => expect(() => network.setParameters(layers)).toThrow(sentences[i]));
    expect(await weightsOf(network)).toEqual(before);
    // What was given out is a copy.
    first.w.fill(0);
    expect(await weightsOf(network)).toEqual(before);
    network.setParameters([first, last]);
    expect((await network.parameters())[0].w).toEqual(first.w);
  });
});
