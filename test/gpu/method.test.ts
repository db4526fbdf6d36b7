import { describe, expect, it } from 'vitest';
import { initialize } from '../../src/network/initialize.ts';
import { type Loss, dense } from '../../src/network/layers.ts';
import { type Schedule, rateAt } from '../../src/network/learningRate.ts';
import {
  type Optimizer,
  adam,
  adamw,
  momentum,
  nesterov,
  rmsprop,
  sgd,
} from '../../src/network/optimizer.ts';
import { batchAt } from '../../src/network/schedule.ts';
import { Random } from '../../src/random.ts';
import { smoothed, weightsOf } from '../../src/session/targets.ts';
import { PLAIN, PlanRun } from '../node/planRun.ts';
import { usePage } from './page.ts';

const page = usePage();
const rows = 50;
const random = new Random(21);
const x = Float32Array.from({ length: 3 * rows }, () => random.normal());
const oneHot = Float32Array.from({ length: 3 * rows }, (_, i) =>
  Number(i % 3 === (Math.floor(i / 3) * 7) % 3),
);
const numbers = Float32Array.from({ length: 3 * rows }, (_, i) => Math.sin(i) + 0.5 * x[i]);
const weight = Float32Array.from({ length: rows }, (_, i) => 0.5 + (i % 4) / 2);

interface Method {
  optimizer: Optimizer;
  loss?: Loss;
  schedule?: Schedule;
  clip?: number;
  labelSmoothing?: number;
  classWeight?: number[];
  huberDelta?: number;
}

/** Every option of the method, trained on the GPU through `fit` and by the oracle through the plan. */
const methods: [string, Method][] = [
  [
    'adam, cosine with warm-up, clipping',
    { optimizer: adam({ learningRate: 0.02 }), schedule: { kind: 'cosine', warmup: 4 }, clip: 0.3 },
  ],
  [
    'adamw on all parameters, steps',
    {
      optimizer: adamw({ learningRate: 0.02, weightDecay: 0.1, decays: 'all' }),
      schedule: { kind: 'step', every: 2, factor: 0.5 },
    },
  ],
  ['nesterov with L1 and L2', { optimizer: nesterov({ learningRate: 0.05, l1: 0.01, l2: 0.02 }) }],
  [
    'momentum, label smoothing, class weights',
    { optimizer: momentum({ learningRate: 0.05 }), labelSmoothing: 0.2, classWeight: [1, 2, 0.5] },
  ],
  [
    'rmsprop with momentum, Huber',
    { optimizer: rmsprop({ learningRate: 0.005, momentum: 0.8 }), loss: 'huber', huberDelta: 0.4 },
  ],
  ['sgd, multi-label', { optimizer: sgd({ learningRate: 0.5 }), loss: 'binaryCrossEntropy' }],
];

describe('the whole method on the GPU does what the oracle does', () => {
  it.each(methods)('%s', async (_name, method) => {
    const { loss = 'softmaxCrossEntropy', optimizer, schedule = { kind: 'constant' }, clip } = method;
    const output = { huber: 'identity', binaryCrossEntropy: 'sigmoid' }[loss as string] ?? 'softmax';
    const architecture = {
      inputs: 3,
      layers: [dense(8, 'gelu', { dropout: 0.3 }), dense(6, 'softplus'), dense(3, output as 'softmax')],
    };
    const y = loss === 'huber' ? numbers : oneHot;
    const { history, parameters } = await page.run('fit', {
      network: { ...architecture, init: { seed: 3 } },
      data: { rows, x, y, weight },
      fit: { ...method, loss, epochs: 6, batchSize: 16, seed: 5 },
    });

    const run = new PlanRun({
      architecture,
      method: { ...PLAIN, loss, optimizer, clip, weighted: true, huberDelta: method.huberDelta ?? 1 },
      x,
      y: smoothed(y, 3, loss, method.labelSmoothing ?? 0),
      weight: weightsOf({ rows, x, y, weight }, method.classWeight),
      init: initialize(architecture, { seed: 3 }),
    });
    const steps = 6 * 4;
    expect(history.steps).toBe(steps);
    for (let i = 0; i < steps; i++) {
      const batch = batchAt(i, { rows, batchSize: 16, shuffle: true, seed: 5 });
      const position = { step: i, steps, epoch: batch.epoch, reduction: 1 };
      const want = run.step({ ...batch, learningRate: rateAt(optimizer.learningRate, schedule, position) });
      expect(Math.abs(history.loss[i] - want), `step ${i}`).toBeLessThan(2e-5 * Math.max(1, want));
    }
    parameters.forEach(({ w }: { w: Float32Array }, l: number) => {
      const want = run.get(`layer${l + 1}.w`);
      w.forEach((value, i) => expect(Math.abs(value - want[i])).toBeLessThan(1e-4));
    });
  });
});

