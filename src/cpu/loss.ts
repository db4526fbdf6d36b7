import { type Loss, lossFactors } from '../network/layers.ts';

/** What the loss of a row needs: all rows, [m, n]. */
export interface Outputs {
  readonly loss: Loss;
  readonly huberDelta: number;
  readonly n: number;
  readonly z: Float32Array;
  readonly a: Float32Array;
  readonly y: Float32Array;
}

/** What the loss of a batch needs. */
export interface LossInput extends Outputs {
  readonly m: number;
  /** [m] */
  readonly weight: Float32Array | undefined;
}

/** The mean loss of the batch: each row by its own formula, times its weight. */
export function lossOf(input: LossInput): number {
  const { loss, m, n, weight } = input;
  const { share } = lossFactors(loss, m, n);
  let total = 0;
  for (let row = 0; row < m; row++) {
    total += lossOfRow(input, row) * (weight ? weight[row] : 1);
  }
  return (share * total) / m;
}

/** The loss of one row, without its weight and before `share` of `lossFactors`. */
export function lossOfRow(input: Outputs, row: number): number {
  const sum = input.loss === 'softmaxCrossEntropy' ? crossEntropy : sumOf;
  return sum(input, row * input.n);
}

/** a - y, no further from 0 than delta for Huber's loss, times the weight of the row: into `out` [m, n]. */
export function outputGrad({ loss, huberDelta, m, n, a, y, weight }: LossInput, out: Float32Array): void {
  for (let i = 0; i < m * n; i++) {
    let d = a[i] - y[i];
    if (loss === 'huber' && Math.abs(d) > huberDelta) d = Math.sign(d) * huberDelta;
    out[i] = d * (weight ? weight[Math.floor(i / n)] : 1);
  }
}

function crossEntropy({ z, y, n }: Outputs, start: number): number {
  let top = start;
  for (let j = start; j < start + n; j++) if (z[j] > z[top]) top = j;
  let others = 0;
  for (let j = start; j < start + n; j++) if (j !== top) others += Math.exp(z[j] - z[top]);
  const logSum = Math.log1p(others);
  let sum = 0;
  for (let j = start; j < start + n; j++) sum += y[j] * (z[top] - z[j] + logSum);
  return sum;
}

function sumOf({ loss, huberDelta: delta, z, a, y, n }: Outputs, start: number): number {
  let sum = 0;
  for (let j = start; j < start + n; j++) {
    if (loss === 'binaryCrossEntropy') {
      sum += Math.max(z[j], 0) - z[j] * y[j] + Math.log1p(Math.exp(-Math.abs(z[j])));
      continue;
    }
    const size = Math.abs(a[j] - y[j]);
    if (loss === 'huber') sum += size <= delta ? (size * size) / 2 : delta * (size - delta / 2);
    else sum += size * size;
  }
  return sum;
}

/** Share of the batch that is right: by the largest output, or each output by its side of 1/2. */
export function accuracyOf({ loss, m, n, a, y }: LossInput): number {
  let right = 0;
  for (let start = 0; start < m * n; start += n) {
    if (n === 1 || loss === 'binaryCrossEntropy') {
      for (let j = start; j < start + n; j++) right += Number(a[j] > 0.5 === y[j] > 0.5) / n;
      continue;
    }
    let predicted = start;
    let actual = start;
    for (let j = start; j < start + n; j++) {
      if (a[j] > a[predicted]) predicted = j;
      if (y[j] > y[actual]) actual = j;
    }
    right += Number(predicted === actual);
  }
  return right / m;
}
