import type { Numbers } from '../types.ts';

/** The float32 arithmetic of one device, as its self-test found it. */
export interface Arithmetic {
  /** What a correctly rounded operation stores of its exact result: the nearest float32; 0 for a subnormal if those are flushed. */
  round(exact: number): number;
  /** exp as the device computes it: WGSL leaves its last digits open. */
  exp(x: number): number;
  /** log as the device computes it. */
  log(x: number): number;
}

/**
 * The mirror of a kernel: the same operations in the same order as its WGSL, each rounded as the device
 * rounds. A device whose +, -, *, / and sqrt are those of IEEE 754 gives the same bits. Undefined where the
 * order is not in the text: compilers may merge constants, as (1 / x) * c into c / x.
 */
export type Mirror = (
  arithmetic: Arithmetic,
  flags: ReadonlySet<string>,
  params: Readonly<Record<string, number>>,
  inputs: Readonly<Record<string, Numbers>>,
) => Record<string, Numbers> | undefined;

/** An array made number by number. */
export function each(count: number, value: (i: number) => number): Float32Array {
  const out = new Float32Array(count);
  for (let i = 0; i < count; i++) out[i] = value(i);
  return out;
}
