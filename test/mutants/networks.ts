import { type Activation, dense } from '../../src/network/layers.ts';
import { adam, momentum, nesterov, rmsprop, sgd } from '../../src/network/optimizer.ts';
import { ACTIVATIONS } from '../../src/names.ts';
import type { Method } from '../../src/network/plan.ts';
import type { GpuChoice } from '../../src/session/choice.ts';
import type { Drawn } from '../../src/session/drawnStep.ts';

/** A network whose whole steps judge the kernels that do several passes at once. */
export interface Judging extends Drawn {
  readonly name: string;
  readonly choice: GpuChoice;
  /** On whole numbers, where nothing can round, or on ordinary ones, within rigorous bounds. */
  readonly numbers: 'whole' | 'ordinary';
  /** Whether every tensor is stored; yes if left out. */
  readonly keep?: boolean;
  /** What the weights are multiplied by, so that exponentials leave float32 if they are not kept within; 1 if left out. */
  readonly scale?: number;
}

const RATE = 1 / 8;
const PLAIN: Method = {
  loss: 'halfMse',
  huberDelta: 1,
  optimizer: sgd({ learningRate: RATE }),
  clip: undefined,
  weighted: false,
  accuracy: false,
};
const halves = { learningRate: RATE, momentum: 1 / 2 };

interface Given extends Pick<Judging, 'keep' | 'scale'> {
  readonly inputs: number;
  readonly layers: Drawn['architecture']['layers'];
  readonly rows: number;
  readonly method?: Partial<Method>;
}

const judging =
  (numbers: Judging['numbers']) =>
  (name: string, choice: GpuChoice, { inputs, layers, rows, method, ...more }: Given): Judging => ({
    ...{ name, choice, numbers, ...more, rows, learningRate: RATE },
    architecture: { inputs, layers },
    method: { ...PLAIN, ...method },
  });
const whole = judging('whole');
const ordinary = judging('ordinary');

const FUSED: GpuChoice = { plan: 'fused' };
const fused = (tile: GpuChoice['tile']): GpuChoice => ({ plan: 'fused', tile });
const RESIDENT: GpuChoice = { plan: 'resident' };
const ONE_QUAD: GpuChoice = { plan: 'resident', tile: { rows: 1, columns: 1, workgroup: 4 } };

/** Sides that fill their blocks of 4 x 4 and such that do not, every flag, more than one tile in each direction. */
const ofFused: readonly Judging[] = [
  whole('fused', FUSED, {
    inputs: 5,
    layers: [dense(9, 'relu', { dropout: 0.5 }), dense(6, 'identity'), dense(3, 'identity')],
    rows: 8,
    method: { optimizer: momentum({ ...halves, l1: 1, l2: 1 / 4 }), weighted: true, accuracy: true },
  }),
  whole('fused in fours', fused({ rows: 2, columns: 2, workgroup: 4 }), {
    inputs: 4,
    layers: [dense(20, 'relu', { dropout: 0.5 }), dense(4, 'identity')],
    rows: 16,
    method: { loss: 'mse', accuracy: true },
  }),
  whole('fused, of two rows', fused({ rows: 1, columns: 2, workgroup: 4 }), {
    inputs: 3,
    layers: [dense(13, 'relu'), dense(2, 'relu')],
    rows: 2,
    method: { optimizer: nesterov({ ...halves, l1: 1, decays: 'all' }), accuracy: true },
  }),
  whole('fused in quads', fused({ rows: 1, columns: 1, workgroup: 8, quads: true }), {
    inputs: 9,
    layers: [dense(20, 'relu', { dropout: 0.5 }), dense(5, 'identity')],
    rows: 32,
    method: { optimizer: nesterov(halves), weighted: true, accuracy: true },
  }),
  whole('fused, split', fused({ rows: 1, columns: 1, workgroup: 4, split: 3 }), {
    inputs: 7,
    layers: [dense(10, 'relu', { dropout: 0.5 }), dense(4, 'identity')],
    rows: 16,
    method: { optimizer: momentum({ ...halves, decays: 'all', l2: 1 / 4 }), accuracy: true },
  }),
  whole('fused, one layer', FUSED, {
    inputs: 18,
    layers: [dense(37, 'identity')],
    rows: 16,
    method: { weighted: true, accuracy: true },
  }),
  whole('fused, as it trains', fused({ rows: 1, columns: 1, workgroup: 64 }), {
    inputs: 5,
    layers: [dense(9, 'relu', { dropout: 0.5 }), dense(6, 'relu'), dense(3, 'identity')],
    rows: 8,
    keep: false,
  }),
  ordinary('fused with softmax', FUSED, {
    inputs: 6,
    layers: [dense(9, 'tanh', { dropout: 0.25 }), dense(5, 'gelu'), dense(3, 'softmax')],
    rows: 7,
    method: {
      ...{ loss: 'softmaxCrossEntropy', optimizer: adam({ l2: 0.1 }) },
      ...{ weighted: true, accuracy: true },
    },
  }),
  ordinary('fused with softmax of large logits', FUSED, {
    inputs: 4,
    layers: [dense(5, 'softmax')],
    rows: 64,
    scale: 40,
    method: { loss: 'softmaxCrossEntropy', accuracy: true },
  }),
  ordinary('fused, wide', fused({ rows: 2, columns: 1, workgroup: 64 }), {
    inputs: 40,
    layers: [dense(70, 'relu', { dropout: 0.25 }), dense(31, 'leakyRelu'), dense(10, 'softmax')],
    rows: 41,
    method: { loss: 'softmaxCrossEntropy', optimizer: rmsprop(), accuracy: true },
  }),
  ordinary('fused in quads with softmax', fused({ rows: 2, columns: 2, workgroup: 4, quads: true }), {
    inputs: 8,
    layers: [dense(20, 'sigmoid', { dropout: 0.25 }), dense(3, 'softmax')],
    rows: 39,
    method: { loss: 'softmaxCrossEntropy', optimizer: adam({ decays: 'all', l1: 0.01 }) },
  }),
  ordinary('fused, clipped, with Huber', FUSED, {
    inputs: 4,
    layers: [dense(6, 'relu'), dense(5, 'identity')],
    rows: 5,
    method: {
      loss: 'huber',
      huberDelta: 0.5,
      clip: 0.5,
      optimizer: rmsprop({ momentum: 0.5 }),
      weighted: true,
    },
  }),
  ordinary('fused, clipped by much', FUSED, {
    inputs: 2,
    layers: [dense(3, 'tanh'), dense(2, 'tanh')],
    rows: 6,
    method: { loss: 'mse', clip: 1e6, accuracy: true },
  }),
  ordinary('fused, split and clipped', fused({ rows: 1, columns: 1, workgroup: 64, split: 2 }), {
    inputs: 5,
    layers: [dense(8, 'silu'), dense(6, 'relu', { dropout: 0.25 }), dense(2, 'sigmoid')],
    rows: 13,
    method: { loss: 'binaryCrossEntropy', clip: 0.1, optimizer: adam(), accuracy: true },
  }),
];

