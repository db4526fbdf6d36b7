import type { Dataset } from '../data/dataset.ts';
import { type Preprocessing, fitPreprocessing, hasMissing, preprocess } from '../data/preprocess.ts';
import { UsageError } from '../errors.ts';
import { type DenseLayer, type Loss, dense } from '../network/layers.ts';

export interface PrepareOptions {
  /** Rows kept for the test (from 0); goes before `testShare`. */
  readonly testRows?: ArrayLike<number>;
  /** Share of the rows kept for the test; 0 keeps none. */
  readonly testShare?: number;
  /** Share of the remaining rows kept for validation; 0 keeps none. */
  readonly validationShare?: number;
  /** Whether every feature gets mean 0 and standard deviation 1; true by default. */
  readonly standardize?: boolean;
  /** Whether every target of a regression gets mean 0 and standard deviation 1; true by default. */
  readonly standardizeTargets?: boolean;
  /** Whether missing numbers are to be taken, also by the model; true if the data has any. */
  readonly impute?: boolean;
  /** Decides which rows are kept. */
  readonly seed?: number;
}

/** Data ready to train on. */
export interface Prepared {
  readonly train: Dataset;
  readonly validation: Dataset | undefined;
  readonly test: Dataset | undefined;
  /** Learnt from the training rows; applied to all three parts. */
  readonly preprocessing: Preprocessing;
}

/**
 * Splits a data set, and imputes and standardises it by what the training rows alone show.
 * @throws DataError for a split that is none, and for a column without any value in the training rows
 */
export function prepare(data: Dataset, options: PrepareOptions = {}): Prepared {
  const { testRows, testShare = 0, validationShare = 0, seed = 1 } = options;
  const outer = testRows
    ? data.splitAt(testRows)
    : testShare > 0
      ? data.split(1 - testShare, { seed })
      : { train: data, test: undefined };
  const inner =
    validationShare > 0
      ? outer.train.split(1 - validationShare, { seed, rest: 'validation' })
      : { train: outer.train, test: undefined };
  const preprocessing = fitPreprocessing(inner.train, {
    impute: options.impute || hasMissing(data.x),
    standardize: options.standardize ?? true,
    standardizeTargets: options.standardizeTargets ?? true,
  });
  const apply = (part: Dataset) => preprocess(part, preprocessing);
  return {
    train: apply(inner.train),
    validation: inner.test && apply(inner.test),
    test: outer.test && apply(outer.test),
    preprocessing,
  };
}

/** The loss that belongs to a data set. */
export function lossFor(data: Dataset): Loss {
  if (!data.classes) return 'mse';
  return data.classes.length === 2 ? 'binaryCrossEntropy' : 'softmaxCrossEntropy';
}

/**
 * The last layer of a network that predicts a data set under a loss: sigmoid or softmax for a
 * classification, identity for a regression.
 * @throws UsageError if the loss needs classes and there are none
 */
export function outputLayer(data: Dataset, loss: Loss): DenseLayer {
  if (!data.classes) {
    if (loss.endsWith('CrossEntropy'))
      throw new UsageError(
        `The loss ${loss} needs classes, but '${data.targets.join(', ')}' of '${data.name}' is a regression; use mse or halfMse, or ask for a classification`,
      );
    return dense(data.outputs, 'identity');
  }
  if (loss === 'softmaxCrossEntropy') return dense(data.classes.length, 'softmax');
  return dense(data.outputs, 'sigmoid');
}

/** The targets as this loss wants them: a softmax has a column for each class, also where there are two. */
export function targetsFor(data: Dataset, loss: Loss): Float32Array {
  return loss === 'softmaxCrossEntropy' ? data.oneHot() : data.y;
}
