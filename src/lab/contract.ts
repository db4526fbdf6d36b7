import type { Params } from '../gpu/kernel.ts';
import type { Numbers, Oracle } from '../oracle/index.ts';
import type { Mirror } from '../oracle/mirror/index.ts';

/** How a result can be judged, the sharpest first: docs/numerics.md. */
export const LEVELS = ['exact', 'mirror', 'statistical', 'rigorous'] as const;
/** A level of checking, by name. */
export type Level = (typeof LEVELS)[number];

/** One row of inputs for a kernel. */
export interface Case {
  /** The flags that are on. */
  readonly flags: readonly string[];
  /** The fields of its uniform. */
  readonly params: Params;
  /** The content of every input by binding name. */
  readonly inputs: Readonly<Record<string, Float32Array | Uint32Array>>;
  /**
   * - `exact`: no operation on these inputs can round, in any order: the result is the oracle's.
   * - `zeroMean`: the statistical bound holds, besides the mirror and the rigorous bound.
   * - `diverged`: some inputs are not finite; what follows from them must not be finite either.
   */
  readonly kind?: 'exact' | 'zeroMean' | 'diverged';
}

/** The bound of one element of one output. */
export type Bound = (one: Case, output: string, want: Numbers) => (index: number) => number;

/** What judges the results of a kernel, wherever its inputs come from. */
export interface Standard {
  readonly oracle: Oracle;
  /** Rigorous: whatever the order of summation, and either neighbour in each rounding. */
  readonly bound: Bound;
}

/** A standard, and what a kernel is tried on. */
export interface Contract extends Standard {
  readonly cases: () => Case[];
  /** For the order of summation of the contract's own kernel, each rounding to the nearest. */
  readonly statistical?: Bound;
  /** The same operations in the same order, for kernels of the order of the contract's own. */
  readonly mirror?: Mirror;
}
