import { describe, expect, it } from 'vitest';
import { DataError, ShapeError, UsageError } from '../../src/errors.ts';
import { Plateau, type Schedule, checkSchedule, rateAt } from '../../src/network/learningRate.ts';
import { adam, adamw, momentum, nesterov, optimizers, rmsprop, sgd } from '../../src/network/optimizer.ts';
import { activations } from '../../src/oracle/activation.ts';
import { normal } from '../../src/oracle/normal.ts';
import { score } from '../../src/session/metrics.ts';
import { checkExamples, smoothed, weightsOf } from '../../src/session/targets.ts';

describe('learning-rate schedules', () => {
  const rates = (schedule: Schedule, steps: number, perEpoch = 1) =>
    Array.from({ length: steps }, (_, step) =>
      rateAt(1, schedule, { step, steps, epoch: Math.floor(step / perEpoch), reduction: 1 }),
    );

  it('constant', () => expect(rates({ kind: 'constant' }, 3)).toEqual([1, 1, 1]));

  it('step: after every so many epochs', () => {
    expect(rates({ kind: 'step', every: 2, factor: 0.5 }, 6)).toEqual([1, 1, 0.5, 0.5, 0.25, 0.25]);
    expect(rates({ kind: 'step', every: 1, factor: 0.5 }, 4, 2)).toEqual([1, 1, 0.5, 0.5]);
  });

  it('cosine: half a wave from the rate to the minimum', () => {
    const found = rates({ kind: 'cosine', minimum: 0.2 }, 100);
    expect(found[0]).toBe(1);
    expect(found[50]).toBeCloseTo(0.6, 12);
    expect(found[99]).toBeCloseTo(0.2, 3);
  });

  it('warm-up goes before any of them', () => {
    expect(rates({ kind: 'constant', warmup: 4 }, 6)).toEqual([0.25, 0.5, 0.75, 1, 1, 1]);
  });

  it('plateau: after more than `patience` epochs without a better loss', () => {
    const plateau = new Plateau({ factor: 0.5, patience: 2 });
    const reductions = [5, 4, 4, 4, 4, 4, 4, 3].map((loss) => {
      plateau.watch(loss);
      return plateau.reduction;
    });
    expect(reductions).toEqual([1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5]);
    const schedule = { kind: 'plateau', minimum: 0.3 } as const;
    expect(rateAt(1, schedule, { step: 0, steps: 1, epoch: 0, reduction: 0.01 })).toBe(0.3);
  });

  it.each<[object, RegExp]>([
    [{ kind: 'triangle' }, /Unknown schedule 'triangle'; choose one of/],
    [{ kind: 'step' }, /'step' needs `every`/],
    [{ kind: 'step', every: 0 }, /every is a positive whole number of epochs, not 0/],
    [{ kind: 'plateau', factor: 2 }, /factor is between 0 and 1/],
    [{ kind: 'cosine', minimum: -1 }, /minimum is a number of at least 0/],
    [{ kind: 'constant', warmup: 0.5 }, /warmup is a whole number of steps/],
  ])('%j is refused', (schedule, message) => {
    expect(() => checkSchedule(schedule as Schedule)).toThrow(message);
  });
});

describe('optimizers', () => {
  it('have the defaults of PyTorch', () => {
    expect(adam()).toMatchObject({
      learningRate: 0.001,
      beta1: 0.9,
      beta2: 0.999,
      epsilon: 1e-8,
      weightDecay: 0,
    });
    expect(adamw().weightDecay).toBe(0.01);
    expect(rmsprop()).toMatchObject({ learningRate: 0.001, beta2: 0.99, epsilon: 1e-8, momentum: 0 });
    expect([momentum().momentum, nesterov().momentum]).toEqual([0.9, 0.9]);
    expect(sgd()).toMatchObject({ learningRate: 0.1, l1: 0, l2: 0, decays: 'weights' });
  });

  it.each<[() => unknown, RegExp]>([
    [() => sgd({ learningRate: NaN }), /learning rate is a finite number, not NaN/],
    [() => sgd({ learningRate: 1e39 }), /outside float32/],
    [() => momentum({ momentum: 1 }), /momentum is at least 0 and below 1, not 1/],
    [() => adam({ beta2: -0.1 }), /beta2 is at least 0 and below 1/],
    [() => adam({ epsilon: NaN }), /epsilon is a number of at least 0/],
    [() => adamw({ l2: -1 }), /l2 is a number of at least 0, not -1/],
    [() => sgd({ decays: 'biases' as never }), /decays is 'weights' or 'all'/],
    [() => optimizers.sgd({ beta1: 0.9 } as never), /sgd has no option 'beta1'|beta1/],
  ])('refuse what makes no sense', (attempt, message) => {
    expect(attempt).toThrow(UsageError);
    expect(attempt).toThrow(message);
  });
});

describe('activations of the later kind, worked', () => {
  it('Phi, to fifteen digits, tails included', () => {
    expect(normal(0)).toBe(0.5);
    expect(normal(1)).toBeCloseTo(0.841344746068543, 14);
    expect(normal(-2.5) / 0.00620966532577613).toBeCloseTo(1, 13);
    expect(normal(-10) / 7.61985302416053e-24).toBeCloseTo(1, 12);
    expect(normal(9)).toBe(1);
  });

  it('GELU, SiLU, ELU and softplus', () => {
    const { gelu, silu, elu, softplus } = activations;
    expect(gelu.g(1)).toBeCloseTo(0.841344746068543, 12);
    expect(silu.g(2)).toBeCloseTo(2 / (1 + Math.exp(-2)), 14);
    expect(elu.g(-1)).toBeCloseTo(Math.exp(-1) - 1, 14);
    expect(softplus.g(0)).toBeCloseTo(Math.log(2), 14);
    expect(softplus.g(1000)).toBe(1000);
    for (const { g, slope } of [gelu, silu, elu, softplus]) {
      for (const z of [-3, -0.7, 0.4, 2]) {
        expect(slope(z)).toBeCloseTo((g(z + 1e-6) - g(z - 1e-6)) / 2e-6, 8);
      }
    }
  });
});

