import type { Examples } from '../network/resident.ts';

/** How good the outputs are. `loss` is the mean over the rows; the rest as the task has it. */
export interface Metrics {
  readonly loss: number;
  /** Share of rows (of outputs, where several are judged apart) that are right: classification. */
  readonly accuracy?: number;
  /** Coefficient of determination, the mean over the targets: regression. */
  readonly r2?: number;
}

/** The mean in double precision. */
export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
}

/** Share of rows whose largest output is at the largest target; for one output, or several apart, the side of 1/2. */
export function accuracy(
  outputs: Float32Array,
  { rows, y }: Pick<Examples, 'rows' | 'y'>,
  apart: boolean,
): number {
  const n = y.length / rows;
  let right = 0;
  for (let i = 0; i < rows; i++) {
    if (apart || n === 1) {
      for (let j = i * n; j < (i + 1) * n; j++) right += Number(outputs[j] > 0.5 === y[j] > 0.5) / n;
      continue;
    }
    const largest = (t: Float32Array) => {
      let best = 0;
      for (let j = 1; j < n; j++) if (t[i * n + j] > t[i * n + best]) best = j;
      return best;
    };
    right += Number(largest(outputs) === largest(y));
  }
  return right / rows;
}

/** 1 - (sum of squared errors) / (sum of squared deviations from the mean), averaged over the targets. */
export function r2(outputs: Float32Array, { rows, y }: Pick<Examples, 'rows' | 'y'>): number {
  const n = y.length / rows;
  let total = 0;
  for (let j = 0; j < n; j++) {
    let sum = 0;
    for (let i = 0; i < rows; i++) sum += y[i * n + j];
    let errors = 0;
    let deviations = 0;
    for (let i = 0; i < rows; i++) {
      errors += (outputs[i * n + j] - y[i * n + j]) ** 2;
      deviations += (y[i * n + j] - sum / rows) ** 2;
    }
    total += deviations === 0 ? Number(errors === 0) : 1 - errors / deviations;
  }
  return total / n;
}
