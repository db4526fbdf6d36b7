import type { Numbers } from '../oracle/index.ts';
import { EPSILON, TINY, expError, gamma } from './bounds.ts';
import type { Bound } from './contract.ts';

/** The loss of a row: the errors of its exponentials and logarithms, then of its sum. */
export const lossBound: Bound =
  ({ flags, params: { n, factor, delta }, inputs: { z, a, y, weight } }, _output, want) =>
  (i) => {
    let error = 0;
    let size = 0;
    const row = (t: Numbers) => t.subarray(i * n, i * n + n);
    if (flags.includes('SOFTMAX_CROSS_ENTROPY')) {
      const logits = row(z);
      const top = logits.indexOf(Math.max(...logits) as never);
      let others = 0;
      let drift = 0;
      logits.forEach((logit, j) => {
        const d = logits[top] - logit;
        if (j === top) return;
        others += Math.exp(-d);
        drift += Math.exp(-d) * (expError(d) + d * EPSILON);
      });
      const logSum = Math.log1p(others);
      const logError = (drift + gamma(n) * others + EPSILON) / (1 + others) + 12 * EPSILON * logSum;
      logits.forEach((logit, j) => {
        const weight = row(y)[j];
        const value = logits[top] - logit + logSum;
        error += weight * (logError - (others === 0 ? EPSILON : 0) + 3 * EPSILON * value);
        size += weight * value;
      });
    } else {
      for (let j = 0; j < n; j++) {
        const [logit, output, target] = [row(z)[j], row(a)[j], row(y)[j]];
        if (!flags.includes('BINARY_CROSS_ENTROPY')) {
          const d = Math.abs(output - target);
          const huber = flags.includes('HUBER');
          const value = huber ? Math.min(d, delta) * d : d * d;
          error += 4 * EPSILON * value;
          size += value;
          continue;
        }
        const e = Math.exp(-Math.abs(logit));
        const terms = Math.max(logit, 0) + Math.abs(logit * target) + Math.log1p(e);
        error += 3 * EPSILON * terms + expError(logit) * e + 12 * EPSILON * Math.log1p(e);
        size += terms;
      }
    }
    const scale = factor * (flags.includes('WEIGHTED') ? weight[i] : 1);
    return scale * (error + gamma(n) * size) + 3 * EPSILON * Math.abs(want[i]) + (n + 2) * TINY;
  };

/** An output of softmax: its own exponential, and the sum of all of them. */
export const softmaxBound: Bound =
  ({ params: { n }, inputs: { z } }, _output, want) =>
  (index) => {
    const start = index - (index % n);
    const logits = z.subarray(start, start + n);
    const largest = Math.max(...logits);
    const each = (j: number) => {
      const d = largest - logits[j];
      return expError(d) + d * EPSILON;
    };
    let sum = 0;
    for (let j = 0; j < n; j++) if (want[start + j] > 0) sum += want[start + j] * each(j);
    return (
      want[index] * ((want[index] > 0 ? each(index - start) : 0) + sum + gamma(n) + 4 * EPSILON) + 2 * TINY
    );
  };
