import type { Segment } from '../session/options.ts';
import type { Part, Scores } from './metric.ts';

/** Where a trial computed. */
export interface Machine {
  readonly adapter: {
    readonly vendor: string;
    readonly architecture: string;
    readonly isFallbackAdapter: boolean;
    readonly kind: string;
  };
  readonly browser: { readonly name: string; readonly version: string; readonly flags: readonly string[] };
  /** SHA-256 of the final text of every kernel variant that ran. */
  readonly kernels: Readonly<Record<string, string>>;
}

/** A point of a trial's curve: the end of an epoch. */
export interface CurvePoint {
  readonly epoch: number;
  readonly loss: number;
  readonly accuracy?: number;
  readonly validationLoss?: number;
  readonly validationAccuracy?: number;
}

/** What came of a trial. */
export interface TrialResult {
  readonly id: string;
  /** `diverged`: its numbers went wrong; `failed`: it could not be trained, and `error` says why. */
  readonly outcome: 'done' | 'early' | 'diverged' | 'failed';
  readonly scores?: Scores;
  /** Rows that it was trained and judged on. */
  readonly rows?: Partial<Record<Part, number>>;
  readonly curve?: readonly CurvePoint[];
  readonly steps?: number;
  /** SHA-256 of all final weights and biases, in the order of the layers. */
  readonly weights?: string;
  /** What made the steps, and from which one on. */
  readonly segments?: readonly Segment[];
  readonly machine?: Machine;
  readonly error?: string;
  /** From start to end, the last attempt. */
  readonly seconds?: number;
  /** How often it was begun by then, where it was more than once. */
  readonly attempts?: number;
  /** Weights and biases of each layer, float32 little-endian in base64, where they were wanted. */
  readonly parameters?: readonly { readonly w: string; readonly b: string }[];
}

/** The results of a sweep, each trial counted once however often its result arrives. */
export class Results {
  readonly #all = new Map<string, TrialResult>();

  get size(): number {
    return this.#all.size;
  }

  /** @returns whether it was new */
  add(result: TrialResult): boolean {
    if (this.#all.has(result.id)) return false;
    this.#all.set(result.id, result);
    return true;
  }

  get(id: string): TrialResult | undefined {
    return this.#all.get(id);
  }
}
