import type { Params } from '../../gpu/kernel.ts';
import type { KernelName } from '../../kernels/index.ts';
import type { Comparison } from '../clock/compare.ts';

/** A text that is to take the place of a kernel, and the use of it that is timed. */
export interface Attempt {
  /** The row of the table whose inputs, outputs and oracle it shares. */
  readonly kernel: KernelName;
  /** WGSL, with directives or without. */
  readonly source: string;
  readonly flags: readonly string[];
  /** Counts and overrides in place of the row's own. */
  readonly constants: Params;
  /** The sizes at which it is timed; params that are no sizes are those of a case of its contract, if left out. */
  readonly params: Params;
  /** How many workgroups are started: this, or what the text says (workgroups.ts), or as many as the row does. */
  readonly workgroups?: number;
}

/** How an attempt is judged and timed. */
export interface WorkbenchOptions {
  /** Whether loops that may not end are cut short (src/wgsl/loopGuard.ts), in all that is compared; true by default. */
  readonly guard?: boolean;
  /** How long one dispatch may take, in ms, before its text is given up; 2000 by default. */
  readonly patience?: number;
  /** Hears how much of the work is done, as a share of 1. */
  readonly onProgress?: (done: number) => void;
  /** Ends the work: it rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

export interface TimeOptions extends WorkbenchOptions {
  /** Whether loops are cut short in what a sweep times, too; as `guard` if left out. */
  readonly timeGuarded?: boolean;
  /** For all that is timed together, in s; 2 by default. */
  readonly seconds?: number;
}

/** A result for inputs of one's own, computed elsewhere: judges a text that no oracle of ours knows. */
export interface OwnCase {
  readonly params: Params;
  readonly inputs: Readonly<Record<string, Float32Array | Uint32Array>>;
  /** Every output by binding name. */
  readonly want: Readonly<Record<string, Float32Array | Float64Array | Uint32Array>>;
  /** Largest error allowed: so many units in the last place of float32 of each number, or a bound for each. */
  readonly tolerance:
    { readonly ulps: number } | { readonly bounds: Readonly<Record<string, Float32Array | Float64Array>> };
}

/** A text with an oracle of its own. */
export interface OwnAttempt {
  readonly name: string;
  readonly source: string;
  readonly workgroups: number;
  readonly cases: readonly OwnCase[];
}

/** What is varied: a count or override of the text by its name, or one of the sizes. */
export interface SweepRange {
  readonly name: string;
  readonly values: readonly number[];
}

/** One value of a sweep. */
export interface SweepPoint {
  readonly value: number;
  readonly verdict: Verdict;
}

/** What a sweep showed. */
export interface Sweep {
  readonly name: string;
  readonly points: readonly SweepPoint[];
  /** The values that are surely faster than all others, or cannot be told from the fastest; of sizes: none. */
  readonly fastest: readonly number[];
  readonly notes: readonly string[];
}

/** Where a kernel lies under the roofs. */
export interface RooflinePoint {
  readonly name: string;
  /** Floating-point operations for each byte that has to be moved. */
  readonly intensity: number;
  readonly gflops: number;
  readonly gbs: number;
  /** What the roofs allow at this intensity, in GFLOP/s. */
  readonly roof: number;
  /** Share of that: gflops / roof; of what computes nothing, GB/s of the memory's roof. */
  readonly share: number;
}

/** Something that keeps a text from being compiled or run. */
export interface Problem {
  /** From 1, in the text as it was given; undefined where it concerns the whole of it. */
  readonly line: number | undefined;
  readonly column: number | undefined;
  /** One clear sentence. */
  readonly message: string;
}

/** Where a result is wrong, first or most. */
export interface Wrong {
  /** All of this in one sentence. */
  readonly message: string;
  /** Variant, sizes and kind of case. */
  readonly where: string;
  readonly output: string;
  readonly index: number;
  readonly got: number;
  readonly want: number;
  /** Largest error allowed. */
  readonly bound: number;
}

/** The time of one of the two that were compared. */
export interface Time {
  /** Of one dispatch, in ms: median, and where it lies with the confidence of the clock. */
  readonly median: number;
  readonly low: number;
  readonly high: number;
  /** GFLOP/s and GB/s of the median. */
  readonly gflops: number;
  readonly gbs: number;
}

/** What trying a text showed. A time is given only to what is right. */
export type Verdict =
  | { readonly kind: 'invalid'; readonly problems: readonly Problem[] }
  /** Its device must be left as it is: to destroy it would stop every other page of the browser. */
  | { readonly kind: 'hung'; readonly message: string }
  | { readonly kind: 'wrong'; readonly wrong: Wrong; readonly cases: number }
  | {
      readonly kind: 'right';
      readonly cases: number;
      /** Numbers compared. */
      readonly elements: number;
      /** The largest |got - want| / bound. */
      readonly fraction: number;
      /** Undefined until it was timed, or where there is no time. */
      readonly timing: Timing | undefined;
    };

export interface Timing {
  readonly attempt: Time;
  readonly shipped: Time;
  /** The attempt's time over the shipped kernel's, and whether it can be told from 1. */
  readonly comparison: Comparison;
  /** Floating-point operations and bytes of one dispatch. */
  readonly flops: number;
  readonly bytes: number;
  readonly notes: readonly string[];
}
