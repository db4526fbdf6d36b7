import type { BuiltinName } from '../../data/builtin.ts';
import { BIAS_INITIALIZERS, INITIALIZERS } from '../../network/initialize.ts';
import type { Activation, Loss } from '../../network/layers.ts';
import { SCHEDULES } from '../../network/learningRate.ts';
import { type OptimizerName } from '../../network/optimizer.ts';
import type { PlanName } from '../../session/options.ts';

/** A data set of the page: one that comes with it, or the visitor's own. */
export type SetName = BuiltinName | 'own';

/** One hidden layer. */
export interface Hidden {
  readonly units: number;
  readonly activation: Exclude<Activation, 'softmax'>;
}

/** Everything that decides a run, besides the data of one's own: the same experiment gives the same numbers. */
export interface Experiment {
  readonly data: SetName;
  /** Rows that are drawn, and their noise; for sets that are drawn. */
  readonly points: number;
  readonly noise: number;
  readonly dataSeed: number;
  /** Share of the rows that is kept for validation. */
  readonly held: number;
  readonly layers: readonly Hidden[];
  readonly dropout: number;
  readonly init: (typeof INITIALIZERS)[number];
  readonly initScale: number;
  readonly bias: (typeof BIAS_INITIALIZERS)[number];
  readonly seed: number;
  readonly optimizer: OptimizerName;
  readonly learningRate: number;
  readonly momentum: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly schedule: (typeof SCHEDULES)[number];
  readonly warmup: number;
  /** Epochs between two steps of the rate, and what it is multiplied by (`plateau`, too). */
  readonly every: number;
  readonly factor: number;
  /** The rate does not fall below this: cosine and plateau. */
  readonly minimum: number;
  /** Rows of a batch; 0: all of them. */
  readonly batch: number;
  readonly shuffle: boolean;
  readonly l1: number;
  readonly l2: number;
  readonly decay: number;
  /** Whether penalties act on biases, too. */
  readonly biases: boolean;
  /** Largest global norm of the gradient; 0: whatever it is. */
  readonly clip: number;
  readonly loss: 'auto' | Loss;
  readonly huberDelta: number;
  readonly smoothing: number;
  readonly balanced: boolean;
  /** Stops after so many steps, and after so many epochs without a better loss; 0: not. */
  readonly stop: number;
  readonly patience: number;
  /** How much lower than the best a loss must be to count, and whether the best weights are restored. */
  readonly minDelta: number;
  readonly restoreBest: boolean;
  readonly plan: 'first' | PlanName;
}

/** The name of a setting. */
export type Setting = keyof Experiment;

/** A change while the network trains, and the step before which it was made. */
export interface Edit {
  readonly step: number;
  readonly change: Partial<Experiment>;
}

/** A run from its start to where it is: what a link holds, and what gives the same numbers again. */
export interface Story {
  readonly start: Experiment;
  readonly edits: readonly Edit[];
  readonly steps: number;
}

/** The experiment as its edits have left it. */
export function now({ start, edits }: Pick<Story, 'start' | 'edits'>): Experiment {
  return edits.reduce((experiment, { change }) => ({ ...experiment, ...change }), start);
}

/** What data and first weights are made of: to change one of these starts another run. */
const FIXED: readonly Setting[] = [
  'data',
  'points',
  'noise',
  'dataSeed',
  'held',
  'init',
  'initScale',
  'bias',
  'seed',
  'shuffle',
];

/** Whether training can go on after this change. */
export function goesOn(change: Partial<Experiment>): boolean {
  return !FIXED.some((name) => name in change);
}

/** The settings in which two experiments differ, as they are in the second. */
export function difference(before: Experiment, after: Experiment): Partial<Experiment> {
  const names = Object.keys(after) as Setting[];
  const changed = names.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
  return Object.fromEntries(changed.map((name) => [name, after[name]]));
}
