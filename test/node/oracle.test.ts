import { describe, expect, it } from 'vitest';
import { schedule } from '../../src/lab/inputs.ts';
import { sgd, updateParams } from '../../src/network/optimizer.ts';
import { activations } from '../../src/oracle/activation.ts';
import { oracles } from '../../src/oracle/index.ts';
import { trainByLoops } from '../../src/oracle/loops.ts';
import { type Run, forward, train } from '../../src/oracle/network.ts';
import { Random } from '../../src/random.ts';

const none = new Set<string>();
const f = (...values: number[]) => Float64Array.from(values);

/** Random weights of the given sizes, scaled. */
function weights(sizes: readonly number[], scale: number, seed = 1) {
  const random = new Random(seed);
  return sizes.slice(1).map((units, l) => ({
    w: Float64Array.from({ length: sizes[l] * units }, () => random.normal() * scale),
    b: new Float64Array(units),
  }));
}

/** A small problem: `m` random examples, labels by the sign of x1 * x2. */
function problem(sizes: readonly number[], m: number, more: Partial<Run> = {}): Run {
  const random = new Random(5);
  const x = Float64Array.from({ length: m * sizes[0] }, () => random.normal());
  const y = Float64Array.from({ length: m }, (_, i) => Number(x[i * sizes[0]] * x[i * sizes[0] + 1] > 0));
  return {
    sizes,
    activations: [...Array(sizes.length - 2).fill('tanh'), 'sigmoid'],
    loss: 'binaryCrossEntropy',
    learningRate: 0.5,
    steps: 30,
    batches: [[0, m]],
    x,
    y,
    init: weights(sizes, 0.5),
    ...more,
  };
}

const difference = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a).reduce((worst, value, i) => Math.max(worst, Math.abs(value - b[i])), 0);

describe('the rows of the notes, worked', () => {
  it('Z = A_prev . W + b: matmul plus bias', () => {
    const { out } = oracles.matmul(
      new Set(['BIAS']),
      { m: 2, k: 3, n: 2, scale: 1 },
      {
        a: f(1, 2, 3, 4, 5, 6),
        b: f(1, -1, 0, 2, 3, 1),
        bias: f(10, 20),
      },
    );
    expect([...out]).toEqual([20, 26, 32, 32]);
  });

  it('A = g(Z), and its slope, at the values of the notes', () => {
    expect(activations.sigmoid.slope(0)).toBe(1 / 4);
    expect(activations.sigmoid.slope(10)).toBeCloseTo(0, 4);
    expect(activations.sigmoid.slope(-10)).toBeCloseTo(0, 4);
    expect(activations.tanh.slope(0)).toBe(1);
    expect(activations.tanh.slope(10)).toBeCloseTo(0, 7);
    expect([-3, 0, 3].map(activations.relu.g)).toEqual([0, 0, 3]);
    expect([-3, 0, 3].map(activations.relu.slope)).toEqual([0, 0, 1]);
    expect([-3, 3].map(activations.leakyRelu.g)).toEqual([-0.03, 3]);
    expect([-3, 3].map(activations.leakyRelu.slope)).toEqual([0.01, 1]);
    expect([activations.identity.g(7), activations.identity.slope(7)]).toEqual([7, 1]);
  });

  it.each(['sigmoid', 'tanh'])('the slope of %s from z is the one from a', (name) => {
    for (const z of [-4, -1, -0.1, 0, 0.3, 2]) {
      const a = activations[name].g(z);
      expect(activations[name].slope(z)).toBeCloseTo(name === 'tanh' ? 1 - a * a : a * (1 - a), 14);
    }
  });

  it('dZ = A - Y at the output', () => {
    expect([
      ...oracles.outputGrad(none, { m: 3, n: 1, delta: 1 }, { a: f(0.9, 0.2, 0.5), y: f(1, 0, 1) }).out,
    ]).toEqual([0.9 - 1, 0.2, -0.5]);
  });

  it('dW = A_prev^T . dZ / m', () => {
    const { out } = oracles.matmul(
      new Set(['TRANSPOSE_A']),
      { m: 2, k: 3, n: 1, scale: 1 / 3 },
      { a: f(1, 2, 3, 4, 5, 6), b: f(3, 0, -3) },
    );
    expect([...out]).toEqual([-4, -4]);
  });

  it('db = column sums of dZ / m', () => {
    expect([
      ...oracles.columnSums(none, { m: 2, n: 3, scale: 1 / 2 }, { a: f(1, 2, 3, 5, 6, 7) }).out,
    ]).toEqual([3, 4, 5]);
  });

  it("dZ = dZ_next . W_next^T * g'(Z)", () => {
    const { out } = oracles.matmul(
      new Set(['TRANSPOSE_B']),
      { m: 1, k: 2, n: 2, scale: 1 },
      { a: f(1, 2), b: f(3, 4, 5, 6) },
    );
    expect([...out]).toEqual([11, 17]);
    expect([...oracles.activationGrad(new Set(['RELU']), { count: 2 }, { da: out, z: f(-1, 1) }).dz]).toEqual(
      [0, 17],
    );
  });

  it('W := W - alpha dW', () => {
    const params = { count: 2, ...updateParams(sgd(), 'w') };
    const inputs = { w: f(1, 2), dw: f(4, -4), ...schedule({ learningRate: 0.5 }) };
    expect([...oracles.update(none, params, inputs).w]).toEqual([-1, 4]);
  });
});

