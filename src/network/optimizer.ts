import { UsageError } from '../errors.ts';
import type { Params, Pass } from '../gpu/kernel.ts';

export const OPTIMIZERS = ['sgd', 'momentum', 'nesterov', 'adam', 'adamw', 'rmsprop'] as const;
/** An optimizer, by name. */
export type OptimizerName = (typeof OPTIMIZERS)[number];

/**
 * How weights follow the gradient, by PyTorch's formulas; `sgd`, `momentum`, `nesterov`, `adam`, `adamw`
 * and `rmsprop` make one. What an optimizer does not use is 0.
 */
export interface Optimizer {
  /** Its rule. */
  readonly name: OptimizerName;
  /** How far a step goes; where a schedule starts. */
  readonly learningRate: number;
  /** Of the velocity: momentum, nesterov, rmsprop. */
  readonly momentum: number;
  /** How much of the running mean of the gradient stays: adam, adamw. */
  readonly beta1: number;
  /** How much of the running mean of its square stays: adam, adamw; for rmsprop its rho. */
  readonly beta2: number;
  /** Added to the root, outside of it. */
  readonly epsilon: number;
  /** Adds l1 sign(w) to the gradient: the penalty l1 sum |w|. */
  readonly l1: number;
  /** Adds l2 w to the gradient: the penalty l2 / 2 sum w^2. */
  readonly l2: number;
  /** Decoupled decay (Loshchilov and Hutter 2019): w -= learningRate weightDecay w, apart from the gradient. */
  readonly weightDecay: number;
  /** What l1, l2 and weightDecay act on; biases are left alone by default. */
  readonly decays: 'weights' | 'all';
}

/** What every optimizer takes. */
export interface CommonOptions {
  /** A constant, or the start of a schedule; 0.1, for adam, adamw and rmsprop 0.001. */
  readonly learningRate?: number;
  /** Of the penalty l1 sum |w|; 0. */
  readonly l1?: number;
  /** Of the penalty l2 / 2 sum w^2; 0. */
  readonly l2?: number;
  /** Of w -= learningRate weightDecay w; 0, for adamw 0.01. */
  readonly weightDecay?: number;
  /** What these three act on; `weights`, which leaves biases alone. */
  readonly decays?: 'weights' | 'all';
}

/** What momentum and nesterov take. */
export interface MomentumOptions extends CommonOptions {
  /** How much of the velocity stays; 0.9, for rmsprop 0. */
  readonly momentum?: number;
}

/** What adam and adamw take. */
export interface AdamOptions extends CommonOptions {
  /** How much of the running mean of the gradient stays; 0.9. */
  readonly beta1?: number;
  /** How much of the running mean of its square stays; 0.999. */
  readonly beta2?: number;
  /** Added to the root; 1e-8. */
  readonly epsilon?: number;
}

/** What rmsprop takes. */
export interface RmspropOptions extends MomentumOptions {
  /** How much of the running mean of the square stays; 0.99. */
  readonly rho?: number;
  /** Added to the root; 1e-8. */
  readonly epsilon?: number;
}

/** Plain gradient descent: w -= learningRate g. @throws UsageError for numbers that make no sense */
export const sgd = (options: CommonOptions = {}): Optimizer => make('sgd', { learningRate: 0.1 }, options);

/** m = momentum m + g; w -= learningRate m. */
export const momentum = (options: MomentumOptions = {}): Optimizer =>
  make('momentum', { learningRate: 0.1, momentum: 0.9 }, options);

/** m = momentum m + g; w -= learningRate (g + momentum m). */
export const nesterov = (options: MomentumOptions = {}): Optimizer =>
  make('nesterov', { learningRate: 0.1, momentum: 0.9 }, options);

const ADAM = { learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };

/** Adam (Kingma and Ba 2015): w -= learningRate m^ / (sqrt(v^) + epsilon), with m^ and v^ corrected for their start at 0. */
export const adam = (options: AdamOptions = {}): Optimizer => make('adam', ADAM, options);

/** Adam with decoupled weight decay (0.01 unless told otherwise). */
export const adamw = (options: AdamOptions = {}): Optimizer =>
  make('adamw', { ...ADAM, weightDecay: 0.01 }, options);

/** v = rho v + (1 - rho) g^2; w -= learningRate g / (sqrt(v) + epsilon), through a velocity if there is momentum. */
export const rmsprop = ({ rho = 0.99, ...options }: RmspropOptions = {}): Optimizer =>
  make('rmsprop', { learningRate: 0.001, epsilon: 1e-8, beta2: rho }, options);

/** The optimizers by name, for whoever has only words. */
export const optimizers = { sgd, momentum, nesterov, adam, adamw, rmsprop };

const COMMON = ['learningRate', 'l1', 'l2', 'weightDecay', 'decays'];
const NOTHING = { momentum: 0, beta1: 0, beta2: 0, epsilon: 0, l1: 0, l2: 0, weightDecay: 0 };

