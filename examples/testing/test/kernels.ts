import { readFileSync } from 'node:fs';

const read = (name: string) => readFileSync(new URL(`../src/${name}.wgsl`, import.meta.url), 'utf8');

export const prefixSum = read('prefixSum');
export const blur = read('blur');

/** What a prefix sum is bound to. */
export interface Sums {
  params: { n: number };
  x: Uint32Array;
  out: { type: 'u32'; length: number };
}

/** The plain way: one after the other, from the start of each block. */
export function prefixSumOracle({ x }: Sums): Uint32Array {
  const out = new Uint32Array(x.length);
  for (let i = 0; i < x.length; i++) out[i] = x[i] + (i % 256 ? out[i - 1] : 0);
  return out;
}

/** Sizes around those at which something can go wrong: 1, a block less one, a block, one more, several. */
export const sums = [1, 2, 255, 256, 257, 1000].map((n) => ({
  name: `n = ${n}`,
  bindings: {
    params: { n },
    x: Uint32Array.from({ length: n }, (_, i) => ((i + 1) * 2654435761) >>> 8),
    out: { type: 'u32' as const, length: n },
  },
  workgroups: Math.ceil(n / 256),
}));