describe('the lessons of the notes', () => {
  it('1. the loop over nodes and examples and the vectorized form give the same numbers', () => {
    for (const loss of ['binaryCrossEntropy', 'mse', 'halfMse'] as const) {
      const run = problem([2, 5, 3, 1], 17, {
        loss,
        batches: [
          [0, 8],
          [8, 16],
          [16, 17],
        ],
      });
      const [vectorized, loops] = [train(run), trainByLoops(run)];
      expect(difference(vectorized.losses, loops.losses)).toBeLessThan(1e-13);
      vectorized.parameters.forEach(({ w, b }, l) => {
        expect(difference(w, loops.parameters[l].w)).toBeLessThan(1e-12);
        expect(difference(b, loops.parameters[l].b)).toBeLessThan(1e-12);
      });
    }
  });

  it('2. tanh is centred on 0, the sigmoid is not, and learns slower in hidden layers', () => {
    const zs = [-2, -1, 0, 1, 2];
    const centre = (name: string) => zs.reduce((sum, z) => sum + activations[name].g(z), 0) / zs.length;
    expect(centre('tanh')).toBeCloseTo(0, 15);
    expect(centre('sigmoid')).toBeCloseTo(0.5, 15);
    const final = (name: string) =>
      train(problem([2, 6, 1], 60, { activations: [name, 'sigmoid'], steps: 300 })).losses[299];
    expect(final('tanh')).toBeLessThan(0.8 * final('sigmoid'));
  });

  it('3. saturated units hardly learn; ReLU has its full slope and leaky ReLU keeps one below 0', () => {
    // How far one step moves the hidden weights, with those weights scaled so that |z| is large.
    const moved = (name: string, scale: number) => {
      const init = weights([2, 6, 1], 0.5);
      init[0].w = init[0].w.map((w) => w * scale);
      const run = problem([2, 6, 1], 60, {
        activations: [name, 'identity'],
        loss: 'halfMse',
        init,
        y: new Float64Array(60),
      });
      const { firstGradients, losses } = train({ ...run, steps: 1 });
      return Math.hypot(...firstGradients[0].w) / Math.sqrt(losses[0]);
    };
    expect(moved('tanh', 1000)).toBeLessThan(0.1 * moved('tanh', 1));
    expect(moved('sigmoid', 1000)).toBeLessThan(0.1 * moved('sigmoid', 1));
    expect(moved('relu', 1000)).toBeGreaterThan(0.9 * moved('relu', 1));
    expect(activations.leakyRelu.slope(-100)).toBe(0.01);
  });

  it('4. identity hidden layers collapse to one linear map', () => {
    const sizes = [3, 5, 4, 2];
    const parameters = weights(sizes, 1);
    parameters.forEach(({ b }, l) => b.forEach((_, j) => (b[j] = 0.1 * (l + j))));
    const identity = { activations: ['identity', 'identity', 'identity'] };
    const output = (x: number[]) => [
      ...forward(identity, parameters, { rows: 1, columns: 3, data: f(...x) }).a[3].data,
    ];
    const b = output([0, 0, 0]);
    const columns = [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ].map((x) => output(x).map((value, j) => value - b[j]));
    const x = [0.3, -2, 1.7];
    const collapsed = b.map((value, j) => value + x.reduce((sum, xi, i) => sum + xi * columns[i][j], 0));
    expect(difference(output(x), collapsed)).toBeLessThan(1e-12);
    // With a sigmoid output it is logistic regression: the same linear map inside the sigmoid.
    const logistic = { activations: ['identity', 'identity', 'sigmoid'] };
    const deep = forward(logistic, parameters, { rows: 1, columns: 3, data: f(...x) }).a[3].data;
    expect(difference(deep, collapsed.map(activations.sigmoid.g))).toBeLessThan(1e-12);
  });

  it('5. zero initialization leaves hidden units identical for ever, and is fine for logistic regression', () => {
    const zero = (sizes: number[]) =>
      problem(sizes, 40, {
        activations: Array(sizes.length - 1).fill('sigmoid'),
        init: weights(sizes, 0),
        steps: 200,
      });
    const random = new Random(5);
    const linear = Float64Array.from({ length: 40 }, (_, i) =>
      Number(zero([2, 1]).x[2 * i] > 0.1 * random.normal()),
    );
    const hidden = train({ ...zero([2, 4, 1]), y: linear });
    const { w } = hidden.parameters[0];
    expect(Math.abs(w[0])).toBeGreaterThan(0.01);
    for (let unit = 1; unit < 4; unit++) {
      expect([w[unit], w[4 + unit]]).toEqual([w[0], w[4]]);
      expect(hidden.parameters[1].w[unit]).toBe(hidden.parameters[1].w[0]);
    }
    const logistic = train({ ...zero([2, 1]), y: linear });
    expect(logistic.losses[0]).toBeCloseTo(Math.log(2), 12);
    expect(logistic.losses[199]).toBeLessThan(0.3);
  });

  it('6. small random weights break the symmetry; large ones start in the flat ends and learn slowly', () => {
    const run = (scale: number) =>
      train(problem([2, 4, 1], 60, { init: weights([2, 4, 1], scale), learningRate: 1.2, steps: 500 }));
    const [small, large] = [run(0.01), run(50)];
    const { w } = small.parameters[0];
    expect(Math.abs(w[0] - w[1])).toBeGreaterThan(0.1);
    expect(small.losses[0]).toBeCloseTo(Math.log(2), 3);
    expect(small.losses[499]).toBeLessThan(0.5 * small.losses[0]);
    expect(large.losses[499]).toBeGreaterThan(small.losses[499]);
  });
});

