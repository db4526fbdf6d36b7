import { activations } from '../../../src/cpu/activation.ts';
import type { ModelFile } from '../../../src/formats/model.ts';

/** Half the distance of 1 and the next float32: the relative error of one rounding. */
const U = 2 ** -24;

/** Covers products of errors, and that the reference itself is computed in double. */
const SLACK = 1.01;

/** Terms that the CPU backend of TensorFlow.js adds in double before it rounds to float32. */
const BLOCK = 48;

type Layer = ModelFile['parameters'][number];

/** An output in double, and how far from it TensorFlow.js and Katman may be. */
export interface Bounded {
  value: number;
  tfjs: number;
  katman: number;
}

/** The largest slope of each activation. */
const SLOPE: Record<string, number> = { sigmoid: 0.25, gelu: 1.13, silu: 1.1 };

/**
 * The outputs of a network for one row, by running error analysis: every value is carried in double with a bound
 * of the error that each side has made so far.
 *
 * A product sum z = sum x w' + b' of TensorFlow.js is off by what its weights are off (w' beside the exact folded
 * weight, times the distance of x from its mean; b' beside what makes the means vanish), by the errors of its
 * inputs times |w'|, and by one rounding for each block of 48 terms and one for b', of at most u (sum |x w'| + |b'|)
 * each. One of Katman is added in double and rounded once. An activation passes an error on times its slope and
 * adds its own; see `own`.
 * @param x one row as it comes, encoded and filled
 * @param theirs weights and biases as TensorFlow.js has them; one layer more if targets are scaled by it
 */
export function boundsOf(model: ModelFile, theirs: readonly Layer[], x: Float32Array): Bounded[] {
  const { layers } = model.network;
  const { standardization, targetStandardization: targets } = model.preprocessing;
  const last = layers.length - 1;
  const extra = theirs[layers.length];
  let a: Bounded[] = Array.from(x, (value, i) => {
    const scaled = standardization ? (value - standardization.mean[i]) / standardization.std[i] : value;
    return { value: scaled, tfjs: 0, katman: standardization ? U * Math.abs(scaled) : 0 };
  });
  layers.forEach(({ units, activation }, l) => {
    const { w, b } = model.parameters[l];
    const scales = l === last && !extra ? targets : undefined;
    const z = Array.from({ length: units }, (_, j): Bounded => {
      const scale = scales?.std[j] ?? 1;
      let value = b[j];
      let katman = 0;
      let tfjs = 0;
      let size = Math.abs(theirs[l].b[j]);
      let bias = b[j] * scale + (scales?.mean[j] ?? 0);
      a.forEach((input, i) => {
        const mean = l ? 0 : (standardization?.mean[i] ?? 0);
        const std = l ? 1 : (standardization?.std[i] ?? 1);
        const weight = w[i * units + j];
        const folded = theirs[l].w[i * units + j];
        value += input.value * weight;
        katman += input.katman * Math.abs(weight);
        // What TensorFlow.js gets is the input as it comes.
        tfjs += input.tfjs * Math.abs(folded);
        tfjs += Math.abs(input.value * std * (folded - (weight * scale) / std));
        size += Math.abs((l ? input.value : x[i]) * folded);
        bias -= mean * folded;
      });
      tfjs += Math.abs(theirs[l].b[j] - bias) + (Math.ceil(a.length / BLOCK) + 1) * U * size;
      katman += U * Math.abs(value);
      return { value: value * scale + (scales?.mean[j] ?? 0), tfjs, katman: katman * scale };
    });
    a = activation === 'softmax' ? softmax(z) : z.map((one) => activate(activation, one));
  });
  if (extra && targets) {
    a = a.map(({ value, tfjs, katman }, j) => {
      const scaled = value * targets.std[j];
      const rounding = 3 * U * (Math.abs(scaled) + Math.abs(targets.mean[j]));
      return {
        value: scaled + targets.mean[j],
        tfjs: tfjs * targets.std[j] + rounding,
        katman: katman * targets.std[j],
      };
    });
  }
  return a.map(({ value, tfjs, katman }) => ({ value, tfjs: tfjs * SLACK, katman: katman * SLACK }));
}

function activate(name: string, { value: z, tfjs, katman }: Bounded): Bounded {
  const value = activations[name as keyof typeof activations].g(z);
  const slope = SLOPE[name] ?? 1;
  const rounding = U * Math.abs(value);
  return {
    value,
    tfjs: slope * tfjs + own(name, z, value),
    katman: slope * katman + (name === 'identity' ? 0 : rounding),
  };
}

/** The error of an activation of TensorFlow.js by itself: most are computed in double and rounded once. */
function own(name: string, z: number, value: number): number {
  const rounding = U * Math.abs(value);
  switch (name) {
    case 'identity':
      return 0;
    case 'silu':
      return 2 * rounding; // The sigmoid and the product.
    case 'softplus':
      return rounding + 9e-7; // It is z above 13.94, where e^-z is below 8.9e-7.
    case 'gelu':
      // erf by a formula right to 1.5e-7, Katman's to 1.2e-7 of at most 1/2; its argument, 1 + erf and half of it
      // are rounded before the product is.
      return 2 * rounding + Math.abs(z) * (0.75e-7 + 0.6e-7 + 2.5 * U);
    default:
      return rounding;
  }
}

/**
 * A probability is off by at most a factor exp(2 d), with d the largest error of a logit, and for TensorFlow.js
 * of its distance from the largest, which is rounded; and by the roundings of the exponentials, sum and quotient.
 */
function softmax(z: readonly Bounded[]): Bounded[] {
  const largest = Math.max(...z.map(({ value }) => value));
  const exps = z.map(({ value }) => Math.exp(value - largest));
  const sum = exps.reduce((x, y) => x + y);
  const range = largest - Math.min(...z.map(({ value }) => value));
  const tfjs = Math.max(...z.map((one) => one.tfjs)) + U * range;
  const katman = Math.max(...z.map((one) => one.katman));
  return exps.map((e) => ({
    value: e / sum,
    tfjs: (e / sum) * (Math.expm1(2 * tfjs) + (z.length + 3) * U),
    katman: (e / sum) * (Math.expm1(2 * katman) + U),
  }));
}
