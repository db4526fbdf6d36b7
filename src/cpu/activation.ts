import type { Activation } from '../network/layers.ts';

/** g(z) and its slope, both from z, right over all of float32. */
interface Pair {
  g(z: number): number;
  slope(z: number): number;
}

const sigmoid = (z: number) => {
  const e = Math.exp(-Math.abs(z));
  return (z >= 0 ? 1 : e) / (1 + e);
};

/** Phi of the normal distribution, by the fit of erfc whose relative error is below 1.2e-7 everywhere. */
function phi(z: number): number {
  const x = Math.abs(z) * Math.SQRT1_2;
  const t = 1 / (1 + x / 2);
  const p =
    t *
    (1.00002368 +
      t *
        (0.37409196 +
          t *
            (0.09678418 +
              t *
                (-0.18628806 +
                  t *
                    (0.27886807 +
                      t * (-1.13520398 + t * (1.48851587 + t * (-0.82215223 + t * 0.17087277))))))));
  const tail = 0.5 * t * Math.exp(-x * x - 1.26551223 + p);
  return z >= 0 ? 1 - tail : tail;
}

/** The activations of the `cpu` plan; softmax goes by rows and is not among them. */
export const activations: Readonly<Record<Exclude<Activation, 'softmax'>, Pair>> = {
  sigmoid: {
    g: sigmoid,
    slope: (z) => {
      const e = Math.exp(-Math.abs(z));
      return e / ((1 + e) * (1 + e));
    },
  },
  tanh: {
    g: Math.tanh,
    slope: (z) => {
      const e = Math.exp(-2 * Math.abs(z));
      return (4 * e) / ((1 + e) * (1 + e));
    },
  },
  // What is not finite passes: a diverged network must show.
  relu: { g: (z) => (z > 0 || !Number.isFinite(z) ? z : 0), slope: (z) => (z > 0 ? 1 : 0) },
  leakyRelu: { g: (z) => (z > 0 ? z : 0.01 * z), slope: (z) => (z > 0 ? 1 : 0.01) },
  identity: { g: (z) => z, slope: () => 1 },
  gelu: {
    g: (z) => z * phi(z),
    slope: (z) => phi(z) + (z * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI),
  },
  silu: { g: (z) => z * sigmoid(z), slope: (z) => sigmoid(z) * (1 + z * sigmoid(-z)) },
  elu: { g: (z) => (z > 0 ? z : Math.expm1(z)), slope: (z) => (z > 0 ? 1 : Math.exp(z)) },
  softplus: { g: (z) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))), slope: sigmoid },
};

/** a = softmax of every row of z: [m, n]. */
export function softmax(z: Float32Array, a: Float32Array, m: number, n: number): void {
  for (let start = 0; start < m * n; start += n) {
    let largest = z[start];
    for (let j = 1; j < n; j++) largest = Math.max(largest, z[start + j]);
    let sum = 0;
    for (let j = 0; j < n; j++) sum += Math.exp(z[start + j] - largest);
    for (let j = 0; j < n; j++) a[start + j] = Math.exp(z[start + j] - largest) / sum;
  }
}
