import { activations } from '../oracle/activation.ts';
import { EPSILON, TINY, expError } from './bounds.ts';

/** How far g(z) and its slope may be from the oracle's, in the form that shaders/lib/activation.wgsl computes. */
export interface ActivationBound {
  g(z: number): number;
  slope(z: number): number;
}

const { sigmoid, tanh, gelu, silu, elu, softplus, leakyRelu } = activations;

/** How far the leak of leaky ReLU is from 0.01 in float32. Relative. */
const LEAK_ERROR = Math.abs(Math.fround(0.01) / 0.01 - 1);

/** e / (1 + e) or 1 / (1 + e): the error of e counts once above, and below as far as it moves 1 + e. Relative. */
function sigmoidError(z: number): number {
  const e = Math.exp(-Math.abs(z));
  return expError(z) * (z < 0 ? 1 : e / (1 + e)) + 4 * EPSILON;
}

/** Below 1/4 a polynomial of a few roundings and a rest of 1e-8; above, (1 - e) / (1 + e). Relative. */
function tanhError(z: number): number {
  const size = Math.abs(z);
  if (size < 0.25) return 6 * EPSILON;
  const e = Math.exp(-2 * size);
  return (expError(2 * size) + EPSILON * 2 * size) * ((2 * e) / (1 - e * e)) + 6 * EPSILON;
}

/** The coefficients of the fit of erfc, from t^0 up, as the shader has them. */
const FIT = [
  0, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223,
  0.17087277,
];

/**
 * The error of Phi(z): that of the fit (1.2e-7) and of its exponent, whose polynomial is followed by a
 * running error analysis of Horner's rule (Higham 2002, section 5.1).
 */
function phiError(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + x / 2);
  let p = 0;
  let error = 0;
  let slope = 0;
  for (const c of [...FIT].reverse()) {
    slope = slope * t + p;
    const product = p * t;
    p = product + c;
    error = error * t + EPSILON * (Math.abs(product) + Math.abs(p));
  }
  const exponent = -x * x - 1.26551223 + p;
  const drift =
    5 * EPSILON * (x * x + t * Math.abs(slope)) + 2 * EPSILON * (x * x + 1.27 + Math.abs(exponent));
  const tail = (t * Math.exp(exponent)) / 2;
  const relative = 1.2e-7 + drift + error + expError(exponent) + 7 * EPSILON;
  return tail * relative + (z >= 0 ? EPSILON : 0) + TINY;
}

/** The part z phi(z) of the slope of GELU, and its error. */
function density(z: number): { value: number; error: number } {
  const value = Math.abs(z * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI);
  return { value, error: value * (expError((z * z) / 2) + 2 * EPSILON * z * z + 4 * EPSILON) };
}

const relative =
  (value: (z: number) => number, error: (z: number) => number) =>
  (z: number): number =>
    Math.abs(value(z)) * error(z) + TINY;
const exact = () => 0;

/** By the kernel's flag; the identity, which has none, is exact. */
export const activationBounds: Readonly<Record<string, ActivationBound>> = {
  SIGMOID: {
    g: relative(sigmoid.g, sigmoidError),
    slope: relative(sigmoid.slope, (z) => 2 * expError(z) + 6 * EPSILON),
  },
  TANH: {
    g: relative(tanh.g, tanhError),
    slope: relative(tanh.slope, (z) => 2 * expError(2 * z) + 8 * EPSILON),
  },
  RELU: { g: exact, slope: exact },
  LEAKY_RELU: {
    g: relative(leakyRelu.g, (z) => (z > 0 ? 0 : LEAK_ERROR + EPSILON)),
    slope: (z) => (z > 0 ? 0 : LEAK_ERROR * 0.01),
  },
  GELU: {
    g: (z) => Math.abs(z) * phiError(z) + EPSILON * Math.abs(gelu.g(z)) + TINY,
    slope: (z) => {
      const { value, error } = density(z);
      return phiError(z) + error + EPSILON * (1 + value);
    },
  },
  SILU: {
    // A sigmoid below the smallest normal number may be flushed, before z multiplies it.
    g: (z) => Math.abs(silu.g(z)) * (sigmoidError(z) + EPSILON) + TINY * (1 + Math.abs(z)),
    slope: (z) => {
      const part = Math.abs(z) * sigmoid.g(-z);
      const inner = part * (sigmoidError(-z) + 2 * EPSILON) + EPSILON * (1 + part);
      return sigmoid.g(z) * (inner + (1 + part) * (sigmoidError(z) + 2 * EPSILON)) + TINY * (2 + part);
    },
  },
  ELU: {
    g: (z) => (z > 0 ? 0 : Math.abs(elu.g(z)) * (tanhError(z / 2) + 4 * EPSILON) + TINY),
    slope: (z) => (z > 0 ? 0 : elu.slope(z) * expError(z) + TINY),
  },
  SOFTPLUS: {
    g: (z) => {
      const e = Math.exp(-Math.abs(z));
      return expError(z) * e + 12 * EPSILON * Math.log1p(e) + EPSILON * softplus.g(z) + TINY;
    },
    slope: relative(softplus.slope, sigmoidError),
  },
};
