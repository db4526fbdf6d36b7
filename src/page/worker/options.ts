import type { Optimizer } from '../../network/optimizer.ts';
import { optimizers } from '../../network/optimizer.ts';
import type { Schedule } from '../../network/learningRate.ts';
import type { FitOptions } from '../../session/options.ts';
import type { Experiment } from '../state/experiment.ts';

/** Steps after which a schedule has run its course where the experiment has no end. */
const UNBOUNDED = 10_000;

/** The optimizer of an experiment: of its settings those that it knows. */
export function optimizerOf(experiment: Experiment): Optimizer {
  const { optimizer, learningRate, l1, l2, decay, biases, momentum, beta1, beta2, epsilon } = experiment;
  const common = { learningRate, l1, l2, weightDecay: decay, decays: biases ? 'all' : 'weights' } as const;
  switch (optimizer) {
    case 'sgd':
      return optimizers.sgd(common);
    case 'momentum':
    case 'nesterov':
      return optimizers[optimizer]({ ...common, momentum });
    case 'adam':
    case 'adamw':
      return optimizers[optimizer]({ ...common, beta1, beta2, epsilon });
    case 'rmsprop':
      return optimizers.rmsprop({ ...common, momentum, rho: beta2, epsilon });
  }
}

function scheduleOf({ schedule, warmup, every, factor, minimum }: Experiment): Schedule {
  switch (schedule) {
    case 'constant':
      return { kind: 'constant', warmup };
    case 'step':
      return { kind: 'step', every, factor, warmup };
    case 'cosine':
      return { kind: 'cosine', minimum, warmup };
    case 'plateau':
      return { kind: 'plateau', factor, patience: every, minimum, warmup };
  }
}

/**
 * The options of `fit` for an experiment.
 * @param rows of the training part
 * @param made steps that were made already
 */
export function fitOptions(experiment: Experiment, rows: number, made: number): FitOptions {
  const {
    batch,
    shuffle,
    seed,
    clip,
    huberDelta,
    smoothing,
    balanced,
    stop,
    patience,
    minDelta,
    restoreBest,
    plan,
  } = experiment;
  return {
    optimizer: optimizerOf(experiment),
    schedule: scheduleOf(experiment),
    batchSize: Math.min(batch || rows, rows),
    steps: Math.max(1, (stop || UNBOUNDED) - made),
    ...{ shuffle, seed, huberDelta },
    clip: clip || undefined,
    labelSmoothing: smoothing || undefined,
    classWeight: balanced ? 'balanced' : undefined,
    earlyStopping: patience ? { patience, minDelta, restoreBest } : undefined,
    plan: plan === 'first' ? undefined : plan,
    // It may go on for hours; the page keeps what its curves show.
    keepHistory: false,
    timed: true,
  };
}
