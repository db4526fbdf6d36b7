import type { Dataset } from '../data/dataset.ts';
import { UsageError } from '../errors.ts';
import { type DenseLayer, dense } from '../network/layers.ts';
import type { Schedule } from '../network/learningRate.ts';
import { type Optimizer, optimizers } from '../network/optimizer.ts';
import { type Prepared, lossFor, outputLayer, targetsFor } from '../session/prepare.ts';
import { checkTogether } from './trainChecks.ts';
import type { TrainOptions } from './trainOptions.ts';
import type { TrainRequest } from './trainTask.ts';

/**
 * What the page is asked to do, from options that are each within its range.
 * @throws UsageError for options that do not belong together
 */
export function trainRequest(
  options: TrainOptions,
  data: Dataset,
  { train, validation, test, preprocessing }: Prepared,
): TrainRequest {
  const loss = options.loss ?? lossFor(data);
  const { init, biasInit, initScale, patience, minDelta, restoreBest } = options;
  checkTogether(options, data, loss);
  const examples = (part: Dataset) => ({ rows: part.rows, x: part.x, y: targetsFor(part, loss) });
  return {
    limits: options.limits,
    architecture: {
      inputs: data.features.length,
      layers: [...hiddenLayers(options), outputLayer(data, loss)],
    },
    init: { kind: init, bias: biasInit, scale: initScale, seed: options.seed },
    train: { ...examples(train), weight: train.weight },
    validation: validation && examples(validation),
    test: test && examples(test),
    targets: preprocessing.targetStandardization,
    outputsOfTest: options.folds !== undefined,
    fit: {
      loss,
      huberDelta: options.huberDelta,
      labelSmoothing: options.labelSmoothing,
      classWeight: options.classWeight,
      optimizer: optimizerFrom(options),
      schedule: scheduleFrom(options),
      clip: options.clip,
      earlyStopping: patience === undefined ? undefined : { patience, minDelta, restoreBest },
      epochs: options.epochs,
      steps: options.steps,
      batchSize: options.batch === 'full' ? train.rows : options.batch,
      shuffle: options.shuffle,
      seed: options.seed,
      plan: options.plan,
      // Here a run without an adapter is to fail, whatever the CPU could do.
      gpuOnly: true,
      accuracy: data.classes !== undefined,
    },
  };
}

function hiddenLayers({ layers, activation = ['relu'], dropout = [0] }: TrainOptions): DenseLayer[] {
  const each = <T>(name: string, values: readonly T[], l: number): T => {
    if (values.length !== 1 && values.length !== layers.length)
      throw new UsageError(
        `${name} has ${values.length} values for ${layers.length} hidden layers; give one for all, or one for each`,
      );
    return values[values.length === 1 ? 0 : l];
  };
  return layers.map((units, l) =>
    dense(units, each('--activation', activation, l), { dropout: each('--dropout', dropout, l) }),
  );
}

function optimizerFrom(options: TrainOptions): Optimizer {
  const { optimizer, learningRate, momentum, beta1, beta2, rho, epsilon, l1, l2, weightDecay, decays } =
    options;
  const make = optimizers[optimizer] as (numbers: object) => Optimizer;
  return make({ learningRate, momentum, beta1, beta2, rho, epsilon, l1, l2, weightDecay, decays });
}

function scheduleFrom(options: TrainOptions): Schedule {
  const {
    schedule: kind,
    scheduleEvery: every,
    scheduleFactor: factor,
    schedulePatience: patience,
  } = options;
  const { minimumRate: minimum, warmup } = options;
  const set = Object.entries({ every, factor, patience, minimum, warmup }).filter(
    ([, value]) => value !== undefined,
  );
  return { kind, ...Object.fromEntries(set) } as Schedule;
}
