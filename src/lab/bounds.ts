import type { Numbers } from '../oracle/index.ts';

/**
 * How far a GPU may be from the oracle, derived from the operation and from the accuracy that WGSL
 * promises (its section "Floating Point Accuracy"), never from a constant that was loosened until it
 * passed. EPSILON is one step of float32, because WGSL allows either neighbour.
 */
export const EPSILON = 2 ** -23;

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

/** Relative error of each g(z), and of each slope, in the form that shaders/lib/activation.wgsl computes. */
export const activationError: Record<string, { g(z: number): number; slope(z: number): number }> = {
  SIGMOID: {
    // e / (1 + e) or 1 / (1 + e): the error of e counts once above, and below as far as it moves 1 + e.
    g: (z) => {
      const e = Math.exp(-Math.abs(z));
      return expError(z) * (z < 0 ? 1 : e / (1 + e)) + 4 * EPSILON;
    },
    slope: (z) => 2 * expError(z) + 6 * EPSILON,
  },
  TANH: {
    // Below 1/4 a polynomial of a few roundings and a rest of 1e-8; above, (1 - e) / (1 + e).
    g: (z) => {
      const size = Math.abs(z);
      if (size < 0.25) return 6 * EPSILON;
      const e = Math.exp(-2 * size);
      return (expError(2 * size) + EPSILON * 2 * size) * ((2 * e) / (1 - e * e)) + 6 * EPSILON;
    },
    slope: (z) => 2 * expError(2 * z) + 8 * EPSILON,
  },
  RELU: { g: () => 0, slope: () => 0 },
  LEAKY_RELU: { g: () => EPSILON, slope: () => EPSILON },
};

/** Sum of |a||b| for each output of a matmul: the scale of its error. */
export function magnitudes(values: Numbers): Float64Array {
  return Float64Array.from(values, Math.abs);
}
