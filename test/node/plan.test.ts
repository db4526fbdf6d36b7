import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/errors.ts';
import { initialize } from '../../src/network/initialize.ts';
import {
  type Activation,
  type Loss,
  checkArchitecture,
  checkLoss,
  dense,
  parameterCount,
} from '../../src/network/layers.ts';
import { sgd } from '../../src/network/optimizer.ts';
import { batchAt, stepsPerEpoch } from '../../src/network/schedule.ts';
import { train } from '../../src/oracle/network.ts';
import { Random } from '../../src/random.ts';
import { PLAIN, PlanRun } from './planRun.ts';

describe('the textbook plan, run by the oracle,', () => {
  const cases: [Exclude<Loss, 'huber'>, Activation, Activation][] = [
    ['binaryCrossEntropy', 'tanh', 'sigmoid'],
    ['softmaxCrossEntropy', 'leakyRelu', 'softmax'],
    ['mse', 'sigmoid', 'identity'],
    ['halfMse', 'identity', 'tanh'],
  ];
  it.each(cases)('trains like the formulas of the notes: %s, %s, %s', (loss, hidden, output) => {
    const outputs = loss === 'binaryCrossEntropy' ? 1 : 3;
    const architecture = { inputs: 4, layers: [dense(5, hidden), dense(outputs, output)] };
    const random = new Random(3);
    const rows = 10;
    const x = Float64Array.from({ length: rows * 4 }, () => random.normal());
    const y = new Float64Array(rows * outputs);
    for (let i = 0; i < rows; i++) y[i * outputs + (i % outputs)] = i % 2;
    const init = initialize(architecture, { kind: 'normal', scale: 0.5 });
    const method = {
      ...PLAIN,
      loss,
      optimizer: sgd({ learningRate: 0.25 }),
      accuracy: loss.endsWith('CrossEntropy'),
    };
    const run = new PlanRun({ architecture, method, x, y, init });
    const schedule = { rows, batchSize: 4, shuffle: false, seed: 1 };
    const losses = Array.from({ length: 9 }, (_, i) => run.step(batchAt(i, schedule)));

    const batches: [number, number][] = [
      [0, 4],
      [4, 8],
      [8, 10],
    ];
    const want = train({
      sizes: [4, 5, outputs],
      activations: [hidden, output],
      loss,
      learningRate: 0.25,
      steps: 9,
      batches,
      x,
      y,
      init,
    });
    losses.forEach((value, i) => expect(Math.abs(value - want.losses[i])).toBeLessThan(1e-12));
    want.parameters.forEach(({ w }, l) => {
      w.forEach((value, i) => expect(Math.abs(run.get(`layer${l + 1}.w`)[i] - value)).toBeLessThan(1e-12));
    });
    expect(run.get('clock')[0]).toBe(1);
  });
});

describe('the schedule', () => {
  const options = { rows: 150, batchSize: 64, shuffle: true, seed: 1 };

  it('goes through all rows in batches, the last one short', () => {
    expect(stepsPerEpoch(options)).toBe(3);
    const epoch = [0, 1, 2].map((i) => batchAt(i, options));
    expect(epoch.map(({ first, rows }) => [first, rows])).toEqual([
      [0, 64],
      [64, 64],
      [128, 22],
    ]);
  });

  it('draws another order in every epoch, the same for the same seed', () => {
    const keys = [0, 3, 6].map((i) => batchAt(i, options).shuffleKey);
    expect(new Set(keys).size).toBe(3);
    expect(batchAt(0, { ...options, seed: 2 }).shuffleKey).not.toBe(keys[0]);
    expect(batchAt(1, options).shuffleKey).toBe(keys[0]);
  });

  it('keeps the rows in order when told to, and for a full batch', () => {
    expect(batchAt(4, { ...options, shuffle: false }).shuffleKey).toBe(0);
    expect(batchAt(4, { ...options, batchSize: 150 }).shuffleKey).toBe(0);
  });
});

describe('layers', () => {
  it('are counted with their biases', () => {
    expect(parameterCount({ inputs: 64, layers: [dense(32, 'relu'), dense(10, 'softmax')] })).toBe(2410);
  });

  it.each([0, -1, 1.5, NaN, 2 ** 53])('refuse %s units', (units) => {
    expect(() => dense(units, 'relu')).toThrow(UsageError);
  });

  it('refuse what cannot be trained, and say what would', () => {
    expect(() => dense(3, 'swish' as Activation)).toThrow(/Unknown activation 'swish'; choose one of/);
    expect(() => checkArchitecture({ inputs: 2, layers: [] })).toThrow(/at least one layer/);
    expect(() =>
      checkArchitecture({ inputs: 2, layers: [dense(3, 'softmax'), dense(1, 'sigmoid')] }),
    ).toThrow(/layer 1 is softmax/);
    expect(() => checkLoss({ inputs: 2, layers: [dense(1, 'tanh')] }, 'binaryCrossEntropy')).toThrow(
      /needs a sigmoid output layer/,
    );
    expect(() => checkLoss({ inputs: 2, layers: [dense(3, 'softmax')] }, 'mse')).toThrow(
      /softmaxCrossEntropy, not with mse/,
    );
  });
});

describe('initializers', () => {
  const architecture = { inputs: 200, layers: [dense(100, 'relu'), dense(50, 'tanh')] };
  const deviation = (values: Float32Array) =>
    Math.sqrt(values.reduce((sum, v) => sum + v * v, 0) / values.length);

  it('have the spread they promise, and biases 0', () => {
    const he = initialize(architecture, { kind: 'he' });
    expect(deviation(he[0].w) / Math.sqrt(2 / 200)).toBeCloseTo(1, 1);
    const xavier = initialize(architecture, { kind: 'xavier' });
    expect(deviation(xavier[1].w) / Math.sqrt(2 / 150)).toBeCloseTo(1, 1);
    expect(Math.max(...xavier[1].w)).toBeLessThan(Math.sqrt(6 / 150));
    expect(deviation(initialize(architecture, { kind: 'normal', scale: 0.01 })[0].w)).toBeCloseTo(0.01, 3);
    expect(initialize(architecture, { kind: 'zeros' })[0].w.every((w) => w === 0)).toBe(true);
    expect(he.every(({ b }) => b.every((value) => value === 0))).toBe(true);
  });

  it('draws biases as scikit-learn and PyTorch do when asked to, and leaves the weights as they were', () => {
    const plain = initialize(architecture, { seed: 4 });
    expect(plain.every(({ b }) => b.every((value) => value === 0))).toBe(true);
    const inputs = [architecture.inputs, ...architecture.layers.map(({ units }) => units)];
    for (const bias of ['xavier', 'fan-in'] as const) {
      initialize(architecture, { seed: 4, bias }).forEach(({ w, b }, l) => {
        expect(w).toEqual(plain[l].w);
        const bound = bias === 'xavier' ? Math.sqrt(6 / (inputs[l] + b.length)) : 1 / Math.sqrt(inputs[l]);
        expect(Math.max(...b.map(Math.abs))).toBeLessThanOrEqual(bound);
        if (b.length >= 50) expect(deviation(b) / (bound / Math.sqrt(3))).toBeCloseTo(1, 0);
      });
    }
    expect(() => initialize(architecture, { bias: 'ones' as any })).toThrow(/'ones' of biases/);
  });

  it('give the same bits for the same seed, others for another', () => {
    expect(initialize(architecture, { seed: 4 })).toEqual(initialize(architecture, { seed: 4 }));
    expect(initialize(architecture, { seed: 5 })[0].w).not.toEqual(
      initialize(architecture, { seed: 4 })[0].w,
    );
  });
});
