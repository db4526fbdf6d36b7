import type { ModelFile } from '../../../src/formats/model.ts';
import { activations } from '../../../src/oracle/activation.ts';

/** Half the distance of 1 and the next float32. */
export const U = 2 ** -24;

/**
 * What no implementation of an activation in float32 errs by, relative to the larger of 1 and |z|: a sum, a product
 * and an erf, exp or tanh of a few units each.
 */
const OPERATION = 8 * U;

/** More than the slope of an activation between z - e and z + e; no slope of theirs changes faster than z does. */
function steepest({ slope }: { slope(z: number): number }, z: number, e: number): number {
  return Math.max(slope(z - e), slope(z), slope(z + e)) + e;
}

/**
 * How far two computations in float32 of a model's outputs for one row may lie apart, whatever the order of their sums
 * (Higham, Accuracy and Stability of Numerical Algorithms, 3.1 and 3.5). An error e of what a layer gets becomes
 * |W| e, and n products and sums add (n + 2) u of |W| |a| + |b|, for each of the two; then the slope of the activation
 * takes it on.
 * @param x [inputs], NaN where a number is missing
 */
export function boundOf(
  model: ModelFile,
  x: ArrayLike<number>,
): { outputs: Float64Array; bounds: Float64Array } {
  const { network, parameters, preprocessing } = model;
  const { fill, standardization, targetStandardization } = preprocessing;
  let a = Float64Array.from(x, (value, i) => (Number.isNaN(value) ? Math.fround(fill![i]) : value));
  let e = new Float64Array(a.length);
  if (standardization) {
    const { mean, std } = standardization;
    a = a.map((value, i) => (value - mean[i]) / std[i]);
    // Two differences, a quotient and the rounding of std; what is left of the mean is beyond its second float32.
    e = a.map((value, i) => 6 * U * Math.abs(value) + (4 * U ** 2 * Math.abs(mean[i])) / std[i]);
  }
  network.layers.forEach(({ units, activation }, l) => {
    const { w, b } = parameters[l];
    const z = Float64Array.from(b);
    const size = Float64Array.from(b, Math.abs);
    const carried = new Float64Array(units);
    a.forEach((value, i) => {
      for (let j = 0; j < units; j++) {
        const weight = w[i * units + j];
        z[j] += value * weight;
        size[j] += (Math.abs(value) + e[i]) * Math.abs(weight);
        carried[j] += e[i] * Math.abs(weight);
      }
    });
    const ez = carried.map((value, j) => value + 2 * (a.length + 2) * U * size[j]);
    if (activation === 'softmax') {
      const largest = Math.max(...z);
      const exps = z.map((value) => Math.exp(value - largest));
      const sum = exps.reduce((x, y) => x + y);
      a = exps.map((value) => value / sum);
      // An error of the logits moves each share by at most twice itself, relatively.
      e = a.map((value) => 2 * value * Math.max(...ez) + 2 * OPERATION);
    } else {
      const g = activations[activation];
      a = z.map(g.g);
      e = ez.map((error, j) => {
        const carriedOn = steepest(g, z[j], error) * error;
        return activation === 'identity' ? error : carriedOn + 2 * OPERATION * Math.max(1, Math.abs(z[j]));
      });
    }
  });
  if (targetStandardization) {
    const { mean, std } = targetStandardization;
    const unscaled = a;
    a = a.map((value, i) => value * std[i] + mean[i]);
    e = e.map(
      (error, i) =>
        std[i] * error +
        2 * U * Math.abs(unscaled[i] * std[i]) +
        U * (Math.abs(mean[i]) + 2 * Math.abs(a[i])),
    );
  }
  return { outputs: a, bounds: e };
}
