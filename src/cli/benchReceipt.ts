import type { Timing } from '../lab/clock.ts';
import type { ClockDescription } from '../lab/clock/device.ts';
import type { Roofs } from '../lab/roofs.ts';
import type { RunHead } from './inBrowser.ts';

/** How one of several stands to the others of its group. */
export type Standing = 'fastest' | 'slower' | 'cannot be ranked' | '';

/** What came of one thing that was to be measured. */
export interface Measured {
  /** Of one dispatch or step, in ms; left out where there is none. */
  readonly timing?: Omit<Timing, 'perRound'>;
  readonly standing: Standing;
  /** Floating-point operations of one dispatch or step. */
  readonly flops: number;
  /** In what it differs from its oracle: it was not timed. */
  readonly wrong?: string;
  /** Why it has no time, though it is not wrong. */
  readonly note?: string;
}

export interface KernelRow extends Measured {
  /** `matmul [TRANSPOSE_A]` */
  readonly name: string;
  readonly group: string;
  /** Read and written by one dispatch, each number once. */
  readonly bytes: number;
}

export interface StepRow extends Measured {
  readonly network: string;
  readonly plan: string;
}

/** What one training step asks of the device. */
export interface CallRow {
  readonly network: string;
  readonly plan: string;
  /** By what is counted, per step: the difference of two runs over the difference of their steps. */
  readonly perStep?: Readonly<Record<string, number>>;
  /** Steps of the short and of the long run. */
  readonly steps?: readonly [number, number];
  readonly note?: string;
}

/** What `katman bench --json` writes: filled as the run goes on. */
export interface BenchReceipt {
  readonly schema: 'katman-bench/1';
  readonly command: readonly string[];
  readonly date: string;
  adapter?: RunHead['adapter'];
  browser?: RunHead['browser'];
  clock?: ClockDescription;
  roofs?: Roofs;
  readonly kernels: KernelRow[];
  readonly steps: StepRow[];
  readonly calls: CallRow[];
  /** Kernels that differ from their oracles on the cases of their contract, and where. */
  readonly wrong: Record<string, string>;
  readonly notes: string[];
  error?: string;
}

export function startReceipt(command: readonly string[]): BenchReceipt {
  return {
    ...{ schema: 'katman-bench/1', command, date: new Date().toISOString() },
    ...{ kernels: [], steps: [], calls: [], wrong: {}, notes: [] },
  } as BenchReceipt;
}