describe('gradients', () => {
  it.each(['binaryCrossEntropy', 'softmaxCrossEntropy', 'mse', 'halfMse'] as const)(
    '%s: back-propagation agrees with central differences',
    (loss) => {
      const sizes = [3, 4, 2];
      const output = {
        binaryCrossEntropy: 'sigmoid',
        softmaxCrossEntropy: 'softmax',
        mse: 'tanh',
        halfMse: 'identity',
      }[loss];
      const y = Float64Array.from({ length: 10 }, (_, i) => Number(i % 2 === Math.floor(i / 2) % 2));
      const run = problem(sizes, 5, { loss, y, activations: ['tanh', output], steps: 1, learningRate: 0 });
      const { firstGradients } = train(run);
      const h = 1e-6;
      const lossWith = (l: number, name: 'w' | 'b', i: number, delta: number) => {
        const init = run.init.map(({ w, b }) => ({ w: Float64Array.from(w), b: Float64Array.from(b) }));
        init[l][name][i] += delta;
        return train({ ...run, init }).losses[0];
      };
      firstGradients.forEach((gradient, l) => {
        for (const name of ['w', 'b'] as const) {
          gradient[name].forEach((value, i) => {
            const central = (lossWith(l, name, i, h) - lossWith(l, name, i, -h)) / (2 * h);
            expect(Math.abs(value - central)).toBeLessThan(1e-8);
          });
        }
      });
    },
  );
});
