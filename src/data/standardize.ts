import { ShapeError } from '../errors.ts';

/** Mean and standard deviation of every feature. */
export interface Standardization {
  /** [features] */
  readonly mean: Float64Array;
  /** [features], never 0 */
  readonly std: Float64Array;
}

/**
 * Mean and population standard deviation of the columns of x, in double. A constant column gets its
 * value as mean and 1 as deviation, so that it becomes exactly 0.
 * @param x [rows, features]
 * @throws ShapeError if x is not whole rows, or has none
 */
export function fitStandardization(x: Float32Array, features: number): Standardization {
  const rows = x.length / features;
  if (!Number.isSafeInteger(rows) || rows < 1) throw notRows(x, features);
  const columns = Array.from({ length: features }, (_, c) => describe(x, features, c));
  return {
    mean: Float64Array.from(columns, ({ mean }) => mean),
    std: Float64Array.from(columns, ({ std }) => std),
  };
}

/**
 * (x - mean) / std, column by column.
 * @param x [rows, features]
 * @returns [rows, features]
 * @throws ShapeError if x is not whole rows of these features
 */
export function standardize(x: Float32Array, { mean, std }: Standardization): Float32Array {
  const features = mean.length;
  if (x.length % features) throw notRows(x, features);
  return x.map((value, i) => (value - mean[i % features]) / std[i % features]);
}

function describe(x: Float32Array, features: number, column: number): { mean: number; std: number } {
  const rows = x.length / features;
  let sum = 0;
  let constant = true;
  for (let i = column; i < x.length; i += features) {
    sum += x[i];
    constant &&= x[i] === x[column];
  }
  // Asked of the values, since rounding can leave a small deviation to equal numbers.
  if (constant) return { mean: x[column], std: 1 };
  const mean = sum / rows;
  let squares = 0;
  for (let i = column; i < x.length; i += features) squares += (x[i] - mean) ** 2;
  return { mean, std: Math.sqrt(squares / rows) };
}

function notRows(x: Float32Array, features: number): ShapeError {
  return new ShapeError(
    `x has ${x.length} numbers, which are not one or more rows of ${features} features; take the features of the data that it belongs to`,
  );
}
