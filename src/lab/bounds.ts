import type { Numbers } from '../oracle/index.ts';

/**
 * How far a GPU may be from the oracle, derived from the operation and from the accuracy that WGSL
 * promises (its section "Floating Point Accuracy"), never from a constant that was loosened until it
 * passed; docs/numerics.md has the derivations. EPSILON is one step of float32, because WGSL allows
 * either neighbour.
 */
export const EPSILON = 2 ** -23;

/** Rounding to the nearest errs by half a step. */
export const UNIT = 2 ** -24;

/** What flushing a subnormal may lose, for each operation. */
export const TINY = 2 ** -126;

/** gamma_n = n e / (1 - n e): the relative error of n roundings (Higham 2002, chapter 3). */
export function gamma(n: number): number {
  return (n * EPSILON) / (1 - n * EPSILON);
}

/** Relative error of exp(x). */
export function expError(x: number): number {
  return (3 + 2 * Math.abs(x)) * EPSILON;
}

/** Sum of |a||b| for each output of a matmul: the scale of its error. */
export function magnitudes(values: Numbers): Float64Array {
  return Float64Array.from(values, Math.abs);
}

/** Most numbers that one suite compares by the statistical bound. */
export const MOST_COMPARED = 1e6;

/** The chance that one correct suite fails by the statistical bound. */
const ALPHA = 1e-6;

/** lambda = sqrt(2 ln(2 N / alpha)): how many standard deviations N comparisons stay within (Hoeffding). */
export const LAMBDA = Math.sqrt(2 * Math.log((2 * MOST_COMPARED) / ALPHA));