/** Each activation by its number, in a network so small that its bounds are narrow. */
const HIDDEN: readonly Activation[] = ACTIVATIONS.filter((name) => !['identity', 'softmax'].includes(name));

const ofResident: readonly Judging[] = [
  whole('resident', RESIDENT, {
    inputs: 2,
    layers: [dense(3, 'relu', { dropout: 0.5 }), dense(2, 'identity'), dense(2, 'identity')],
    rows: 8,
    method: { optimizer: momentum({ ...halves, l1: 1, l2: 1 / 4 }), weighted: true, accuracy: true },
  }),
  ordinary('resident with softmax', ONE_QUAD, {
    inputs: 3,
    layers: [dense(3, 'tanh', { dropout: 0.25 }), dense(3, 'softmax')],
    rows: 7,
    method: { loss: 'softmaxCrossEntropy', optimizer: adam(), accuracy: true },
  }),
  ordinary('resident, clipped, with Huber', ONE_QUAD, {
    inputs: 2,
    layers: [dense(2, 'relu'), dense(2, 'identity')],
    rows: 14,
    method: { loss: 'huber', huberDelta: 0.5, clip: 0.01, optimizer: rmsprop({ momentum: 0.5 }) },
  }),
  ordinary('resident, one layer', ONE_QUAD, {
    inputs: 2,
    layers: [dense(2, 'sigmoid')],
    rows: 5,
    method: { loss: 'binaryCrossEntropy', clip: 1e6, accuracy: true, weighted: true },
  }),
  ...HIDDEN.map((activation) =>
    ordinary(`resident with ${activation}`, ONE_QUAD, {
      inputs: 1,
      layers: [dense(2, activation), dense(1, activation)],
      rows: 4,
      method: { accuracy: true },
    }),
  ),
  whole('resident, by phases', RESIDENT, {
    inputs: 22,
    layers: [dense(17, 'relu', { dropout: 0.5 }), dense(4, 'identity')],
    rows: 8,
    method: { optimizer: momentum({ ...halves, l1: 1, l2: 1 / 4 }), accuracy: true },
  }),
  whole('resident, by phases, in fours', ONE_QUAD, {
    inputs: 26,
    layers: [dense(18, 'relu', { dropout: 0.5 }), dense(3, 'identity')],
    rows: 16,
    method: { weighted: true, accuracy: true },
  }),
  whole('resident, by phases, of two rows', RESIDENT, {
    inputs: 30,
    layers: [dense(13, 'relu'), dense(5, 'identity')],
    rows: 2,
    method: { accuracy: true },
  }),
  ordinary('resident, by phases, with softmax', RESIDENT, {
    inputs: 18,
    layers: [dense(20, 'tanh', { dropout: 0.25 }), dense(6, 'relu'), dense(5, 'softmax')],
    rows: 11,
    method: { loss: 'softmaxCrossEntropy', optimizer: adam(), accuracy: true },
  }),
  ordinary('resident with softmax of large logits', ONE_QUAD, {
    inputs: 4,
    layers: [dense(5, 'softmax')],
    rows: 3,
    scale: 100,
    method: { loss: 'softmaxCrossEntropy', accuracy: true },
  }),
  ordinary('resident, by phases, with softmax of large logits', ONE_QUAD, {
    inputs: 80,
    layers: [dense(5, 'softmax')],
    rows: 3,
    scale: 30,
    method: { loss: 'softmaxCrossEntropy', accuracy: true },
  }),
  ordinary('resident, by phases, clipped, with Huber', ONE_QUAD, {
    inputs: 30,
    layers: [dense(12, 'relu'), dense(3, 'tanh')],
    rows: 13,
    method: {
      loss: 'huber',
      huberDelta: 0.5,
      clip: 0.01,
      optimizer: rmsprop({ momentum: 0.5 }),
      weighted: true,
    },
  }),
  // An odd number of outputs in all: as many are right as wrong in none.
  ordinary('resident, by phases, with three sigmoids', RESIDENT, {
    inputs: 40,
    layers: [dense(9, 'sigmoid'), dense(3, 'sigmoid'), dense(3, 'sigmoid')],
    rows: 7,
    method: { loss: 'binaryCrossEntropy', clip: 1e6, accuracy: true },
  }),
];

/** Those of which whole steps judge the mutants. */
export const networks: readonly Judging[] = [...ofFused, ...ofResident];
