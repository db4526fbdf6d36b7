import { functionsOf } from './functions.ts';
import { type Arithmetic, type Mirror, each } from './types.ts';

/** The first of the largest. */
function top(logits: ArrayLike<number>): number {
  let best = 0;
  for (let j = 1; j < logits.length; j++) if (logits[j] > logits[best]) best = j;
  return best;
}

/** One output's part of the loss: shaders/lib/loss.wgsl. */
function element(f: Arithmetic, flags: ReadonlySet<string>, delta: number) {
  const { round } = f;
  const { log1p } = functionsOf(f);
  if (flags.has('BINARY_CROSS_ENTROPY'))
    return (z: number, _a: number, y: number) =>
      round(round(Math.max(z, 0) - round(z * y)) + log1p(f.exp(-Math.abs(z))));
  if (flags.has('HUBER'))
    return (_z: number, a: number, y: number) => {
      const size = Math.abs(round(a - y));
      return size <= delta
        ? round(round(0.5 * size) * size)
        : round(delta * round(size - round(0.5 * delta)));
    };
  return (_z: number, a: number, y: number) => {
    const d = round(a - y);
    return round(d * d);
  };
}

function crossEntropy(f: Arithmetic, z: ArrayLike<number>, y: ArrayLike<number>): number {
  const { round } = f;
  const best = top(z);
  let others = 0;
  for (let j = 0; j < z.length; j++) if (j !== best) others = round(others + f.exp(round(z[j] - z[best])));
  const logSum = others < 1 ? functionsOf(f).log1p(others) : f.log(round(1 + others));
  let sum = 0;
  for (let j = 0; j < z.length; j++) sum = round(sum + round(y[j] * round(round(z[best] - z[j]) + logSum)));
  return sum;
}

export const loss: Mirror = (f, flags, { m, n, factor, delta }, { z, a, y, weight }) => {
  const { round } = f;
  const one = element(f, flags, Math.fround(delta));
  return {
    losses: each(m, (row) => {
      const [start, end] = [row * n, row * n + n];
      if (![...z.subarray(start, end), ...a.subarray(start, end)].every(Number.isFinite)) return NaN;
      let sum = 0;
      if (flags.has('SOFTMAX_CROSS_ENTROPY'))
        sum = crossEntropy(f, z.subarray(start, end), y.subarray(start, end));
      else for (let i = start; i < end; i++) sum = round(sum + one(z[i], a[i], y[i]));
      const result = round(Math.fround(factor) * sum);
      return flags.has('WEIGHTED') ? round(result * weight[row]) : result;
    }),
  };
};

export const softmax: Mirror = ({ round, exp }, _flags, { m, n }, { z }) => {
  const a = new Float32Array(m * n);
  for (let start = 0; start < m * n; start += n) {
    const row = z.subarray(start, start + n);
    const largest = row[top(row)];
    let sum = 0;
    for (let i = start; i < start + n; i++) {
      a[i] = exp(round(z[i] - largest));
      sum = round(sum + a[i]);
    }
    for (let i = start; i < start + n; i++) a[i] = round(a[i] / sum);
  }
  return { a };
};

export const hits: Mirror = ({ round }, flags, { m, n }, { a, y }) => ({
  hits: each(m, (row) => {
    const [start, end] = [row * n, row * n + n];
    if (!flags.has('BINARY')) return Number(top(a.subarray(start, end)) === top(y.subarray(start, end)));
    let right = 0;
    for (let i = start; i < end; i++) right += Number(a[i] > 0.5 === y[i] > 0.5);
    return round(right / n);
  }),
});
