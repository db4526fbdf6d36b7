import { EPSILON, TINY, gamma } from '../lab/bounds.ts';

/**
 * How far a number may be from what is wanted: so many units in the last place (of float32, at the number wanted), or
 * a bound, alike for all or for each by its index. 0 allows nothing.
 */
export type Tolerance = { readonly ulps: number } | { readonly bound: number | ((index: number) => number) };

/** The unit in the last place of float32 at x: the distance to the next larger number. */
export function ulp(x: number): number {
  const size = Math.abs(Math.fround(x));
  if (size < TINY) return 2 ** -149;
  let exponent = Math.floor(Math.log2(size));
  // log2 rounds: just below a power of two it may say the power itself.
  if (2 ** exponent > size) exponent--;
  return 2 ** exponent * EPSILON;
}

/**
 * The bound of a sum of products in float32, in any order, fused or not: gamma(terms) times the sum of |a||b|, with
 * one step of float32 for each rounding, as WGSL allows, and what flushing subnormals may lose.
 * @param terms products in the sum
 * @param magnitude the sum of |a||b| for each result, by its index
 */
export function sumOfProducts(
  terms: number,
  magnitude: ArrayLike<number> | ((index: number) => number),
): { readonly bound: (index: number) => number } {
  const of = typeof magnitude === 'function' ? magnitude : (index: number) => magnitude[index];
  return { bound: (index) => gamma(terms + 1) * of(index) + (terms + 1) * TINY };
}

/** The bound of each number, by its index. */
export function boundOf(tolerance: Tolerance, want: ArrayLike<number>): (index: number) => number {
  if ('ulps' in tolerance)
    return (index) => (Number.isFinite(want[index]) ? tolerance.ulps * ulp(want[index]) : 0);
  const { bound } = tolerance;
  return typeof bound === 'function' ? bound : () => bound;
}
