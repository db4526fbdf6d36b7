import type { Oracle } from './types.ts';

/** The loss of one example from its logits z, outputs a and targets y, before any factor. */
export const exampleLoss: Readonly<
  Record<string, (z: ArrayLike<number>, a: ArrayLike<number>, y: ArrayLike<number>, delta?: number) => number>
> = {
  binaryCrossEntropy: (z, _a, y) =>
    sum(z.length, (j) => Math.max(z[j], 0) - z[j] * y[j] + Math.log1p(Math.exp(-Math.abs(z[j])))),
  softmaxCrossEntropy: (z, _a, y) => {
    let top = 0;
    for (let j = 1; j < z.length; j++) if (z[j] > z[top]) top = j;
    const logSum = Math.log1p(sum(z.length, (j) => (j === top ? 0 : Math.exp(z[j] - z[top]))));
    return sum(z.length, (j) => y[j] * (z[top] - z[j] + logSum));
  },
  squaredError: (_z, a, y) => sum(a.length, (j) => (a[j] - y[j]) ** 2),
  huber: (_z, a, y, delta = 1) =>
    sum(a.length, (j) => {
      const size = Math.abs(a[j] - y[j]);
      return size <= delta ? size ** 2 / 2 : delta * (size - delta / 2);
    }),
};

function sum(n: number, term: (j: number) => number): number {
  let total = 0;
  for (let j = 0; j < n; j++) total += term(j);
  return total;
}

/** The loss of every example: factor * (sum over its outputs), times its weight. losses: [m]. */
export const loss: Oracle = (flags, { m, n, factor, delta }, { z, a, y, weight }) => {
  const kinds: Record<string, string> = {
    BINARY_CROSS_ENTROPY: 'binaryCrossEntropy',
    SOFTMAX_CROSS_ENTROPY: 'softmaxCrossEntropy',
    HUBER: 'huber',
  };
  const kind = kinds[Object.keys(kinds).find((flag) => flags.has(flag))!] ?? 'squaredError';
  const row = (t: typeof z, i: number) => t.subarray(i * n, i * n + n);
  return {
    losses: Float64Array.from(
      { length: m },
      (_, i) =>
        factor *
        exampleLoss[kind](row(z, i), row(a, i), row(y, i), delta) *
        (flags.has('WEIGHTED') ? weight[i] : 1),
    ),
  };
};

/** a - y: dz of the last layer with its matching loss, da for the others. [m, n] */
export const outputGrad: Oracle = (flags, { m, n, delta }, { a, y, weight }) => ({
  out: Float64Array.from({ length: m * n }, (_, i) => {
    const d = a[i] - y[i];
    const clamped = flags.has('HUBER') && Math.abs(d) > delta ? Math.sign(d) * delta : d;
    return clamped * (flags.has('WEIGHTED') ? weight[Math.floor(i / n)] : 1);
  }),
});

/** 1 where the prediction is right, else 0; BINARY: the share of outputs on the right side of 1/2. */
export const hits: Oracle = (flags, { m, n }, { a, y }) => {
  const largest = (t: typeof a, start: number) => {
    let best = 0;
    for (let j = 1; j < n; j++) if (t[start + j] > t[start + best]) best = j;
    return best;
  };
  return {
    hits: Float64Array.from({ length: m }, (_, i) => {
      if (flags.has('BINARY')) return sum(n, (j) => Number(a[i * n + j] > 0.5 === y[i * n + j] > 0.5)) / n;
      return Number(largest(a, i * n) === largest(y, i * n));
    }),
  };
};