describe('an optimizer', () => {
  it('keeps its moments when fit is called again: two halves are the whole', async () => {
    const input = {
      network: { inputs: 3, layers: [dense(6, 'tanh'), dense(3, 'softmax')], init: { seed: 1 } },
      data: { rows, x, y: oneHot },
      fit: { steps: 40, batchSize: 16, optimizer: adam({ learningRate: 0.01 }) },
    };
    const whole = await page.run('fit', input);
    const halves = await page.run('fit', { ...input, fit: { ...input.fit, steps: 20 }, times: 2 });
    expect(halves.parameters).toEqual(whole.parameters);
  });
});

describe('the cpu plan', () => {
  const input = {
    network: {
      inputs: 3,
      layers: [dense(6, 'tanh', { dropout: 0.2 }), dense(3, 'softmax')],
      init: { seed: 1 },
    },
    data: { rows, x, y: oneHot, weight },
    fit: { steps: 40, batchSize: 16, optimizer: adam({ learningRate: 0.01 }), clip: 1 },
  };
  const near = (got: ArrayLike<number>, want: ArrayLike<number>) =>
    Array.from(want).forEach((value, i) => expect(Math.abs(got[i] - value)).toBeLessThan(1e-4));

  it('gives the numbers of the textbook plan, and takes over from it in the middle', async () => {
    const textbook = await page.run('fit', input);
    const cpu = await page.run('fit', { ...input, fit: { ...input.fit, plan: 'cpu' } });
    near(cpu.history.loss, textbook.history.loss);
    near(cpu.parameters[0].w, textbook.parameters[0].w);
    const mixed = await page.run('fit', {
      ...input,
      fit: { ...input.fit, steps: 20 },
      plans: ['textbook', 'cpu'],
    });
    near(mixed.parameters[0].w, textbook.parameters[0].w);
  });
});

describe('early stopping', () => {
  it('ends after `patience` epochs without a better loss, with the weights of the best', async () => {
    const { history, metrics, epochs } = await page.run('earlyStopping', { patience: 3 });
    expect(history.stopped).toBe('early');
    const losses: number[] = epochs.map(({ validation }: any) => validation.loss);
    const best = losses.indexOf(Math.min(...losses));
    expect(history.best).toEqual({ epoch: best + 1, loss: losses[best] });
    expect(losses.length).toBe(best + 1 + 3);
    expect(metrics.loss).toBe(losses[best]);
  });

  it('lowers the rate on a plateau', async () => {
    const { epochs } = await page.run('earlyStopping', {
      schedule: { kind: 'plateau', factor: 0.5, patience: 1 },
    });
    const rates: number[] = epochs.map(({ learningRate }: any) => learningRate);
    expect(rates[0]).toBe(0.05);
    expect(rates[rates.length - 1]).toBeLessThan(0.05);
    for (let i = 1; i < rates.length; i++) expect([1, 0.5]).toContain(rates[i] / rates[i - 1]);
  });
});

describe('data larger than one binding may be', () => {
  it('lies in several buffers, and trains as in one', async () => {
    const { loss, parts } = await page.run('manyParts', {});
    expect(parts).toBeGreaterThan(1);
    expect(loss.every(Number.isFinite)).toBe(true);
    expect(loss[loss.length - 1]).toBeLessThan(loss[0]);
  });
});
