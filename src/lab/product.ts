import type { Gpu } from '../gpu/gpu.ts';
import type { Pass } from '../gpu/kernel.ts';
import type { KernelTable } from '../gpu/program.ts';
import { runKernel } from '../gpu/run.ts';
import { loadKernels } from '../kernels/load.ts';
import { Random } from '../random.ts';
import type { Worst } from './compare.ts';

/**
 * A matmul at the exact shape of a pass, on integers so small that nothing can round, judged by every
 * edge row and column and by Freivalds' check: out . r is op(a) . (op(b) . r) for random r of +1 and -1;
 * each r misses a wrong row with chance 1/2 at most. Costs what the reading of the matrices costs, not
 * what the product does.
 * @param table where the kernel is, if not among those that are shipped
 * @returns fraction 0, or Infinity with the first wrong element (of a row that is wrong: its first)
 */
export async function checkProduct(gpu: Gpu, pass: Pass, table?: KernelTable): Promise<Worst> {
  const { kernel, flags, params } = pass;
  const { kernels, library } = table ?? (await loadKernels([pass]));
  const { m, k, n } = params;
  const random = new Random(m, k, n);
  // |a b| <= 4, so that a sum over k <= 2^22 terms stays below 2^24.
  const integers = (length: number) => Float32Array.from({ length }, () => (random.integer() % 5) - 2);
  const a = integers(m * k);
  const b = integers(k * n);
  const bias = integers(n);
  const biased = flags.includes('BIAS');
  const { out } = await runKernel(gpu, kernels[kernel], {
    flags,
    params: { m, k, n, scale: 1 },
    inputs: { a, b, ...(biased && { bias }) },
    library,
  });
  const [aRow, aStep] = flags.includes('TRANSPOSE_A') ? [1, m] : [k, 1];
  const [bStep, bColumn] = flags.includes('TRANSPOSE_B') ? [1, k] : [n, 1];
  const exact = (row: number, column: number) => {
    let sum = biased ? bias[column] : 0;
    for (let i = 0; i < k; i++) sum += a[row * aRow + i * aStep] * b[i * bStep + column * bColumn];
    return sum;
  };
  const wrong = (row: number, column: number): Worst | undefined => {
    const index = row * n + column;
    const want = exact(row, column);
    return out[index] === want ? undefined : { index, got: out[index], want, bound: 0, fraction: Infinity };
  };
  for (const row of new Set([0, m - 1]))
    for (let column = 0; column < n; column++) {
      const found = wrong(row, column);
      if (found) return found;
    }
  for (let row = 0; row < m; row++)
    for (const column of new Set([0, n - 1])) {
      const found = wrong(row, column);
      if (found) return found;
    }
  const broken = freivalds();
  if (broken === undefined) return { index: 0, got: out[0], want: out[0], bound: 0, fraction: 0 };
  for (let column = 0; column < n; column++) {
    const found = wrong(broken, column);
    if (found) return found;
  }
  return { index: broken * n, got: NaN, want: 0, bound: 0, fraction: Infinity };

  /** A row of the result that cannot be right; undefined if twenty random vectors find none. */
  function freivalds(): number | undefined {
    const inner = new Float64Array(k);
    for (let trial = 0; trial < 20; trial++) {
      const r = Float64Array.from({ length: n }, () => (random.integer() & 1 ? 1 : -1));
      let shift = 0;
      if (biased) for (let j = 0; j < n; j++) shift += bias[j] * r[j];
      for (let i = 0; i < k; i++) {
        let sum = 0;
        for (let j = 0; j < n; j++) sum += b[i * bStep + j * bColumn] * r[j];
        inner[i] = sum;
      }
      for (let row = 0; row < m; row++) {
        let want = shift;
        for (let i = 0; i < k; i++) want += a[row * aRow + i * aStep] * inner[i];
        let got = 0;
        for (let j = 0; j < n; j++) got += out[row * n + j] * r[j];
        if (got !== want) return row;
      }
    }
    return undefined;
  }
}
