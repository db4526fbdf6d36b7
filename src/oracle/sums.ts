import type { Oracle } from './types.ts';

/** out = scale * (sum over the rows of a): [n]. */
export const columnSums: Oracle = (_flags, { m, n, scale }, { a }) => {
  const out = new Float64Array(n);
  for (let row = 0; row < m; row++)
    for (let column = 0; column < n; column++) out[column] += a[row * n + column];
  return { out: out.map((sum) => scale * sum) };
};

/** out[0] = the mean of x. */
export const mean: Oracle = (_flags, { count }, { x }) => {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += x[i];
  return { out: Float64Array.of(sum / count) };
};
