import { EPSILON, TINY, gamma } from '../bounds.ts';
import { type Rule, errorsOf } from './rule.ts';

/**
 * |A| E_B + E_A (|B| + E_B), and the kernel's own bound with all magnitudes as large as their errors let them be.
 * Where all of these are 0, nothing is rounded: a row of zeros gives zeros on every device.
 */
export const matmul: Rule = {
  takes: ['a', 'b', 'bias'],
  bound(given, errors) {
    const { flags, params, inputs } = given;
    const { m, k, n, scale } = params;
    const { a, b, bias } = inputs;
    const [aError, bError] = [errorsOf(given, errors, 'a'), errorsOf(given, errors, 'b')];
    const [aRow, aStep] = flags.includes('TRANSPOSE_A') ? [1, m] : [k, 1];
    const [bStep, bColumn] = flags.includes('TRANSPOSE_B') ? [1, k] : [n, 1];
    return (index) => {
      const column = index % n;
      const row = (index - column) / n;
      let size = 0;
      let drift = 0;
      for (let i = 0; i < k; i++) {
        const [left, right] = [row * aRow + i * aStep, i * bStep + column * bColumn];
        const most = Math.abs(b[right]) + bError[right];
        size += (Math.abs(a[left]) + aError[left]) * most;
        drift += Math.abs(a[left]) * bError[right] + aError[left] * most;
      }
      const shift = flags.includes('BIAS') ? (errors.bias?.[column] ?? 0) : 0;
      const added = flags.includes('BIAS') ? Math.abs(bias[column]) + shift : 0;
      const total = Math.abs(scale) * size + added;
      if (total === 0) return 0;
      return Math.abs(scale) * drift + shift + gamma(k + 2) * total + (k + 2) * TINY;
    };
  },
};

export const columnSums: Rule = {
  takes: ['a'],
  bound(given, errors) {
    const { m, n, scale } = given.params;
    const { a } = given.inputs;
    const error = errorsOf(given, errors, 'a');
    return (column) => {
      let size = 0;
      let drift = 0;
      for (let i = column; i < m * n; i += n) {
        size += Math.abs(a[i]) + error[i];
        drift += error[i];
      }
      return Math.abs(scale) * (drift + gamma(m + 1) * size) + (m + 1) * TINY;
    };
  },
};

export const mean: Rule = {
  takes: ['x'],
  bound(given, errors) {
    const { count } = given.params;
    const error = errorsOf(given, errors, 'x');
    let size = 0;
    let drift = 0;
    for (let i = 0; i < count; i++) {
      size += Math.abs(given.inputs.x[i]) + error[i];
      drift += error[i];
    }
    return () => drift / count + gamma(count + 3) * (size / count) + count * TINY;
  },
};

/** Of one slot; the others stay as they were, errors and all. */
export const squares: Rule = {
  takes: ['x', 'out'],
  bound(given, errors) {
    const { count, slot } = given.params;
    const { x } = given.inputs;
    const error = errorsOf(given, errors, 'x');
    let size = 0;
    let drift = 0;
    for (let i = 0; i < count; i++) {
      size += (Math.abs(x[i]) + error[i]) ** 2;
      drift += error[i] * (2 * Math.abs(x[i]) + error[i]);
    }
    const own = drift + gamma(count + 1) * size + (count + 1) * TINY;
    return (i) => (i === slot ? own : (errors.out?.[i] ?? 0));
  },
};

/** It falls as the sum rises: its values at the ends of the sum's interval. */
export const clipFactor: Rule = {
  takes: ['squares'],
  bound(given, errors, _output, want) {
    const { count, limit } = given.params;
    const error = errorsOf(given, errors, 'squares');
    let sum = 0;
    let drift = 0;
    for (let i = 0; i < count; i++) {
      sum += given.inputs.squares[i];
      drift += error[i];
    }
    const factor = (of: number) => Math.min(1, limit / (Math.sqrt(of) + 1e-6));
    const [most, least] = [factor(Math.max(0, sum - drift)), factor(sum + drift)];
    const moved = Math.max(most - want[0], want[0] - least);
    // An infinite sum is no number to the kernel, not a factor of 0.
    return () => (drift === Infinity ? drift : moved + (gamma(count) / 2 + 10 * EPSILON) * most);
  },
};
