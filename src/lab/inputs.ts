import { Random } from '../random.ts';

/** Sizes that catch guards and strides: 1, primes, a workgroup less one, a workgroup, one more. */
export const COUNTS = [1, 2, 63, 64, 65, 1009];
export const SHAPES: readonly [number, number][] = [
  [1, 1],
  [1, 10],
  [7, 3],
  [64, 2],
  [65, 17],
  [129, 5],
  [3, 257],
];
export const TRIPLES: readonly [number, number, number][] = [
  [1, 1, 1],
  [1, 5, 1],
  [3, 1, 7],
  [7, 3, 5],
  [8, 8, 8],
  [9, 17, 15],
  [1, 300, 2],
  [33, 65, 17],
  [64, 64, 64],
  [65, 2, 63],
  [2, 1024, 3],
];

/** Inputs from the whole range in which the operation stays inside float32, special values first. */
export function numbers(
  random: Random,
  length: number,
  special: readonly number[] = [0, -0, 1, -1],
): Float32Array {
  return Float32Array.from({ length }, (_, i) =>
    i < special.length ? special[i] : random.normal() * 10 ** random.uniform(-3, 1),
  );
}

/** Where activations and losses are easily wrong. */
export const LOGITS = [
  0, 1e-30, -1e-30, 1e-7, -1e-7, 1e-3, 0.2499, 0.2501, -1, 1, 8, -8, 20, -20, 88.6, -88.6, 89, -89, 1000,
  -1000, 1e30, -1e30,
];

/** Targets: one-hot rows. */
export function oneHot(m: number, n: number, random: Random): Float32Array {
  const y = new Float32Array(m * n);
  for (let i = 0; i < m; i++) y[i * n + (random.integer() % n)] = 1;
  return y;
}

/** A schedule of two steps of which the second is due, and the clock that says so. */
export function schedule({
  first = 0,
  shuffleKey = 0,
  dropoutKey = 0,
  learningRate = 0,
  correctionM = 1,
  correctionV = 1,
}): { schedule: Uint32Array; clock: Uint32Array } {
  const table = new Uint32Array(16);
  table.set([first, shuffleKey, dropoutKey], 8);
  new Float32Array(table.buffer).set([learningRate, correctionM, correctionV], 11);
  return { schedule: table, clock: Uint32Array.of(1) };
}
