import type { Oracle } from './types.ts';

/** out = scale * op(a) . op(b) + bias: [m, n]. */
export const matmul: Oracle = (flags, { m, k, n, scale }, { a, b, bias }) => {
  const out = new Float64Array(m * n);
  const [transposeA, transposeB] = [flags.has('TRANSPOSE_A'), flags.has('TRANSPOSE_B')];
  for (let row = 0; row < m; row++) {
    for (let column = 0; column < n; column++) {
      let sum = 0;
      for (let i = 0; i < k; i++) {
        const left = transposeA ? a[i * m + row] : a[row * k + i];
        const right = transposeB ? b[column * k + i] : b[i * n + column];
        sum += left * right;
      }
      out[row * n + column] = scale * sum + (flags.has('BIAS') ? bias[column] : 0);
    }
  }
  return { out };
};
