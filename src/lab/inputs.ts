import { Random } from '../random.ts';

/** Sizes that catch guards and strides: 1, primes, a workgroup less one, a workgroup, one more. */
export const COUNTS = [1, 2, 63, 64, 65, 128, 1009];
/** The same, and long: several rounds of every stride. */
export const LENGTHS = [...COUNTS, 127, 129, 4096, 4099];
export const SHAPES: readonly [number, number][] = [
  [1, 1],
  [1, 10],
  [7, 3],
  [64, 2],
  [65, 17],
  [129, 5],
  [3, 257],
  [63, 4],
  [4099, 1],
  [1, 4099],
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
/**
 * For matmuls, where a tile was 8 x 4 when these were chosen (cases/products.ts adds those of the others) and a workgroup has 64
 * numbers or tiles: one less, as many and one more of each; primes; very long and thin, in each direction; k = 1 and k large.
 */
export const EXACT_TRIPLES: readonly [number, number, number][] = [
  [1, 1, 1],
  [1, 2, 3],
  [7, 3, 3],
  [8, 2, 4],
  [9, 4, 5],
  [7, 5, 8],
  [16, 1, 9],
  [17, 13, 19],
  [1, 1, 63],
  [64, 3, 1],
  [5, 7, 13],
  [13, 2, 64],
  [65, 1, 33],
  [31, 37, 41],
  // 64 tiles and 65.
  [64, 5, 32],
  [65, 5, 31],
  [8, 3, 257],
  [1, 4099, 1],
  [1, 1, 4099],
  [5000, 1, 3],
  [3, 1, 1009],
  [2, 4096, 5],
  [9, 4096, 4],
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

/** Normally distributed about 0: what the statistical bound asks for. */
export function normals(random: Random, length: number): Float32Array {
  return Float32Array.from({ length }, () => random.normal());
}

/** Of either sign and any size from 10^-decades to 10^decades, with zeros among them. */
export function wide(random: Random, length: number, decades: number): Float32Array {
  return Float32Array.from({ length }, () => {
    if (random.integer() % 8 === 0) return 0;
    return (random.integer() & 1 ? 1 : -1) * 10 ** random.uniform(-decades, decades);
  });
}

/** Whole numbers from -most to most. */
export function integers(random: Random, length: number, most: number): Float32Array {
  const steps = 2 * most + 1;
  return Float32Array.from({ length }, () => (random.integer() % steps) - most);
}

/** One of these, at random. */
export function choices(random: Random, length: number, values: readonly number[]): Float32Array {
  return Float32Array.from({ length }, () => values[random.integer() % values.length]);
}

/** Where activations and losses are easily wrong. */
export const LOGITS = [
  0, 1e-30, -1e-30, 1e-7, -1e-7, 1e-3, 0.2499, 0.25, -0.25, 0.2501, 0.4999, -0.4999, -0.5, -0.5001, -1, 1, 8,
  -8, 20, -20, 88.6, -88.6, 89, -89, 1000, -1000, 1e30, -1e30,
];

/** Targets: one-hot rows. */
export function oneHot(m: number, n: number, random: Random): Float32Array {
  const y = new Float32Array(m * n);
  for (let i = 0; i < m; i++) y[i * n + (random.integer() % n)] = 1;
  return y;
}

/**
 * A schedule of two steps of which the second is due, and the clock that says so. Behind its one number
 * lies another, lest a wrong index be right by chance: a device reads the last one for what is out of bounds.
 */
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
  return { schedule: table, clock: Uint32Array.of(1, 0) };
}
