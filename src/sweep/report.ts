import type { Metric } from './metric.ts';
import type { Machine, TrialResult } from './results.ts';
import type { SweepSpec } from './spec.ts';
import type { Row } from './summary.ts';
import type { Trial } from './trials.ts';

/** The format that reports name. */
export const REPORT_FORMAT = 'katman-sweep-report/1';

/** A trial in a report, with what came of it. */
export interface ReportedTrial
  extends
    Omit<Trial, 'data' | 'requires'>,
    Omit<TrialResult, 'id' | 'outcome' | 'machine' | 'seconds' | 'attempts' | 'parameters'> {
  /** `open` while it has no result. */
  readonly outcome: TrialResult['outcome'] | 'open';
  /** Where it computed: its place in `machines`. */
  readonly machine?: number;
}

/**
 * A sweep as `--json` writes it, `/report.json` serves it and its page shows it. All but `times` is the same for the same
 * specification on the same adapter, whoever ran the trials and in whatever order.
 */
export interface SweepReport {
  readonly format: typeof REPORT_FORMAT;
  readonly specification: SweepSpec;
  readonly data: {
    readonly name: string;
    readonly rows: number;
    readonly features: number;
    readonly sha256: string;
  };
  readonly metric: Metric;
  /** Epochs of each rung; a single one, undefined, where no configuration is stopped early. */
  readonly rungs: readonly (number | undefined)[];
  readonly state: 'running' | 'done' | 'interrupted' | 'failed';
  /** Why it ended, if it failed. */
  readonly error?: string;
  /** In the order of the specification. */
  readonly configurations: readonly Row[];
  /** Indices of configurations, best first. */
  readonly ranking: readonly number[];
  /** The best trial of the best configuration, once there is one. */
  readonly best?: { readonly configuration: number; readonly trial: string };
  /** In the order of rungs, configurations, seeds and folds. */
  readonly trials: readonly ReportedTrial[];
  readonly machines: readonly Machine[];
  readonly times: {
    /** ISO 8601. */
    readonly started: string;
    readonly seconds: number;
    /** Of each trial, by its id. */
    readonly trials: Readonly<Record<string, { readonly seconds?: number; readonly attempts?: number }>>;
  };
}

/** What a sweep says while it runs, one after the other; `/events` serves them as server-sent events. */
export type SweepEvent =
  | {
      readonly type: 'rung';
      readonly rung: number;
      readonly epochs?: number;
      readonly configurations: readonly number[];
      readonly trials: number;
    }
  | {
      readonly type: 'started';
      readonly trial: string;
      readonly configuration: number;
      readonly attempt: number;
    }
  | {
      readonly type: 'step';
      readonly trial: string;
      readonly step: number;
      readonly steps: number;
      readonly epoch: number;
      readonly loss: number;
      readonly accuracy?: number;
    }
  | {
      readonly type: 'finished';
      readonly trial: string;
      readonly configuration: number;
      readonly outcome: TrialResult['outcome'];
      /** Of the sweep's metric. */
      readonly value?: number;
      readonly error?: string;
    }
  /** Something a person should know: a browser that was replaced, a queue that is gone. */
  | { readonly type: 'note'; readonly text: string }
  | { readonly type: 'ended'; readonly state: SweepReport['state'] };
