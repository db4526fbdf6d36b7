import { activations } from '../../oracle/activation.ts';
import { oracles } from '../../oracle/index.ts';
import { EPSILON, gamma } from '../bounds.ts';
import type { Case } from '../contract.ts';
import { lossBound } from '../rowBounds.ts';
import { type Given, type Rule, errorsOf } from './rule.ts';
import { rowErrors, softmaxDrift } from './softmax.ts';

/** What the errors of one row change in its loss, and by how much its own bound may be larger near by. */
interface RowErrors {
  readonly drift: number;
  readonly more: number;
  /** The same as a factor; 1 if left out. */
  readonly times?: number;
}
type Row = (i: number) => RowErrors;

/** The derivative by a logit is sigmoid(z) - y, largest at one end; each term of the own bound is Lipschitz in z. */
function binaryCrossEntropy({ params: { n }, inputs: { z, y } }: Given, errors: Float64Array): Row {
  const { g } = activations.sigmoid;
  return (row) => {
    let [drift, more] = [0, 0];
    for (let i = row * n; i < row * n + n; i++) {
      const [from, to] = [g(z[i] - errors[i]) - y[i], g(z[i] + errors[i]) - y[i]];
      drift += errors[i] * Math.max(Math.abs(from), Math.abs(to));
      const terms = Math.abs(y[i]) + 1.5;
      more += errors[i] * ((3 * EPSILON + gamma(n)) * terms + 8 * EPSILON);
    }
    return { drift, more };
  };
}

/**
 * The derivative by a logit is (sum of y) softmax_j - y_j. With d the largest error of the row, every distance below
 * the largest logit changes by 2 d at most, so the sum under the logarithm by a factor of e^(2 d).
 */
function softmaxCrossEntropy(given: Given, errors: Float64Array): Row {
  const { n } = given.params;
  const { y } = given.inputs;
  const { a } = oracles.softmax(new Set(), given.params, { z: given.inputs.z });
  const largest = rowErrors(given, errors);
  return (row) => {
    const [start, end] = [row * n, row * n + n];
    const moved = softmaxDrift(a.subarray(start, end), errors.subarray(start, end));
    let total = 0;
    for (let i = start; i < end; i++) total += Math.abs(y[i]);
    let drift = 0;
    for (let i = start; i < end; i++)
      drift += errors[i] * (Math.abs(total * a[i] - y[i]) + total * moved[i - start]);
    const d = largest[row];
    if (d === 0 || n === 1) return { drift, more: 0 };
    const growth = Math.exp(2 * d);
    // The own bound leaves e out where all other exponentials are 0.
    const logarithm =
      growth * (2.3 * EPSILON * n * d + gamma(n) * Math.expm1(2 * d)) +
      growth ** 2 * EPSILON +
      24 * EPSILON * d;
    return { drift, more: total * (logarithm + 2 * d * (3 * EPSILON + gamma(n))), times: growth ** 2 };
  };
}

/** (|d| + e)^2 - d^2 of d = a - y, or with Huber's slope, which is delta at most. */
function distances({ flags, params: { n, delta }, inputs: { a, y } }: Given, errors: Float64Array): Row {
  return (row) => {
    let drift = 0;
    for (let i = row * n; i < row * n + n; i++) {
      const far = Math.abs(a[i] - y[i]) + errors[i];
      drift += errors[i] * (flags.includes('HUBER') ? Math.min(far, delta) : 2 * far - errors[i]);
    }
    return { drift, more: 0 };
  };
}

/** The loss of every row; that of distances has the own bound of the outputs that lie farthest from y. */
export const loss: Rule = {
  takes: ['z', 'a'],
  bound(given, errors, output, want) {
    const { flags, params, inputs } = given;
    const has = (flag: string) => flags.includes(flag);
    const [zError, aError] = [errorsOf(given, errors, 'z'), errorsOf(given, errors, 'a')];
    const crosses = has('BINARY_CROSS_ENTROPY') || has('SOFTMAX_CROSS_ENTROPY');
    const rule = has('BINARY_CROSS_ENTROPY')
      ? binaryCrossEntropy(given, zError)
      : crosses
        ? softmaxCrossEntropy(given, zError)
        : distances(given, aError);
    const far = crosses
      ? inputs.a
      : Float64Array.from(inputs.a, (a, i) => (a < inputs.y[i] ? a - aError[i] : a + aError[i]));
    const scales = Float64Array.from(
      { length: params.m },
      (_, row) => params.factor * (has('WEIGHTED') ? Math.abs(inputs.weight[row]) : 1),
    );
    const rows = Array.from({ length: params.m }, (_, row) => rule(row));
    const most = Float64Array.from(rows, ({ drift }, row) => Math.abs(want[row]) + scales[row] * drift);
    const own = lossBound({ flags, params, inputs: { ...inputs, a: far } } as Case, output, most);
    const beyond = rowErrors(given, zError);
    return (row) => {
      const { drift, more, times = 1 } = rows[row];
      // A logit that may be no number makes the loss none, whatever it is computed from.
      return beyond[row] === Infinity ? Infinity : scales[row] * (drift + more) + times * own(row);
    };
  },
};
