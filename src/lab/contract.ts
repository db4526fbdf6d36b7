import type { Params } from '../gpu/kernel.ts';
import type { Numbers, Oracle } from '../oracle/index.ts';

/** One row of inputs for a kernel. */
export interface Case {
  readonly flags: readonly string[];
  readonly params: Params;
  readonly inputs: Readonly<Record<string, Float32Array | Uint32Array>>;
}

/** The bound of one element of one output. */
export type Bound = (one: Case, output: string, want: Numbers) => (index: number) => number;

/** What judges a kernel. */
export interface Contract {
  readonly oracle: Oracle;
  readonly cases: () => Case[];
  readonly bound: Bound;
}
