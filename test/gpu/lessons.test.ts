import { describe, expect, it } from 'vitest';
import { initialize } from '../../src/network/initialize.ts';
import { dense } from '../../src/network/layers.ts';
import { sgd } from '../../src/network/optimizer.ts';
import { train as oracleTrain } from '../../src/oracle/network.ts';
import { Random } from '../../src/random.ts';
import { usePage } from './page.ts';

const page = usePage();

const rows = 60;
const random = new Random(5);
const x = Float32Array.from({ length: 2 * rows }, () => random.normal());
/** Not to be divided by a line: the sign of x1 x2. */
const curved = Float32Array.from({ length: rows }, (_, i) => Number(x[2 * i] * x[2 * i + 1] > 0));
/** To be divided by a line. */
const straight = Float32Array.from({ length: rows }, (_, i) => Number(x[2 * i] > x[2 * i + 1]));

type Hidden = [number, 'tanh' | 'sigmoid' | 'identity'][];

/** Trains on the GPU, all rows at once. */
const fit = (hidden: Hidden, y: Float32Array, init: object, steps = 500, learningRate = 1.2) =>
  page.run('fit', {
    network: {
      inputs: 2,
      layers: [...hidden.map(([units, g]) => dense(units, g)), dense(1, 'sigmoid')],
      init,
    },
    data: { rows, x, y },
    fit: { steps, batchSize: rows, optimizer: sgd({ learningRate }) },
  });

describe('the six lessons, on the GPU', () => {
  it('1. all examples at once give what one after another gives: the oracle agrees tensor by tensor', async () => {
    const init = [
      { w: [0.1, -0.2, 0.3, 0.4, 0.5, -0.6], b: [0, 0, 0] },
      { w: [0.7, -0.8, 0.9], b: [0] },
    ];
    const { history, parameters } = await page.run('fit', {
      network: { inputs: 2, layers: [dense(3, 'tanh'), dense(1, 'sigmoid')] },
      parameters: init,
      data: { rows, x, y: curved },
      fit: { steps: 50, batchSize: rows, optimizer: sgd({ learningRate: 0.5 }) },
    });
    const want = oracleTrain({
      sizes: [2, 3, 1],
      activations: ['tanh', 'sigmoid'],
      loss: 'binaryCrossEntropy',
      learningRate: 0.5,
      steps: 50,
      batches: [[0, rows]],
      x,
      y: curved,
      init,
    });
    want.losses.forEach((loss, i) => expect(Math.abs(history.loss[i] - loss)).toBeLessThan(1e-5));
    want.parameters.forEach(({ w, b }, l) => {
      w.forEach((value, i) => expect(Math.abs(parameters[l].w[i] - value)).toBeLessThan(1e-5));
      b.forEach((value, i) => expect(Math.abs(parameters[l].b[i] - value)).toBeLessThan(1e-5));
    });
  });

  it('2. tanh in the hidden layer learns faster than sigmoid', async () => {
    const init = { kind: 'normal', scale: 0.5, seed: 1 };
    const tanh = await fit([[4, 'tanh']], curved, init);
    const sigmoid = await fit([[4, 'sigmoid']], curved, init);
    expect(tanh.history.loss[499]).toBeLessThan(sigmoid.history.loss[499]);
  });

  it('3. saturated units hardly learn', async () => {
    const start = (bias: number) => [
      { w: [0.5, -0.4, 0.3, 0.6], b: [bias, bias] },
      { w: [0.5, -0.5], b: [0] },
    ];
    const moved = async (bias: number) => {
      const { parameters } = await page.run('fit', {
        network: { inputs: 2, layers: [dense(2, 'tanh'), dense(1, 'sigmoid')] },
        parameters: start(bias),
        data: { rows, x, y: curved },
        fit: { steps: 100, batchSize: rows, optimizer: sgd({ learningRate: 0.5 }) },
      });
      return Math.hypot(...start(bias)[0].w.map((w, i) => w - parameters[0].w[i]));
    };
    expect(await moved(8)).toBeLessThan(0.01 * (await moved(0)));
  });

  it('4. identity layers are one linear map, however deep: they do no better than logistic regression', async () => {
    const deep = await fit(
      [
        [6, 'identity'],
        [6, 'identity'],
      ],
      curved,
      { seed: 2 },
      500,
      0.3,
    );
    const flat = await fit([], curved, { seed: 2 }, 500, 0.3);
    expect(deep.history.loss[499]).toBeGreaterThan(0.95 * flat.history.loss[499]);
    // W' = W1 W2 W3 and b' = (b1 W2 + b2) W3 + b3 say the same for every row.
    const [one, two, three] = deep.parameters.map(({ w, b }: { w: number[]; b: number[] }) => ({ w, b }));
    const through = (a: number[], { w, b }: { w: number[]; b: number[] }) =>
      Array.from(b, (bias, j) => a.reduce((sum, value, i) => sum + value * w[i * b.length + j], bias));
    const at = (row: number[]) => through(through(through(row, one), two), three)[0];
    const [zero, first, second] = [at([0, 0]), at([1, 0]), at([0, 1])];
    for (let i = 0; i < rows; i++) {
      const z = zero + (first - zero) * x[2 * i] + (second - zero) * x[2 * i + 1];
      expect(Math.abs(1 / (1 + Math.exp(-z)) - deep.outputs[i])).toBeLessThan(1e-5);
    }
  });

  it('5. zero weights: hidden units stay identical for ever; for logistic regression zero is fine', async () => {
    const hidden = await fit([[3, 'tanh']], curved, { kind: 'zeros' });
    const [{ w }] = hidden.parameters;
    expect([w[1], w[2], w[4], w[5]]).toEqual([w[0], w[0], w[3], w[3]]);
    const logistic = await fit([], straight, { kind: 'zeros' });
    expect(logistic.history.loss[0]).toBeCloseTo(Math.log(2), 6);
    expect(logistic.metrics.accuracy).toBeGreaterThan(0.95);
  });

  it('6. small random weights break the symmetry; large ones start in the flat ends and hardly learn', async () => {
    const run = async (scale: number) => {
      const init = { kind: 'normal', scale, seed: 1 } as const;
      const { history, parameters } = await fit([[4, 'tanh']], curved, init);
      const [{ w: before }] = initialize(
        { inputs: 2, layers: [dense(4, 'tanh'), dense(1, 'sigmoid')] },
        init,
      );
      const w: Float32Array = parameters[0].w;
      const moved = Math.hypot(...w.map((value, i) => value - before[i])) / Math.hypot(...before);
      return { w, moved, losses: history.loss };
    };
    const [small, large] = [await run(0.01), await run(50)];
    const units = small.w.subarray(0, 4);
    expect(Math.max(...units) - Math.min(...units)).toBeGreaterThan(0.5);
    expect(small.losses[0]).toBeCloseTo(Math.log(2), 3);
    expect(small.losses[499]).toBeLessThan(0.5 * small.losses[0]);
    expect(small.moved).toBeGreaterThan(10);
    expect(large.moved).toBeLessThan(0.1);
    expect(large.losses[0]).toBeGreaterThan(5 * small.losses[0]);
  });
});
