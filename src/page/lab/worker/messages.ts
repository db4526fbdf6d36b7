import type { AdapterDescription } from '../../../gpu/adapter.ts';
import type { Params } from '../../../gpu/kernel.ts';
import type { Prints } from '../../../lab/workbench/print.ts';
import type { Attempt, OwnCase, SweepPoint, SweepRange, Verdict } from '../../../lab/workbench/types.ts';
import type { Roofs } from '../../../lab/roofs.ts';
import type { Seen as Numbers } from '../../inside/seen.ts';

/** What the lab's page and its worker say to each other: plain data. Every answer carries the number of its job. */

/** One attempt of a sweep: all values of the range, with the other axis at `value`. */
export interface SweepRow {
  readonly value: number;
  readonly attempt: Attempt;
}

export type ToWorker =
  /** Compiles, judges and times. @param cases of an oracle of one's own @param times whether to time what is right */
  | {
      readonly type: 'try';
      readonly job: number;
      readonly attempt: Attempt;
      readonly cases?: readonly OwnCase[];
      readonly times: boolean;
    }
  /** What the kernel's contract is tried on, for an oracle of one's own. */
  | { readonly type: 'inputs'; readonly job: number; readonly attempt: Attempt }
  | {
      readonly type: 'sweep';
      readonly job: number;
      readonly range: SweepRange;
      readonly rows: readonly SweepRow[];
    }
  /** Runs a text on one of its cases, and shows what came out. */
  | {
      readonly type: 'look';
      readonly job: number;
      readonly attempt: Attempt;
      /** Undefined: the case that is named in `where`, or else one that is neither small nor large. */
      readonly index: number | undefined;
      readonly where: string | undefined;
      readonly cases?: readonly OwnCase[];
    }
  /** Runs a text with its prints on one of its cases, chosen as for `look`. */
  | {
      readonly type: 'print';
      readonly job: number;
      readonly attempt: Attempt;
      readonly index: number | undefined;
      readonly where: string | undefined;
      readonly cases?: readonly OwnCase[];
    }
  | { readonly type: 'roofs'; readonly job: number }
  /** Ends the job, if it is under way. */
  | { readonly type: 'stop'; readonly job: number };

/** One output of a run, beside what was wanted. */
export interface Seen extends Required<Numbers> {
  readonly output: string;
}

/** What a text printed on one of its cases. */
export interface PrintLook extends Omit<Prints, 'kind'> {
  readonly index: number;
  /** The cases that there are, as they are named. */
  readonly names: readonly string[];
}

export interface Look {
  readonly index: number;
  /** The cases that there are, as they are named. */
  readonly names: readonly string[];
  readonly outputs: readonly Seen[];
}

export type Stage = 'compiling' | 'judging' | 'timing' | 'sweeping' | 'roofs';

export type FromWorker =
  | { readonly type: 'adapter'; readonly adapter: AdapterDescription }
  /** How much of a stage is done, as a share of 1. */
  | { readonly type: 'stage'; readonly job: number; readonly stage: Stage; readonly done: number }
  /** What the compiler gets, without guards. */
  | { readonly type: 'text'; readonly job: number; readonly text: string }
  | { readonly type: 'verdict'; readonly job: number; readonly verdict: Verdict; readonly final: boolean }
  | {
      readonly type: 'inputs';
      readonly job: number;
      readonly calls: readonly {
        readonly params: Params;
        readonly inputs: Readonly<Record<string, Float32Array | Uint32Array>>;
      }[];
      /** Numbers in each output, of each call. */
      readonly lengths: readonly Readonly<Record<string, number>>[];
    }
  | {
      readonly type: 'swept';
      readonly job: number;
      readonly value: number;
      readonly points: readonly SweepPoint[];
      readonly fastest: readonly number[];
      readonly final: boolean;
    }
  | { readonly type: 'printed'; readonly job: number; readonly look: PrintLook }
  | { readonly type: 'looked'; readonly job: number; readonly look: Look }
  | { readonly type: 'roofs'; readonly job: number; readonly roofs: Pick<Roofs, 'compute' | 'memory'> }
  | { readonly type: 'failed'; readonly job: number; readonly message: string }
  /** The job is over, however it went. */
  | { readonly type: 'ended'; readonly job: number };
