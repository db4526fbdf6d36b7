import type { StepReport, SubmitReport } from '../network/submits.ts';
import { choiceName } from './choice.ts';
import type { Run } from './decide.ts';
import type { Divergence } from './divergence.ts';
import type { Metrics } from './metrics.ts';
import type { EpochReport, FitOptions, History, Segment } from './options.ts';
import type { Candidate } from './tuner.ts';
import type { Verification } from './verify.ts';

/** What a training has seen so far; a checkpoint holds it. */
export interface Seen {
  /** Steps finished. */
  steps: number;
  /** Of the steps that are kept. */
  readonly loss: number[];
  readonly accuracy: number[];
  readonly epochs: EpochReport[];
  /** The last epoch that is whole, its validation included. */
  lastEpoch: EpochReport | undefined;
  /** Of the epoch that is not whole yet. */
  readonly sums: { loss: number; hits: number; rows: number };
  /** What made the steps. */
  readonly segments: Segment[];
  /** Whether training has ended before its time, as early stopping wanted. */
  early: boolean;
}

/** Turns the reports of steps into epochs, callbacks and the history. */
export class Recorder {
  readonly seen: Seen = {
    steps: 0,
    loss: [],
    accuracy: [],
    epochs: [],
    lastEpoch: undefined,
    sums: { loss: 0, hits: 0, rows: 0 },
    segments: [],
    early: false,
  };
  /** The last epoch that callbacks have heard of: they hear of none twice. */
  #heard = 0;
  #waiting: EpochReport | undefined;
  /** The first read-back: when it came, and the steps before and after it. */
  #first: { at: number; before: number; steps: number } | undefined;
  #last = 0;
  diverged = false;
  /** The best epoch, where early stopping watches for it. */
  best: History['best'];
  verification: Verification | undefined;
  divergence: Divergence | undefined;
  /** What `auto` measured. */
  candidates: readonly Candidate[] = [];
  /** What could not be used. */
  notes: readonly string[] = [];
  /** Devices that were lost, after which training went on with another. */
  recoveries = 0;

  constructor(
    private readonly options: FitOptions,
    private readonly run: Pick<Run, 'total' | 'batches' | 'notes' | 'judged'>,
    private readonly started: number,
  ) {}

  /** Steps finished so far. */
  get steps(): number {
    return this.seen.steps;
  }

  /** Takes the reports of one submit, in their order; `sick` names a parameter that is not finite after it. */
  async take({ steps: reports, sick }: Pick<SubmitReport, 'steps' | 'sick'>): Promise<void> {
    this.#last = performance.now();
    const { seen } = this;
    const before = seen.steps;
    this.#first ??= { at: this.#last, before, steps: before + reports.length };
    let last = reports[0];
    for (const report of reports) {
      if (this.diverged) return;
      seen.steps++;
      last = report;
      const { loss, accuracy, rows } = report;
      if (this.#keeps) {
        seen.loss.push(loss);
        if (accuracy !== undefined) seen.accuracy.push(accuracy);
      }
      this.diverged = !Number.isFinite(loss);
      const { sums } = seen;
      sums.loss += loss * rows;
      sums.hits += (accuracy ?? 0) * rows;
      sums.rows += rows;
      if (report.first + report.rows === this.run.batches.rows) await this.#endEpoch(report);
    }
    // An infinite weight can hide behind a saturated unit: the loss need not show it.
    this.diverged ||= sick !== undefined;
    const { epoch, loss, accuracy } = last;
    await this.options.onProgress?.({
      step: seen.steps,
      steps: this.run.total,
      epoch: epoch + 1,
      loss,
      accuracy,
      stepsPerSecond: this.stepsPerSecond,
      plan: choiceName(seen.segments[seen.segments.length - 1]),
      candidates: this.candidates,
    });
  }

  /** The validation of the epoch that has just ended. */
  async judge(validation: Metrics): Promise<void> {
    if (!this.#waiting) return;
    const report = { ...this.#waiting, validation };
    this.#waiting = undefined;
    await this.#keepEpoch(report);
  }

  finish(aborted: boolean): History {
    const { steps, loss, accuracy, epochs, segments, early } = this.seen;
    return {
      stopped: this.diverged ? 'diverged' : early ? 'early' : aborted ? 'aborted' : 'done',
      steps,
      loss: Float32Array.from(loss),
      accuracy: Float32Array.from(accuracy),
      epochs,
      best: this.best,
      segments,
      recoveries: this.recoveries,
      candidates: this.candidates,
      verification: this.verification,
      divergence: this.divergence,
      msToFirstStep: this.#first ? this.#first.at - this.started : 0,
      stepsPerSecond: this.stepsPerSecond,
      notes: [...this.run.notes, ...this.notes, ...(this.verification?.routedAround ?? [])],
    };
  }

  async #endEpoch({ epoch, accuracy, learningRate }: StepReport): Promise<void> {
    const { sums } = this.seen;
    const { loss, hits, rows } = sums;
    sums.loss = sums.hits = sums.rows = 0;
    const report: EpochReport = {
      epoch: epoch + 1,
      loss: loss / rows,
      accuracy: accuracy === undefined ? undefined : hits / rows,
      validation: undefined,
      learningRate,
    };
    if (this.run.judged(epoch)) {
      this.#waiting = report;
      return;
    }
    await this.#keepEpoch(report);
  }

  async #keepEpoch(report: EpochReport): Promise<void> {
    this.seen.lastEpoch = report;
    if (this.#keeps) this.seen.epochs.push(report);
    if (report.epoch <= this.#heard) return;
    this.#heard = report.epoch;
    await this.options.onEpochEnd?.(report);
  }

  get #keeps(): boolean {
    return this.options.keepHistory !== false;
  }

  /** Over the steps after the first read-back (of all, if there was only one). */
  get stepsPerSecond(): number {
    if (!this.#first) return 0;
    const later = this.seen.steps - this.#first.steps;
    return later > 0
      ? (1000 * later) / Math.max(this.#last - this.#first.at, 1e-3)
      : (1000 * (this.seen.steps - this.#first.before)) / Math.max(this.#last - this.started, 1e-3);
  }
}
