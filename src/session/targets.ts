import { DataError, ShapeError, UsageError } from '../errors.ts';
import type { Loss } from '../network/layers.ts';
import type { Examples } from '../network/residentData.ts';
import type { Run } from './decide.ts';
import type { FitOptions } from './options.ts';

/**
 * Sees that numbers can be trained on: finite everywhere, and targets that the loss is defined for.
 * @throws DataError naming row and column (from 1), ShapeError for weights that are not one per row
 */
export function checkExamples({ rows, x, y, weight }: Examples, loss: Loss): void {
  const place = (i: number, width: number) => ({
    row: Math.floor(i / width) + 1,
    column: (i % width) + 1,
  });
  const refuse = (array: string, i: number, width: number, value: number, what: string): never => {
    const { row, column } = place(i, width);
    throw new DataError(`${array} holds ${value} in row ${row}, column ${column}; ${what}`, { row, column });
  };
  for (const [name, values] of Object.entries({ x, y })) {
    const wrong = values.findIndex((value) => !Number.isFinite(value));
    if (wrong >= 0) refuse(name, wrong, values.length / rows, values[wrong], 'training needs finite numbers');
  }
  const outputs = y.length / rows;
  if (loss === 'binaryCrossEntropy') {
    const wrong = y.findIndex((value) => value !== 0 && value !== 1);
    if (wrong >= 0) refuse('y', wrong, outputs, y[wrong], 'the targets of binaryCrossEntropy are 0 or 1');
  }
  if (loss === 'softmaxCrossEntropy') {
    const negative = y.findIndex((value) => value < 0);
    if (negative >= 0)
      refuse('y', negative, outputs, y[negative], 'the targets of softmaxCrossEntropy are probabilities');
    for (let row = 0; row < rows; row++) {
      const sum = y.subarray(row * outputs, (row + 1) * outputs).reduce((a, b) => a + b, 0);
      // Probabilities written with three decimals may miss 1 by that much.
      if (Math.abs(sum - 1) > 1e-3)
        throw new DataError(
          `The targets of row ${row + 1} sum to ${sum}; those of softmaxCrossEntropy are probabilities and sum to 1`,
          { row: row + 1 },
        );
    }
  }
  if (!weight) return;
  if (weight.length !== rows)
    throw new ShapeError(`There are ${weight.length} weights for ${rows} rows; each row has one`);
  const wrong = weight.findIndex((value) => !(value >= 0 && Number.isFinite(value)));
  if (wrong >= 0)
    throw new DataError(`The weight of row ${wrong + 1} is ${weight[wrong]}; weights are at least 0`, {
      row: wrong + 1,
    });
}

/** Targets with label smoothing: y (1 - s) + s / k of k classes; s / 2 where each output is a yes or no. */
export function smoothed(y: Float32Array, outputs: number, loss: Loss, smoothing: number): Float32Array {
  if (smoothing === 0) return y;
  if (loss !== 'softmaxCrossEntropy' && loss !== 'binaryCrossEntropy')
    throw new UsageError(`labelSmoothing is for cross-entropy losses, not for ${loss}`);
  const share = loss === 'softmaxCrossEntropy' ? smoothing / outputs : smoothing / 2;
  return y.map((value) => value * (1 - smoothing) + share);
}

/** Targets as the loss gets to see them. */
export function smooth(examples: Examples, { method }: Run, { labelSmoothing = 0 }: FitOptions): Examples {
  const { rows, y } = examples;
  return { ...examples, y: smoothed(y, y.length / rows, method.loss, labelSmoothing) };
}

/** The rows as they are trained on: targets smoothed, each row weighted by its class. */
export function trainedOn(data: Examples, run: Run, options: FitOptions): Examples {
  return { ...smooth(data, run, options), weight: weightsOf(data, options.classWeight) };
}

/** A weight for each class, or `balanced`: the same sum for each, rows / (classes count), as in scikit-learn. */
export type ClassWeight = 'balanced' | readonly number[];

/**
 * The weight of every row: its own, times that of its class. `balanced` gives each class the same sum,
 * rows / (classes count), as in scikit-learn.
 * @throws UsageError if the targets are no classes, or there is not one weight for each
 */
export function weightsOf(
  { rows, y, weight }: Examples,
  classWeight: ClassWeight | undefined,
): Float32Array | undefined {
  if (classWeight === undefined) return weight;
  const outputs = y.length / rows;
  const classes = Math.max(2, outputs);
  const of = outputs === 1 ? Uint32Array.from(y, (value) => Number(value > 0.5)) : largest(y, rows, outputs);
  const counts = new Array<number>(classes).fill(0);
  of.forEach((label) => counts[label]++);
  const weights =
    classWeight === 'balanced' ? counts.map((count) => rows / (classes * Math.max(1, count))) : classWeight;
  if (weights.length !== classes || !weights.every((value) => value >= 0 && Number.isFinite(value)))
    throw new UsageError(
      `classWeight has one number of at least 0 for each of the ${classes} classes, not ${weights.join(', ')}`,
    );
  return Float32Array.from(of, (label, i) => weights[label] * (weight?.[i] ?? 1));
}

/** The column of the largest number in each row, the first of equals. */
export function largest(t: ArrayLike<number>, rows: number, n: number): Uint32Array {
  return Uint32Array.from({ length: rows }, (_, i) => {
    let best = 0;
    for (let j = 1; j < n; j++) if (t[i * n + j] > t[i * n + best]) best = j;
    return best;
  });
}
