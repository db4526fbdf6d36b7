import { EPSILON } from '../bounds.ts';
import type { Case } from '../contract.ts';
import { softmaxBound } from '../rowBounds.ts';
import { type Given, type Rule, errorsOf } from './rule.ts';

/**
 * How far the softmax of a row may move if each logit may move by its error: most where one logit rises and all
 * others fall, or the other way round. a_j = e^z_j / sum e^z_k becomes a_j (1 + shift) with the shifts below, which are
 * differences of exponentials by way of expm1, lest small errors cancel.
 */
export function softmaxDrift(a: ArrayLike<number>, errors: ArrayLike<number>): Float64Array {
  const n = a.length;
  const rises = Float64Array.from({ length: n }, (_, j) => Math.expm1(errors[j]));
  const falls = Float64Array.from({ length: n }, (_, j) => -Math.expm1(-errors[j]));
  let rise = 0;
  let fall = 0;
  for (let j = 0; j < n; j++) {
    rise += a[j] * rises[j];
    fall += a[j] * falls[j];
  }
  return Float64Array.from({ length: n }, (_, j) => {
    const [otherRise, otherFall] = [Math.max(0, rise - a[j] * rises[j]), Math.max(0, fall - a[j] * falls[j])];
    const rest = Math.max(0, 1 - a[j]);
    const up = (rest * rises[j] + otherFall) / (1 + a[j] * rises[j] - otherFall);
    const down = (rest * falls[j] + otherRise) / (1 - a[j] * falls[j] + otherRise);
    const shift = Math.max(up, down);
    return n === 1 ? 0 : a[j] * (shift >= 0 ? shift : Infinity);
  });
}

/** The largest error of each row of z: [m, n]. */
export function rowErrors({ params: { m, n } }: Given, errors: Float64Array): Float64Array {
  const largest = new Float64Array(m);
  for (let i = 0; i < m * n; i++) {
    const row = Math.floor(i / n);
    largest[row] = Math.max(largest[row], errors[i]);
  }
  return largest;
}

/** The kernel's own bound grows with the results, and with their distances below the largest logit. */
export const softmax: Rule = {
  takes: ['z'],
  bound(given, errors, output, want) {
    const { m, n } = given.params;
    const error = errorsOf(given, errors, 'z');
    const largest = rowErrors(given, error);
    const most = new Float64Array(m * n);
    const drift = new Float64Array(m * n);
    const sums = new Float64Array(m);
    for (let row = 0; row < m; row++) {
      const [start, end] = [row * n, row * n + n];
      drift.set(softmaxDrift(want.subarray(start, end), error.subarray(start, end)), start);
      for (let i = start; i < end; i++) sums[row] += most[i] = want[i] + drift[i];
    }
    const own = softmaxBound(given as Case, output, most);
    return (i) => {
      const row = Math.floor(i / n);
      return drift[i] + own(i) + most[i] * 6 * EPSILON * largest[row] * (1 + sums[row]);
    };
  },
};