function make(name: OptimizerName, defaults: Partial<Optimizer>, chosen: Partial<Optimizer>): Optimizer {
  const given = Object.fromEntries(Object.entries(chosen).filter(([, value]) => value !== undefined));
  const optimizer = { name, ...NOTHING, decays: 'weights', ...defaults, ...given } as Optimizer;
  const options = [...COMMON, ...Object.keys(defaults), ...(name === 'rmsprop' ? ['momentum'] : [])];
  for (const option of Object.keys(given)) {
    if (!options.includes(option))
      throw new UsageError(`${name} has no option '${option}'; it has ${[...new Set(options)].join(', ')}`);
  }
  checkOptimizer(optimizer);
  return optimizer;
}

/** @throws UsageError naming the option and what it may be */
export function checkOptimizer(optimizer: Optimizer): void {
  const { name, learningRate, decays } = optimizer;
  if (!OPTIMIZERS.includes(name))
    throw new UsageError(`Unknown optimizer '${name}'; choose one of ${OPTIMIZERS.join(', ')}`);
  if (!Number.isFinite(learningRate))
    throw new UsageError(`The learning rate is a finite number, not ${learningRate}`);
  if (!Number.isFinite(Math.fround(learningRate)))
    throw new UsageError(`The learning rate ${learningRate} is outside float32; use one below 3.4e38`);
  for (const option of ['momentum', 'beta1', 'beta2'] as const) {
    const value = optimizer[option];
    if (!(value >= 0 && value < 1))
      throw new UsageError(`${name}: ${option} is at least 0 and below 1, not ${value}`);
  }
  for (const option of ['epsilon', 'l1', 'l2', 'weightDecay'] as const) {
    const value = optimizer[option];
    if (!(value >= 0 && Number.isFinite(Math.fround(value))))
      throw new UsageError(`${name}: ${option} is a number of at least 0, not ${value}`);
  }
  if (decays !== 'weights' && decays !== 'all')
    throw new UsageError(`${name}: decays is 'weights' or 'all', not '${decays}'`);
}

/** Which moments the optimizer keeps of every parameter. */
export function momentsOf({ name, momentum }: Optimizer): ('m' | 'v')[] {
  if (name === 'adam' || name === 'adamw') return ['m', 'v'];
  if (name === 'rmsprop') return momentum > 0 ? ['m', 'v'] : ['v'];
  return name === 'sgd' ? [] : ['m'];
}

/** The flags of the update that this optimizer needs. */
export function updateFlags(optimizer: Optimizer): string[] {
  const rule = {
    sgd: [],
    momentum: ['MOMENTUM'],
    nesterov: ['NESTEROV'],
    adam: ['ADAM'],
    adamw: ['ADAM'],
    rmsprop: ['RMSPROP'],
  }[optimizer.name];
  return [...rule, ...momentsOf(optimizer).map((moment) => `KEEPS_${moment.toUpperCase()}`)];
}

/** The params of the update of a tensor; differences from 1 are taken in double. */
export function updateParams(optimizer: Optimizer, parameter: 'w' | 'b'): Params {
  const { momentum, beta1, beta2, epsilon, l1, l2, weightDecay, decays } = optimizer;
  const decayed = parameter === 'w' || decays === 'all';
  return {
    l1: decayed ? l1 : 0,
    l2: decayed ? l2 : 0,
    decay: decayed ? weightDecay : 0,
    momentum,
    beta1,
    oneMinusBeta1: 1 - beta1,
    beta2,
    oneMinusBeta2: 1 - beta2,
    epsilon,
  };
}

/** What corrects Adam's moments at its step t (from 1); 1 for the others. */
export function corrections({ name, beta1, beta2 }: Optimizer, t: number): { m: number; v: number } {
  if (name !== 'adam' && name !== 'adamw') return { m: 1, v: 1 };
  return { m: 1 / (1 - beta1 ** t), v: 1 / (1 - beta2 ** t) };
}

/**
 * The uniform `learning` of shaders/lib/learn.wgsl: the rule by which parameters learn, for a plan whose passes
 * reach all of them.
 * @param weights place of the first bias among the parameters
 */
export function learningTable(optimizer: Optimizer, weights: number): Uint32Array<ArrayBuffer> {
  const table = new Uint32Array(16);
  const floats = new Float32Array(table.buffer);
  table[0] = weights;
  floats[1] = optimizer.decays === 'all' ? 1 : 0;
  const { l1, l2, decay, momentum, beta1, oneMinusBeta1, beta2, oneMinusBeta2, epsilon } = updateParams(
    optimizer,
    'w',
  );
  floats.set([l1, l2, decay, momentum, beta1, oneMinusBeta1, beta2, oneMinusBeta2, epsilon], 4);
  return table;
}

/** What a pass that learns binds: the rule, all parameters, and the moments that the optimizer keeps. */
export function learningTensors(optimizer: Optimizer): Pass['tensors'] {
  const moments = momentsOf(optimizer).map((moment) => [moment, moment]);
  return { learning: 'learning', parameters: 'parameters', ...Object.fromEntries(moments) };
}
