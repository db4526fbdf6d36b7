import type { Experiment, Hidden, SetName } from './experiment.ts';

/** A kind of data that the page shows in a way of its own. */
export type Kind = 'points' | 'table' | 'images';

/** A set as the page offers it: what is drawn from a generator has noise. */
export interface SetInfo {
  readonly kind: Kind;
  /** The largest noise that its slider offers; undefined for a set that is not drawn. */
  readonly noise?: number;
}

export const SETS: Readonly<Record<SetName, SetInfo>> = {
  flower: { kind: 'points', noise: 1 },
  circles: { kind: 'points', noise: 0.5 },
  xor: { kind: 'points', noise: 0.5 },
  spiral: { kind: 'points', noise: 1 },
  moons: { kind: 'points', noise: 0.5 },
  blobs: { kind: 'points', noise: 4 },
  plane: { kind: 'points', noise: 1 },
  houses: { kind: 'points', noise: 0.5 },
  iris: { kind: 'table' },
  wine: { kind: 'table' },
  breast_cancer: { kind: 'table' },
  digits: { kind: 'images' },
  own: { kind: 'table' },
};

const hidden = (activation: Hidden['activation'], ...units: number[]): readonly Hidden[] =>
  units.map((n) => ({ units: n, activation }));

/** What every setting is unless a set or the visitor wants it otherwise. */
const USUAL: Experiment = {
  data: 'flower',
  points: 400,
  noise: 0.2,
  dataSeed: 1,
  held: 0.2,
  layers: hidden('tanh', 4),
  dropout: 0,
  init: 'xavier',
  initScale: 0.01,
  bias: 'zeros',
  seed: 1,
  optimizer: 'sgd',
  learningRate: 0.3,
  momentum: 0.9,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  schedule: 'constant',
  warmup: 0,
  every: 50,
  factor: 0.5,
  minimum: 0,
  batch: 32,
  shuffle: true,
  l1: 0,
  l2: 0,
  decay: 0,
  biases: false,
  clip: 0,
  loss: 'auto',
  huberDelta: 1,
  smoothing: 0,
  balanced: false,
  stop: 0,
  patience: 0,
  minDelta: 0,
  restoreBest: true,
  plan: 'first',
};

/** Settings that learn a set well. */
const LEARNS: Readonly<Record<SetName, Partial<Experiment>>> = {
  // As in the course: all points at once, and nothing held out would be missed.
  flower: { init: 'normal', learningRate: 1.2, batch: 0 },
  circles: { noise: 0, layers: hidden('tanh', 4) },
  xor: { noise: 0, layers: hidden('tanh', 4) },
  // tanh needs several times as long to wind itself around the arms.
  spiral: { noise: 0, layers: hidden('relu', 8, 8), optimizer: 'adam', learningRate: 0.01 },
  moons: { noise: 0.1, layers: hidden('tanh', 6) },
  blobs: { noise: 1, layers: hidden('tanh', 4) },
  plane: { noise: 0.1, layers: hidden('tanh', 4), learningRate: 0.05 },
  houses: { noise: 0.05, layers: hidden('relu', 8), learningRate: 0.05 },
  iris: { layers: hidden('relu', 8), learningRate: 0.1, batch: 16 },
  wine: { layers: hidden('relu', 8), learningRate: 0.1, batch: 16 },
  breast_cancer: { layers: hidden('relu', 8), learningRate: 0.1 },
  digits: { layers: hidden('relu', 32), learningRate: 0.1, batch: 64 },
  own: { layers: hidden('relu', 16), learningRate: 0.1 },
};

/** The experiment that a set begins with. */
export function presetOf(data: SetName): Experiment {
  return { ...USUAL, ...LEARNS[data], data };
}

/** Whether a set is drawn, with points and noise to choose. */
export const isDrawn = (data: SetName): boolean => SETS[data].noise !== undefined;
