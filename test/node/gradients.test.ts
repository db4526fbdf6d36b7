import { describe, expect, it } from 'vitest';
import { initialize } from '../../src/network/initialize.ts';
import { ACTIVATIONS, type Activation, LOSSES, type Loss, dense } from '../../src/network/layers.ts';
import { sgd } from '../../src/network/optimizer.ts';
import type { Method } from '../../src/network/plan.ts';
import { Random } from '../../src/random.ts';
import { PLAIN, PlanRun, type PlanRunInput } from './planRun.ts';

const [rows, inputs, units, outputs] = [7, 3, 5, 3];
const random = new Random(8);
const x = Float64Array.from({ length: rows * inputs }, () => random.normal());
const noise = Float64Array.from({ length: rows * outputs }, () => random.normal());
const oneHot = noise.map((_, i) => Number(i % outputs === Math.floor(i / outputs) % outputs));

/**
 * The gradients of the plan against central differences of its loss, all in float64: what judges the
 * formulas of back-propagation is not back-propagation.
 */
function compare(
  hidden: Activation,
  loss: Loss,
  more: { dropout?: number; method?: Partial<Method> } = {},
): void {
  const output =
    ({ binaryCrossEntropy: 'sigmoid', softmaxCrossEntropy: 'softmax' } as const)[loss as string] ?? 'tanh';
  const architecture = {
    inputs,
    layers: [dense(units, hidden, { dropout: more.dropout }), dense(outputs, output)],
  };
  const init = initialize(architecture, { kind: 'normal', scale: 0.7, seed: 4 }).map(({ w, b }) => ({
    w: Float64Array.from(w),
    b: Float64Array.from(b, (_, i) => 0.1 * (i - 1)),
  }));
  const input: PlanRunInput = {
    architecture,
    method: { ...PLAIN, loss, optimizer: sgd({ learningRate: 0 }), ...more.method },
    x,
    y: loss.endsWith('CrossEntropy') ? oneHot : noise,
    weight: Float64Array.from({ length: rows }, (_, i) => 0.5 + (i % 3)),
    init,
  };
  const order = { rows, dropoutKey: 12345 };
  const run = new PlanRun(input);
  run.step(order);
  const h = 1e-5;
  init.forEach((layer, l) => {
    for (const name of ['w', 'b'] as const) {
      const gradient = run.get(`layer${l + 1}.d${name}`);
      layer[name].forEach((value, i) => {
        const lossAt = (moved: number) => {
          layer[name][i] = moved;
          const result = new PlanRun(input).step(order, ['batch', 'forward', 'loss']);
          layer[name][i] = value;
          return result;
        };
        const central = (lossAt(value + h) - lossAt(value - h)) / (2 * h);
        expect(Math.abs(gradient[i] - central), `layer${l + 1}.d${name}[${i}]`).toBeLessThan(1e-8);
      });
    }
  });
}

describe('gradients agree with central differences', () => {
  it.each(ACTIVATIONS.filter((name) => name !== 'softmax'))('through %s', (name) => {
    compare(name, 'mse');
  });

  it.each(LOSSES)('of %s, with rows of different weight', (loss) => {
    compare('tanh', loss, { method: { weighted: true, huberDelta: 0.8 } });
  });

  it('through dropout, whose mask is the same forwards and backwards', () => {
    compare('silu', 'softmaxCrossEntropy', { dropout: 0.4 });
  });
});

describe('dropout', () => {
  const layers = [dense(64, 'identity', { dropout: 0.25 }), dense(1, 'identity')];
  const many = 200;
  const run = new PlanRun({
    architecture: { inputs: 1, layers },
    method: { ...PLAIN, loss: 'mse', optimizer: sgd() },
    x: new Float64Array(many).fill(1),
    y: new Float64Array(many),
    init: [
      { w: new Float64Array(64), b: new Float64Array(64).fill(1) },
      { w: new Float64Array(64).fill(1), b: [0] },
    ],
  });
  const mask = (dropoutKey: number) => {
    run.step({ rows: many, dropoutKey }, ['batch', 'forward']);
    return run.get('layer1.dropped');
  };

  it('drops its share, makes up for it, and draws anew in every step', () => {
    const [one, two] = [mask(1), mask(2)];
    const kept = one.filter((value) => value !== 0);
    // 12,800 draws: five standard deviations are 0.019.
    expect(Math.abs(kept.length / one.length - 0.75)).toBeLessThan(0.019);
    expect(new Set(kept)).toEqual(new Set([1 / 0.75]));
    expect(one).not.toEqual(two);
    expect(mask(1)).toEqual(one);
    const both = one.filter((value, i) => value !== 0 && two[i] !== 0).length / one.length;
    expect(Math.abs(both - 0.75 ** 2)).toBeLessThan(0.022);
  });
});

describe('clipping by the global norm', () => {
  it('scales every gradient by the same factor, and only where the norm is larger', () => {
    const architecture = { inputs, layers: [dense(units, 'tanh'), dense(outputs, 'identity')] };
    const init = initialize(architecture, { kind: 'normal', scale: 2, seed: 4 });
    const start = { architecture, x, y: noise, init };
    const moved = (clip: number | undefined) => {
      const method = { ...PLAIN, loss: 'mse' as const, optimizer: sgd({ learningRate: 1 }), clip };
      const run = new PlanRun({ ...start, method });
      run.step({ rows });
      return init.flatMap(({ w, b }, l) =>
        Object.entries({ w, b }).flatMap(([name, values]) =>
          [...run.get(`layer${l + 1}.${name}`)].map((value, i) => value - values[i]),
        ),
      );
    };
    const free = moved(undefined);
    const norm = Math.hypot(...free);
    expect(Math.hypot(...moved(norm / 10))).toBeCloseTo(norm / 10, 5);
    moved(norm / 10).forEach((value, i) => expect(value).toBeCloseTo(free[i] / 10, 5));
    expect(moved(norm * 2)).toEqual(free);
  });
});
