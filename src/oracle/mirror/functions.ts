import type { Arithmetic } from './types.ts';

const f32 = Math.fround;
const TANH = [62 / 2835, 17 / 315, 2 / 15, 1 / 3].map(f32);
const LOG1P = [1 / 13, 1 / 11, 1 / 9, 1 / 7, 1 / 5, 1 / 3].map(f32);

/** shaders/lib/numbers.wgsl and activation.wgsl, operation by operation; but for GELU. */
export function functionsOf({ round: r, exp }: Arithmetic) {
  const log1p = (x: number) => {
    const s = r(x / r(2 + x));
    const q = r(s * s);
    let p = r(q / 15);
    for (const c of LOG1P) p = r(q * r(c + p));
    return r(r(2 * s) * r(1 + p));
  };
  const sigmoid = (z: number) => {
    const e = exp(-Math.abs(z));
    return r((z >= 0 ? 1 : e) / r(1 + e));
  };
  const square = (x: number) => r(x * x);
  const sigmoidSlope = (z: number) => {
    const e = exp(-Math.abs(z));
    return r(e / square(r(1 + e)));
  };
  const tanh = (z: number) => {
    const size = Math.abs(z);
    if (size < 0.25) {
      const q = square(z);
      const [last, ...rest] = TANH;
      let p = last;
      for (const c of [...rest, 1]) p = r(c - r(q * p));
      return r(z * p);
    }
    const e = exp(r(-2 * size));
    return r(r(Math.sign(z) * r(1 - e)) / r(1 + e));
  };
  const tanhSlope = (z: number) => {
    const e = exp(r(-2 * Math.abs(z)));
    return r(r(4 * e) / square(r(1 + e)));
  };
  const expLess1 = (z: number) => {
    const t = tanh(r(0.5 * z));
    return r(r(2 * t) / r(1 - t));
  };
  const siluSlope = (z: number) => r(sigmoid(z) * r(1 + r(z * sigmoid(-z))));
  const softplus = (z: number) => r(Math.max(z, 0) + log1p(exp(-Math.abs(z))));
  const finite = Number.isFinite;

  /** By the flag of the kernel. */
  const activate: Readonly<Record<string, (z: number) => number>> = {
    SIGMOID: sigmoid,
    TANH: tanh,
    RELU: (z) => (z > 0 || !finite(z) ? z : 0),
    LEAKY_RELU: (z) => (z > 0 ? z : r(f32(0.01) * z)),
    SILU: (z) => r(z * sigmoid(z)),
    ELU: (z) => (z > 0 ? z : expLess1(z)),
    SOFTPLUS: softplus,
  };
  const slope: Readonly<Record<string, (z: number) => number>> = {
    SIGMOID: sigmoidSlope,
    TANH: tanhSlope,
    RELU: (z) => (z > 0 ? 1 : 0),
    LEAKY_RELU: (z) => (z > 0 ? 1 : f32(0.01)),
    SILU: siluSlope,
    ELU: (z) => (z > 0 ? 1 : exp(z)),
    SOFTPLUS: sigmoid,
  };
  return { activate, slope, log1p };
}
