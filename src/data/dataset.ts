import { DataError, ShapeError, UsageError } from '../errors.ts';
import { type Column, featureCount } from './features.ts';
import { markRows, pickTest } from './split.ts';

/** What is predicted: one of several classes, or numbers. */
export type Task = 'classification' | 'regression';

/** What a data set is made of; see the fields of `Dataset`. */
export interface DatasetFields {
  /** What messages call it. */
  readonly name: string;
  /** The columns that the features come from; one of numbers for each feature if left out. */
  readonly columns?: readonly Column[];
  /** Names of the columns of x. */
  readonly features: readonly string[];
  /** [rows, features], row-major */
  readonly x: Float32Array;
  /** Names of what is predicted: one for a classification, one or more for a regression. */
  readonly targets: readonly string[];
  /** Names of the classes, in the order of their numbers; left out for a regression. */
  readonly classes?: readonly string[];
  /** [rows, outputs], row-major */
  readonly y: Float32Array;
  /** How much each row counts in training, [rows]; all the same if left out. */
  readonly weight?: Float32Array;
}

/**
 * Rows of features and of what is to be predicted from them, all numbers, row-major. What `fit`,
 * `evaluate` and `predict` take.
 *
 * A classification has one column of y for two classes (0 or 1) and one for each of three or more (1
 * at the class of the row, else 0); a regression has one for each target.
 */
export class Dataset {
  /** What messages call it. */
  readonly name: string;
  /** How many examples there are. */
  readonly rows: number;
  /** The columns that the features come from: by default one of numbers for each. */
  readonly columns: readonly Column[];
  /** Names of the columns of x. */
  readonly features: readonly string[];
  /** [rows, features]; NaN where a number is missing, until `applyPreprocessing` puts something in its place */
  readonly x: Float32Array;
  /** Names of the columns that are predicted: one for a classification, one or more for a regression. */
  readonly targets: readonly string[];
  /** Names of the classes, in the order of their numbers; undefined for a regression. */
  readonly classes: readonly string[] | undefined;
  /** [rows, outputs] */
  readonly y: Float32Array;
  /** How much each row counts in training, [rows]; undefined where all count the same. */
  readonly weight: Float32Array | undefined;

  /** @throws ShapeError if x or y are not whole rows, or the columns are not those of the features */
  constructor({ name, columns, features, x, targets, classes, y, weight }: DatasetFields) {
    this.name = name;
    this.columns = columns ?? features.map((feature) => ({ name: feature }));
    this.features = features;
    this.x = x;
    this.targets = targets;
    this.classes = classes;
    this.y = y;
    this.weight = weight;
    this.rows = x.length / features.length;
    if (!Number.isSafeInteger(this.rows) || y.length !== this.rows * this.outputs) {
      throw new ShapeError(
        `'${name}' has ${x.length} numbers of x and ${y.length} of y, which are not rows of ${features.length} features and ${this.outputs} outputs`,
      );
    }
    const expected = featureCount(this.columns);
    if (expected !== features.length) {
      throw new ShapeError(
        `'${name}' has ${features.length} features, but its columns make ${expected}; give the columns that belong to the features`,
      );
    }
  }

  /** A classification from the number of each row's class. */
  static classification(
    fields: Omit<DatasetFields, 'y'> & { classes: readonly string[]; labels: ArrayLike<number> },
  ): Dataset {
    const { labels, ...rest } = fields;
    return new Dataset({ ...rest, y: encode(labels, rest.classes.length) });
  }

  /** Whether classes are predicted, or numbers. */
  get task(): Task {
    return this.classes ? 'classification' : 'regression';
  }

  /** Columns of y: the units of a network's last layer. */
  get outputs(): number {
    if (!this.classes) return this.targets.length;
    return this.classes.length === 2 ? 1 : this.classes.length;
  }

  /** The number of each row's class. @throws UsageError for a regression */
  labels(): Uint32Array {
    if (!this.classes) throw new UsageError(`'${this.name}' is a regression and has no classes`);
    const n = this.outputs;
    return Uint32Array.from({ length: this.rows }, (_, i) =>
      n === 1 ? this.y[i] : this.y.subarray(i * n, i * n + n).indexOf(1),
    );
  }

  /** y with one column for each class, also where there are two: for a softmax of two outputs. */
  oneHot(): Float32Array {
    return this.outputs === 1 && this.classes ? encodeOneHot(this.labels(), 2) : this.y;
  }

  /** These rows, in this order. */
  select(rows: ArrayLike<number>): Dataset {
    const take = (t: Float32Array, width: number) => {
      const taken = new Float32Array(rows.length * width);
      for (let i = 0; i < rows.length; i++)
        taken.set(t.subarray(rows[i] * width, (rows[i] + 1) * width), i * width);
      return taken;
    };
    return new Dataset({
      ...this,
      x: take(this.x, this.features.length),
      y: take(this.y, this.outputs),
      weight: this.weight && take(this.weight, 1),
    });
  }

  /** These rows, in the order of the data. @throws DataError for a row that is not there or twice, or no row */
  pick(rows: ArrayLike<number>): Dataset {
    const marks = markRows(this, rows);
    if (!rows.length) throw new DataError(`The split of '${this.name}' names no row; name one at least`);
    return this.select(Array.from(marks.keys()).filter((row) => marks[row]));
  }

  /** The same rows with other features. @throws ShapeError if x does not fit */
  withX(x: Float32Array, features?: readonly string[]): Dataset {
    return new Dataset({ ...this, x, ...(features && { features, columns: undefined }) });
  }

  /** The same rows with the targets in another unit. @throws ShapeError if y does not fit */
  withY(y: Float32Array): Dataset {
    return new Dataset({ ...this, y });
  }

  /**
   * Two parts: `train` with this share of the rows, `test` with the rest, each in the order of the
   * rows. Every class keeps its share in both.
   * @param options `rest`: what the second part is for, in messages
   * @throws UsageError if the share is not between 0 and 1, DataError if a part would be empty
   */
  split(
    trainShare: number,
    { seed = 1, rest = 'test' }: { seed?: number; rest?: string } = {},
  ): { train: Dataset; test: Dataset } {
    if (!(trainShare > 0 && trainShare < 1)) {
      throw new UsageError(`A split gives a share between 0 and 1 to training, not ${trainShare}`);
    }
    return this.splitAt(pickTest(this, 1 - trainShare, seed), rest);
  }

  /** The rows of `testRows` (from 0), and all others. @throws DataError for a row that is not there, or twice */
  splitAt(testRows: ArrayLike<number>, rest = 'test'): { train: Dataset; test: Dataset } {
    const isTest = markRows(this, testRows);
    const all = Array.from({ length: this.rows }, (_, i) => i);
    const parts = {
      train: all.filter((i) => !isTest[i]),
      test: all.filter((i) => isTest[i]),
    };
    for (const [part, rows] of Object.entries(parts)) {
      if (!rows.length)
        throw new DataError(
          `The split of '${this.name}' leaves no row to ${part === 'test' ? rest : part}; it has ${this.rows} rows, so divide them otherwise`,
        );
    }
    return { train: this.select(parts.train), test: this.select(parts.test) };
  }
}

function encode(labels: ArrayLike<number>, classes: number): Float32Array {
  return classes === 2 ? Float32Array.from(labels) : encodeOneHot(labels, classes);
}

function encodeOneHot(labels: ArrayLike<number>, classes: number): Float32Array {
  const y = new Float32Array(labels.length * classes);
  for (let i = 0; i < labels.length; i++) y[i * classes + labels[i]] = 1;
  return y;
}
