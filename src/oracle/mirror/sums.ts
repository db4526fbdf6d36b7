import { type Mirror, each } from './types.ts';

type Round = (exact: number) => number;

/** 64 sums, each of every 64th term, then a tree over them: the order of the kernels of one workgroup. */
function strided64(round: Round, count: number, term: (i: number) => number): number {
  const partial = new Float32Array(64);
  for (let i = 0; i < count; i++) partial[i % 64] = round(partial[i % 64] + term(i));
  for (let half = 32; half >= 1; half /= 2)
    for (let i = 0; i < half; i++) partial[i] = round(partial[i] + partial[i + half]);
  return partial[0];
}

export const matmul: Mirror = ({ round }, flags, { m, k, n, scale }, { a, b, bias }) => {
  const [aRow, aStep] = flags.has('TRANSPOSE_A') ? [1, m] : [k, 1];
  const [bStep, bColumn] = flags.has('TRANSPOSE_B') ? [1, k] : [n, 1];
  const factor = Math.fround(scale);
  return {
    out: each(m * n, (index) => {
      const column = index % n;
      const row = (index - column) / n;
      let sum = 0;
      for (let i = 0; i < k; i++)
        sum = round(sum + round(a[row * aRow + i * aStep] * b[i * bStep + column * bColumn]));
      const scaled = round(factor * sum);
      return flags.has('BIAS') ? round(scaled + bias[column]) : scaled;
    }),
  };
};

export const columnSums: Mirror = ({ round }, _flags, { m, n, scale }, { a }) => ({
  out: each(n, (column) => round(Math.fround(scale) * strided64(round, m, (row) => a[row * n + column]))),
});

export const mean: Mirror = ({ round }, _flags, { count }, { x }) => ({
  out: Float32Array.of(round(strided64(round, count, (i) => x[i]) / Math.fround(count))),
});

export const squares: Mirror = ({ round }, _flags, { count, slot }, { x, out }) => {
  const written = Float32Array.from(out);
  written[slot] = strided64(round, count, (i) => round(x[i] * x[i]));
  return { out: written };
};

export const clipFactor: Mirror = ({ round }, _flags, { count, limit }, { squares }) => {
  let sum = 0;
  for (let i = 0; i < count; i++) sum = round(sum + squares[i]);
  const factor = round(Math.fround(limit) / round(round(Math.sqrt(sum)) + Math.fround(1e-6)));
  return { out: Float32Array.of(Number.isFinite(sum) ? Math.min(1, factor) : NaN) };
};
