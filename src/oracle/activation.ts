import { normal } from './normal.ts';
import type { Oracle } from './types.ts';

/** An activation g and its slope g', both from z. */
export interface Activation {
  g(z: number): number;
  slope(z: number): number;
}

function sigmoid(z: number): number {
  return z >= 0 ? 1 / (1 + Math.exp(-z)) : Math.exp(z) / (1 + Math.exp(z));
}

/** The activations by the name that networks use: the five of the notes, then their later kin. */
export const activations: Readonly<Record<string, Activation>> = {
  sigmoid: {
    g: sigmoid,
    slope: (z) => Math.exp(-Math.abs(z)) / (1 + Math.exp(-Math.abs(z))) ** 2,
  },
  tanh: {
    g: Math.tanh,
    slope: (z) => (4 * Math.exp(-2 * Math.abs(z))) / (1 + Math.exp(-2 * Math.abs(z))) ** 2,
  },
  relu: { g: (z) => (z > 0 || Number.isNaN(z) ? z : 0), slope: (z) => (z > 0 ? 1 : 0) },
  leakyRelu: { g: (z) => (z > 0 ? z : 0.01 * z), slope: (z) => (z > 0 ? 1 : 0.01) },
  identity: { g: (z) => z, slope: () => 1 },
  gelu: {
    g: (z) => z * normal(z),
    slope: (z) => normal(z) + (z * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI),
  },
  silu: {
    g: (z) => z * sigmoid(z),
    slope: (z) => sigmoid(z) * (1 + z * sigmoid(-z)),
  },
  elu: { g: (z) => (z > 0 ? z : Math.expm1(z)), slope: (z) => (z > 0 ? 1 : Math.exp(z)) },
  softplus: { g: (z) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))), slope: sigmoid },
};

const byFlag: Record<string, string> = {
  SIGMOID: 'sigmoid',
  TANH: 'tanh',
  RELU: 'relu',
  LEAKY_RELU: 'leakyRelu',
  GELU: 'gelu',
  SILU: 'silu',
  ELU: 'elu',
  SOFTPLUS: 'softplus',
};

function chosen(flags: ReadonlySet<string>): Activation {
  const flag = Object.keys(byFlag).find((name) => flags.has(name));
  return activations[flag ? byFlag[flag] : 'identity'];
}

/** a = g(z). */
export const activation: Oracle = (flags, { count }, { z }) => {
  const { g } = chosen(flags);
  return { a: Float64Array.from({ length: count }, (_, i) => g(z[i])) };
};

/** dz = da * g'(z). */
export const activationGrad: Oracle = (flags, { count }, { da, z }) => {
  const { slope } = chosen(flags);
  return { dz: Float64Array.from({ length: count }, (_, i) => da[i] * slope(z[i])) };
};

/** a = softmax of every row of z: [m, n]. */
export const softmax: Oracle = (_flags, { m, n }, { z }) => {
  const a = new Float64Array(m * n);
  for (let row = 0; row < m; row++) {
    const logits = Float64Array.from(z.subarray(row * n, row * n + n));
    const largest = logits.reduce((x, y) => Math.max(x, y));
    const exps = logits.map((logit) => Math.exp(logit - largest));
    const sum = exps.reduce((x, y) => x + y);
    a.set(
      exps.map((e) => e / sum),
      row * n,
    );
  }
  return { a };
};
