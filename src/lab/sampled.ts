import type { Pass } from '../gpu/kernel.ts';
import type { Numbers } from '../oracle/index.ts';
import { Random } from '../random.ts';
import { TINY, gamma } from './bounds.ts';
import type { Worst } from './compare.ts';

/** Multiply-adds that the rows and the columns of one product may cost. */
const MOST = 4e6;
/** Each random vector misses a wrong row with a chance of 1/2 at most. */
const VECTORS = 4;

/**
 * A product that is too large for the oracle, judged on the numbers that the GPU had: some rows and columns in
 * full, the first and the last among them, within the rigorous bound; and every row by Freivalds' check, out . r
 * against op(a) . (op(b) . r) + (bias . r), within the sum of the bounds of the row.
 */
export function judgeSample({ flags, params, tensors }: Pass, state: ReadonlyMap<string, Numbers>): Worst {
  const { m, k, n, scale } = params;
  const [a, b, out] = [tensors.a, tensors.b, tensors.out].map((name) => state.get(name)!);
  const bias = flags.includes('BIAS') ? state.get(tensors.bias)! : undefined;
  const [aRow, aStep] = flags.includes('TRANSPOSE_A') ? [1, m] : [k, 1];
  const [bStep, bColumn] = flags.includes('TRANSPOSE_B') ? [1, k] : [n, 1];
  const random = new Random(m, k, n);
  let worst: Worst = { index: 0, got: out[0], want: out[0], bound: 0, fraction: 0 };
  const judge = (index: number, got: number, want: number, bound: number) => {
    const error = Math.abs(got - want);
    const fraction = error === 0 ? 0 : Number.isFinite(error) ? error / bound : Infinity;
    if (fraction > worst.fraction) worst = { index, got, want, bound, fraction };
  };
  const element = (row: number, column: number) => {
    let sum = 0;
    let size = 0;
    for (let i = 0; i < k; i++) {
      const term = a[row * aRow + i * aStep] * b[i * bStep + column * bColumn];
      sum += term;
      size += Math.abs(term);
    }
    const shift = bias ? bias[column] : 0;
    const bound = gamma(k + 3) * (Math.abs(scale) * size + Math.abs(shift)) + (k + 2) * TINY;
    judge(row * n + column, out[row * n + column], scale * sum + shift, bound);
  };
  const some = (count: number, cost: number) => {
    const chosen = new Set([0, count - 1]);
    while (chosen.size < Math.min(count, Math.floor(MOST / cost))) chosen.add(random.integer() % count);
    return chosen;
  };
  for (const row of some(m, k * n)) for (let column = 0; column < n; column++) element(row, column);
  for (const column of some(n, k * m)) for (let row = 0; row < m; row++) element(row, column);

  const sizes = timesVector(() => 1, Math.abs);
  for (let trial = 0; trial < VECTORS; trial++) {
    const r = Float64Array.from({ length: n }, () => (random.integer() & 1 ? 1 : -1));
    const want = timesVector(
      (j) => r[j],
      (value) => value,
    );
    for (let row = 0; row < m; row++) {
      let got = 0;
      for (let j = 0; j < n; j++) got += out[row * n + j] * r[j];
      judge(row * n, got, want[row], gamma(k + 3) * sizes[row] + n * (k + 2) * TINY);
    }
  }
  return worst;

  /** scale op(a) . (op(b) . r) + bias . r for every row, each number of the matrices through `by` first. */
  function timesVector(r: (j: number) => number, by: (value: number) => number): Float64Array {
    let shift = 0;
    if (bias) for (let j = 0; j < n; j++) shift += by(bias[j]) * r(j);
    const inner = new Float64Array(k);
    for (let i = 0; i < k; i++) {
      let sum = 0;
      for (let j = 0; j < n; j++) sum += by(b[i * bStep + j * bColumn]) * r(j);
      inner[i] = sum;
    }
    return Float64Array.from({ length: m }, (_, row) => {
      let sum = 0;
      for (let i = 0; i < k; i++) sum += by(a[row * aRow + i * aStep]) * inner[i];
      return by(scale) * sum + shift;
    });
  }
}
