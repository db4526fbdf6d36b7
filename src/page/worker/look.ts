import { CpuTrainer } from '../../cpu/trainer.ts';
import { activations } from '../../cpu/activation.ts';
import { forward } from '../../cpu/forward.ts';
import type { LayerParameters } from '../../network/initialize.ts';
import { sgd } from '../../network/optimizer.ts';
import type { LayerLook } from './messages.ts';
import type { Prepared } from './data.ts';

/** Examples that are looked at. */
const MOST_EXAMPLES = 256;
const BINS = 32;

/**
 * What one hidden layer looks like with these weights: w, z and a of some training examples, and the gradient dw of
 * their loss. Computed on the CPU, so that training is not disturbed.
 */
export function lookAt(
  { architecture, train, loss }: Prepared,
  parameters: readonly LayerParameters[],
  layer: number,
  step: number,
): LayerLook {
  const rows = Math.min(MOST_EXAMPLES, train.rows);
  const width = train.x.length / train.rows;
  const outputs = train.y.length / train.rows;
  const [x, y] = [train.x.subarray(0, rows * width), train.y.subarray(0, rows * outputs)];
  const method = { loss, huberDelta: 1, optimizer: sgd(), clip: undefined, weighted: false, accuracy: false };
  const plain = {
    ...architecture,
    layers: architecture.layers.map(({ units, activation }) => ({ units, activation })),
  };
  const trainer = new CpuTrainer(plain, parameters, { rows, x, y }, method, rows);
  trainer.step({ index: 0, epoch: 0, first: 0, rows, shuffleKey: 0, dropoutKey: 0, learningRate: 0 });
  const { z, a } = forward(plain, parameters, x)[layer];
  const { units, activation } = architecture.layers[layer];
  const values = { w: parameters[layer].w, z, a, dw: trainer.gradients[layer].w };
  const range = Object.fromEntries(
    Object.entries(values).map(([name, all]) => [name, rangeOf(all)]),
  ) as LayerLook['range'];
  const bins = Object.fromEntries(
    Object.entries(values).map(([name, all]) => [name, histogram(all, range[name as keyof typeof range])]),
  ) as unknown as LayerLook['bins'];
  return {
    ...{ step, layer, bins, range, examples: rows },
    dead: activation === 'relu' ? deadUnits(a, units) : undefined,
    saturated: activation === 'softmax' ? 0 : share(z, (value) => isFlat(activation, value)),
  };
}

/** The slope is below 5 % of the largest: 1, or 1/4 of a sigmoid. */
function isFlat(activation: keyof typeof activations, z: number): boolean {
  const largest = activation === 'sigmoid' ? 0.25 : 1;
  return Math.abs(activations[activation].slope(z)) < 0.05 * largest;
}

function deadUnits(a: Float32Array, units: number): number {
  const lives = new Uint8Array(units);
  a.forEach((value, i) => void (value > 0 && (lives[i % units] = 1)));
  return units - lives.reduce((sum, one) => sum + one, 0);
}

function share(values: Float32Array, is: (value: number) => boolean): number {
  return values.reduce((sum, value) => sum + Number(is(value)), 0) / values.length;
}

/** A round number that holds them all. */
function rangeOf(values: Float32Array): number {
  const most = values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  if (!(most > 0) || !Number.isFinite(most)) return 1;
  const power = 10 ** Math.floor(Math.log10(most));
  return power * ([1, 2, 5, 10].find((factor) => factor * power >= most) ?? 10);
}

function histogram(values: Float32Array, range: number): Uint32Array {
  const bins = new Uint32Array(BINS);
  for (const value of values) {
    const bin = Math.floor((BINS * (value / range + 1)) / 2);
    if (Number.isFinite(bin)) bins[Math.max(0, Math.min(BINS - 1, bin))]++;
  }
  return bins;
}
