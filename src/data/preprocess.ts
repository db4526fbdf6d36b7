import { DataError } from '../errors.ts';
import type { Dataset } from './dataset.ts';
import type { Column } from './features.ts';
import { type Standardization, fitStandardization, standardize } from './standardize.ts';

/** What is done to any data before a network gets it, learnt from the training rows. */
export interface Preprocessing {
  /** The columns that the features come from. */
  readonly columns: readonly Column[];
  /** [features], what stands for a missing number: the mean; undefined where none may be missing. */
  readonly fill: Float64Array | undefined;
  /** Undefined where the features are used as they are. */
  readonly standardization: Standardization | undefined;
  /** Of the targets of a regression, undone in whatever a person reads; undefined where they are used as they are. */
  readonly targetStandardization?: Standardization | undefined;
}

/** What is to be learnt of the training rows. */
export interface PreprocessingOptions {
  /** Whether numbers may be missing. */
  readonly impute: boolean;
  /** Whether every feature gets mean 0 and deviation 1. */
  readonly standardize: boolean;
  /** Whether every target of a regression gets mean 0 and deviation 1. */
  readonly standardizeTargets: boolean;
}

/**
 * Learns the preprocessing from the rows that train.
 * @throws DataError for a column without any number
 */
export function fitPreprocessing(train: Dataset, options: PreprocessingOptions): Preprocessing {
  const { columns, classes, y, outputs } = train;
  const fill = options.impute ? fitFill(train) : undefined;
  const filled = fillMissing(train.x, columns, fill);
  return {
    columns,
    fill,
    standardization: options.standardize ? fitStandardization(filled, train.features.length) : undefined,
    targetStandardization:
      options.standardizeTargets && !classes ? fitStandardization(y, outputs) : undefined,
  };
}

/** A data set as the network gets it, features and targets. @throws as `applyPreprocessing` */
export function preprocess(data: Dataset, preprocessing: Preprocessing): Dataset {
  const { targetStandardization } = preprocessing;
  const x = applyPreprocessing(data.x, preprocessing);
  return data.withX(x).withY(targetStandardization ? standardize(data.y, targetStandardization) : data.y);
}

/**
 * The features as the network gets them.
 * @param x [rows, features], NaN where a number is missing
 * @returns [rows, features], x itself if nothing is to be done
 * @throws ShapeError if x is not whole rows, DataError for a missing number where none may be missing
 */
export function applyPreprocessing(
  x: Float32Array,
  { columns, fill, standardization }: Omit<Preprocessing, 'targetStandardization'>,
): Float32Array {
  const filled = fillMissing(x, columns, fill);
  return standardization ? standardize(filled, standardization) : filled;
}

/** Whether a number is missing. */
export function hasMissing(x: Float32Array): boolean {
  return x.some(Number.isNaN);
}

function fillMissing(
  x: Float32Array,
  columns: readonly Column[],
  fill: Float64Array | undefined,
): Float32Array {
  const first = x.findIndex(Number.isNaN);
  if (first < 0) return x;
  if (fill) return x.map((value, i) => (Number.isNaN(value) ? fill[i % fill.length] : value));
  const owners = ownersOf(columns);
  const row = Math.floor(first / owners.length) + 1;
  const { name } = owners[first % owners.length];
  throw new DataError(
    `Row ${row} has no number in column '${name}', and nothing was learnt that could stand for it; fill it in, or train with --missing impute`,
    { row, column: name },
  );
}

/** The mean of every feature, NaN left out. A category that is missing is all zeros already. */
function fitFill({ name, x, columns }: Dataset): Float64Array {
  const owners = ownersOf(columns);
  const width = owners.length;
  return Float64Array.from(owners, ({ name: column, categories }, feature) => {
    if (categories) return 0;
    let sum = 0;
    let count = 0;
    for (let i = feature; i < x.length; i += width) {
      if (Number.isNaN(x[i])) continue;
      sum += x[i];
      count++;
    }
    if (!count) {
      throw new DataError(
        `Column '${column}' of '${name}' has no value in any training row, so that its missing values cannot be imputed; remove it`,
        { column },
      );
    }
    return sum / count;
  });
}

/** The column of every feature. */
function ownersOf(columns: readonly Column[]): Column[] {
  return columns.flatMap((column) => column.categories?.map(() => column) ?? [column]);
}
