import { ShapeError } from '../errors.ts';

/** Mean and standard deviation of every column: features, or the targets of a regression. */
export interface Standardization {
  /** [columns] */
  readonly mean: Float64Array;
  /** [columns], never 0 */
  readonly std: Float64Array;
}

/**
 * Mean and population standard deviation of the columns of x, in double. A constant column gets its
 * value as mean and 1 as deviation, so that it becomes exactly 0.
 * @param x [rows, columns]
 * @throws ShapeError if x is not whole rows, or has none
 */
export function fitStandardization(x: Float32Array, columns: number): Standardization {
  const rows = x.length / columns;
  if (!Number.isSafeInteger(rows) || rows < 1) throw notRows(x, columns);
  const described = Array.from({ length: columns }, (_, c) => describe(x, columns, c));
  return {
    mean: Float64Array.from(described, ({ mean }) => mean),
    std: Float64Array.from(described, ({ std }) => std),
  };
}

/**
 * (x - mean) / std, column by column.
 * @param x [rows, columns]
 * @returns [rows, columns]
 * @throws ShapeError if x is not whole rows of these columns
 */
export function standardize(x: Float32Array, { mean, std }: Standardization): Float32Array {
  const columns = mean.length;
  if (x.length % columns) throw notRows(x, columns);
  return x.map((value, i) => (value - mean[i % columns]) / std[i % columns]);
}

/**
 * What `standardize` made, as it was before, in double.
 * @param t [rows, columns]
 * @param standardization undefined if nothing was done
 * @returns [rows, columns]
 */
export function unstandardize<T extends ArrayLike<number>>(
  t: T,
  standardization: Standardization | undefined,
): T | Float64Array {
  if (!standardization) return t;
  const { mean, std } = standardization;
  const columns = mean.length;
  return Float64Array.from(t, (value, i) => value * std[i % columns] + mean[i % columns]);
}

function describe(x: Float32Array, columns: number, column: number): { mean: number; std: number } {
  const rows = x.length / columns;
  let sum = 0;
  let constant = true;
  for (let i = column; i < x.length; i += columns) {
    sum += x[i];
    constant &&= x[i] === x[column];
  }
  // Asked of the values, since rounding can leave a small deviation to equal numbers.
  if (constant) return { mean: x[column], std: 1 };
  const mean = sum / rows;
  let squares = 0;
  for (let i = column; i < x.length; i += columns) squares += (x[i] - mean) ** 2;
  return { mean, std: Math.sqrt(squares / rows) };
}

function notRows(x: Float32Array, columns: number): ShapeError {
  return new ShapeError(
    `x has ${x.length} numbers, which are not one or more rows of ${columns} features; take the features of the data that it belongs to`,
  );
}
