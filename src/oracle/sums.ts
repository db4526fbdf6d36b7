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

/** out[slot] = the sum of the squares of x; the other slots as they were. */
export const squares: Oracle = (_flags, { count, slot }, { x, out }) => {
  const written = out ? Float64Array.from(out) : new Float64Array(slot + 1);
  written[slot] = 0;
  for (let i = 0; i < count; i++) written[slot] += x[i] ** 2;
  return { out: written };
};

/** out[0] = min(1, limit / (sqrt(sum of squares) + 1e-6)); no number where the sum is beyond float32. */
export const clipFactor: Oracle = (_flags, { count, limit }, { squares }) => {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += squares[i];
  const factor = Math.min(1, limit / (Math.sqrt(sum) + 1e-6));
  return { out: Float64Array.of(Number.isFinite(Math.fround(sum)) ? factor : NaN) };
};

/** health[slot] = 1 where x holds a number that is not finite; else it stays as it was. */
export const watch: Oracle = (_flags, { count, slot }, { x, health }) => {
  const raised = Uint32Array.from(health);
  if (!x.subarray(0, count).every((value) => Number.isFinite(value))) raised[slot] = 1;
  return { health: raised };
};
