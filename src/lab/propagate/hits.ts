import { EPSILON, TINY } from '../bounds.ts';
import { type Rule, errorsOf } from './rule.ts';

/**
 * Whether a prediction counts is not continuous: where the errors of a leave room for another largest output, or for
 * the other side of 1/2, right and wrong are both allowed.
 */
export const hits: Rule = {
  takes: ['a'],
  bound(given, errors, _output, want) {
    const { m, n } = given.params;
    const { a, y } = given.inputs;
    const error = errorsOf(given, errors, 'a');
    const binary = given.flags.includes('BINARY');
    /** Outputs of a row that may be on either side. */
    const open = (start: number) => {
      let count = 0;
      for (let i = start; i < start + n; i++)
        if (!(a[i] - error[i] > 0.5) && !(a[i] + error[i] <= 0.5)) count++;
      return count;
    };
    /** Whether output j may be the first of the largest. */
    const wins = (start: number, j: number) => {
      const most = a[start + j] + error[start + j];
      for (let k = 0; k < n; k++) {
        const least = a[start + k] - error[start + k];
        if (k !== j && (k < j ? least >= most : least > most)) return false;
      }
      return true;
    };
    const actual = (start: number) => {
      let best = 0;
      for (let j = 1; j < n; j++) if (y[start + j] > y[start + best]) best = j;
      return best;
    };
    const drift = (row: number) => {
      if (binary) return open(row * n) / n;
      if (!wins(row * n, actual(row * n))) return 0;
      for (let j = 0; j < n; j++) if (j !== actual(row * n) && wins(row * n, j)) return 1;
      return 0;
    };
    const drifts = Float64Array.from({ length: m }, (_, row) => drift(row));
    return (row) => drifts[row] + 3 * EPSILON * (Math.abs(want[row]) + drifts[row]) + TINY;
  },
};