describe('metrics, as scikit-learn has them', () => {
  it('of two classes', () => {
    const { accuracy, precision, recall, f1, auc, confusion } = score(
      [0.1, 0.4, 0.35, 0.8],
      { rows: 4, y: [0, 0, 1, 1] },
      'binary',
    );
    expect(confusion).toEqual([
      [2, 0],
      [1, 1],
    ]);
    expect([accuracy, precision, recall]).toEqual([0.75, 1, 0.5]);
    expect(f1).toBeCloseTo(2 / 3, 14);
    expect(auc).toBe(0.75);
  });

  it('of several classes: the mean over the classes', () => {
    const outputs = [0.7, 0.2, 0.1, 0.1, 0.8, 0.1, 0.3, 0.4, 0.3, 0.2, 0.2, 0.6];
    const y = [1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1];
    const { accuracy, precision, recall, f1, confusion } = score(outputs, { rows: 4, y }, 'classes');
    expect(confusion).toEqual([
      [1, 0, 0],
      [0, 1, 0],
      [0, 1, 1],
    ]);
    expect(accuracy).toBe(0.75);
    expect(precision).toBeCloseTo((1 + 1 / 2 + 1) / 3, 14);
    expect(recall).toBeCloseTo((1 + 1 + 1 / 2) / 3, 14);
    expect(f1).toBeCloseTo((1 + 2 / 3 + 2 / 3) / 3, 14);
  });

  it('ties count one half, and without both kinds there is no AUC', () => {
    expect(score([0.5, 0.5, 0.5, 0.9], { rows: 4, y: [0, 1, 0, 1] }, 'binary').auc).toBe(0.75);
    expect(score([0.5, 0.2], { rows: 2, y: [1, 1] }, 'binary').auc).toBeUndefined();
  });

  it('of labels that are each a yes or no, and of a regression', () => {
    const labels = score([0.9, 0.1, 0.8, 0.7], { rows: 2, y: [1, 0, 1, 0] }, 'labels');
    expect(labels.accuracy).toBe(0.75);
    const { r2, mae, mse } = score([1, 2, 5], { rows: 3, y: [1, 2, 3] }, 'regression');
    expect([r2, mae, mse]).toEqual([-1, 2 / 3, 4 / 3]);
  });
});

describe('targets', () => {
  const f = (...values: number[]) => Float32Array.from(values);

  it('are smoothed towards equal shares', () => {
    expect([...smoothed(f(1, 0, 0, 0), 4, 'softmaxCrossEntropy', 0.4)]).toEqual([...f(0.7, 0.1, 0.1, 0.1)]);
    expect([...smoothed(f(1, 0), 1, 'binaryCrossEntropy', 0.5)]).toEqual([0.75, 0.25]);
    expect(() => smoothed(f(1), 1, 'mse', 0.1)).toThrow(/labelSmoothing is for cross-entropy/);
  });

  it('weigh their rows by class', () => {
    const x = new Float32Array(4);
    const balanced = weightsOf({ rows: 4, x, y: f(0, 0, 0, 1) }, 'balanced')!;
    expect([...balanced]).toEqual([...f(2 / 3, 2 / 3, 2 / 3, 2)]);
    const own = weightsOf({ rows: 2, x, y: f(1, 0, 0, 0, 0, 1), weight: f(2, 3) }, [1, 5, 10])!;
    expect([...own]).toEqual([2, 30]);
    expect(() => weightsOf({ rows: 2, x, y: f(0, 1) }, [1])).toThrow(/each of the 2 classes/);
  });

  it.each<[string, () => void, typeof DataError | typeof ShapeError, RegExp]>([
    [
      'NaN in x',
      () => checkExamples({ rows: 2, x: f(1, 2, NaN, 4), y: f(0, 1) }, 'mse'),
      DataError,
      /x holds NaN in row 2, column 1/,
    ],
    [
      'a label of 2',
      () => checkExamples({ rows: 2, x: f(1, 2), y: f(0, 2) }, 'binaryCrossEntropy'),
      DataError,
      /y holds 2 in row 2.*0 or 1/,
    ],
    [
      'probabilities beyond 1',
      () => checkExamples({ rows: 1, x: f(1), y: f(0.5, 0.6) }, 'softmaxCrossEntropy'),
      DataError,
      /row 1 sum to 1\.1/,
    ],
    [
      'a negative probability',
      () => checkExamples({ rows: 1, x: f(1), y: f(-0.5, 1.5) }, 'softmaxCrossEntropy'),
      DataError,
      /y holds -0.5 in row 1, column 1/,
    ],
    [
      'too few weights',
      () => checkExamples({ rows: 2, x: f(1, 2), y: f(0, 1), weight: f(1) }, 'mse'),
      ShapeError,
      /1 weights for 2 rows/,
    ],
    [
      'a negative weight',
      () => checkExamples({ rows: 2, x: f(1, 2), y: f(0, 1), weight: f(1, -1) }, 'mse'),
      DataError,
      /weight of row 2 is -1/,
    ],
  ])('%s: refused', (_what, attempt, type, message) => {
    expect(attempt).toThrow(type);
    expect(attempt).toThrow(message);
  });
});
