import { largest } from './targets.ts';

/**
 * - `binary`: one output, right on its side of 1/2.
 * - `classes`: one output for each class, the largest is the prediction.
 * - `labels`: several outputs, each a yes or no of its own (multi-label).
 * - `regression`: numbers.
 */
export type Kind = 'binary' | 'classes' | 'labels' | 'regression';

/**
 * How good the outputs are. `loss` is what training lowers, the mean over the rows; the rest as the task has it, for a
 * regression in the unit of the targets as they came.
 */
export interface Metrics {
  /** Mean over the rows, without penalties. */
  readonly loss: number;
  /** Share of rows (of outputs, where each is a label of its own) that are right. */
  readonly accuracy?: number;
  /** Of class 1 where there are two classes; else the mean over the classes or labels (macro average). */
  readonly precision?: number;
  /** Of the same. */
  readonly recall?: number;
  /** Of the same: 2 precision recall / (precision + recall). */
  readonly f1?: number;
  /** Area under the ROC curve, by ranks; several classes one against the rest, averaged. Undefined without both kinds. */
  readonly auc?: number;
  /** Rows by actual class (down) and predicted class (across). */
  readonly confusion?: readonly (readonly number[])[];
  /** Coefficient of determination, the mean over the targets. */
  readonly r2?: number;
  /** Mean absolute error, over rows and targets. */
  readonly mae?: number;
  /** Mean squared error, over rows and targets. */
  readonly mse?: number;
}

/** Everything but the loss, in double precision. `outputs` and `y`: [rows, n]. */
export function score(
  outputs: ArrayLike<number>,
  { rows, y }: { rows: number; y: ArrayLike<number> },
  kind: Kind,
): Omit<Metrics, 'loss'> {
  const n = y.length / rows;
  const column = (t: ArrayLike<number>, j: number) =>
    Float64Array.from({ length: rows }, (_, i) => t[i * n + j]);
  if (kind === 'regression') return { r2: r2(outputs, y, n), ...errorsOf(outputs, y) };
  const aucs = Array.from({ length: n }, (_, j) => auc(column(outputs, j), column(y, j)));
  if (kind === 'labels') {
    const each = aucs.map((_, j) => confusionOf(sides(column(outputs, j)), sides(column(y, j)), 2));
    const right = each.reduce((sum, matrix) => sum + matrix[0][0] + matrix[1][1], 0);
    const rates = each.map((matrix) => ratesOf(matrix, 1));
    return { accuracy: right / (rows * n), ...averaged(rates), auc: average(aucs) };
  }
  const classes = kind === 'binary' ? 2 : n;
  const pick = (t: ArrayLike<number>) => (kind === 'binary' ? sides(t) : largest(t, rows, n));
  const confusion = confusionOf(pick(outputs), pick(y), classes);
  const right = confusion.reduce((sum, row, i) => sum + row[i], 0);
  const rates = kind === 'binary' ? [ratesOf(confusion, 1)] : confusion.map((_, i) => ratesOf(confusion, i));
  return { accuracy: right / rows, ...averaged(rates), auc: average(aucs), confusion };
}

/** The mean in double precision. */
export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
}

const sides = (t: ArrayLike<number>) => Uint32Array.from(t, (value) => Number(value > 0.5));

function confusionOf(predicted: Uint32Array, actual: Uint32Array, classes: number): number[][] {
  const counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  actual.forEach((row, i) => counts[row][predicted[i]]++);
  return counts;
}

interface Rates {
  precision: number;
  recall: number;
  f1: number;
}

/** Of one class; 0 where there is nothing to divide by, as scikit-learn has it. */
function ratesOf(confusion: readonly (readonly number[])[], of: number): Rates {
  const hits = confusion[of][of];
  const actual = confusion[of].reduce((a, b) => a + b, 0);
  const predicted = confusion.reduce((sum, row) => sum + row[of], 0);
  return {
    precision: predicted && hits / predicted,
    recall: actual && hits / actual,
    f1: actual + predicted && (2 * hits) / (actual + predicted),
  };
}

function averaged(rates: readonly Rates[]): Rates {
  return {
    precision: mean(rates.map(({ precision }) => precision)),
    recall: mean(rates.map(({ recall }) => recall)),
    f1: mean(rates.map(({ f1 }) => f1)),
  };
}

function average(values: readonly (number | undefined)[]): number | undefined {
  return values.every((value) => value !== undefined) ? mean(values as number[]) : undefined;
}

/** The chance that a random row of the positives scores above one of the negatives; ties count one half. */
function auc(scores: Float64Array, y: Float64Array): number | undefined {
  const order = Uint32Array.from(scores, (_, i) => i).sort((a, b) => scores[a] - scores[b]);
  let positives = 0;
  let rankSum = 0;
  for (let start = 0; start < order.length;) {
    let end = start;
    while (end < order.length && scores[order[end]] === scores[order[start]]) end++;
    for (let i = start; i < end; i++) {
      if (y[order[i]] <= 0.5) continue;
      positives++;
      rankSum += (start + 1 + end) / 2;
    }
    // What is not a number equals nothing, itself neither.
    start = Math.max(end, start + 1);
  }
  const negatives = order.length - positives;
  if (!positives || !negatives) return undefined;
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}

function errorsOf(outputs: ArrayLike<number>, y: ArrayLike<number>): { mae: number; mse: number } {
  let [absolute, squares] = [0, 0];
  for (let i = 0; i < y.length; i++) {
    absolute += Math.abs(outputs[i] - y[i]);
    squares += (outputs[i] - y[i]) ** 2;
  }
  return { mae: absolute / y.length, mse: squares / y.length };
}

/** 1 - (sum of squared errors) / (sum of squared deviations from the mean), averaged over the targets. */
function r2(outputs: ArrayLike<number>, y: ArrayLike<number>, n: number): number {
  const rows = y.length / n;
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

/** What the outputs of a network are, by the loss it is trained with and whether there are classes. */
export function kindOf(
  { y, rows }: { y: ArrayLike<number>; rows: number },
  { loss, accuracy }: { loss: string; accuracy: boolean },
): Kind {
  if (!accuracy) return 'regression';
  if (y.length === rows) return 'binary';
  return loss === 'binaryCrossEntropy' ? 'labels' : 'classes';
}
