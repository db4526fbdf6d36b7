import type { StepReport, SubmitReport } from '../network/submits.ts';
import { choiceName } from './choice.ts';
import type { Run } from './decide.ts';
import type { Divergence } from './divergence.ts';
import type { Metrics } from './metrics.ts';
import type { EpochReport, FitOptions, History, Segment } from './options.ts';
import type { Candidate } from './tuner.ts';
import type { Verification } from './verify.ts';

/** Turns the reports of steps into epochs, callbacks and the history. */
export class Recorder {
  /** Steps finished, and those of them and of epochs that are kept. */
  #steps = 0;
  readonly #reports: StepReport[] = [];
  readonly #epochs: EpochReport[] = [];
  #lastEpoch: EpochReport | undefined;
  #sums = { loss: 0, hits: 0, rows: 0 };
  #waiting: EpochReport | undefined;
  #first: { at: number; steps: number } | undefined;
  #last = 0;
  diverged = false;
  /** The best epoch, where early stopping watches for it. */
  best: History['best'];
  verification: Verification | undefined;
  divergence: Divergence | undefined;
  /** What made the steps, and what `auto` measured. */
  readonly segments: Segment[] = [];
  candidates: readonly Candidate[] = [];
  /** What could not be used. */
  notes: readonly string[] = [];
  /** Whether training has ended before its time, as early stopping wanted. */
  early = false;

  constructor(
    private readonly options: FitOptions,
    private readonly run: Pick<Run, 'total' | 'batches' | 'notes' | 'judged'>,
    private readonly started: number,
  ) {}

  /** The last epoch that is whole, its validation included. */
  get lastEpoch(): EpochReport | undefined {
    return this.#lastEpoch;
  }

  /** Steps finished so far. */
  get steps(): number {
    return this.#steps;
  }

  /** Takes the reports of one submit, in their order; `sick` names a parameter that is not finite after it. */
  async take({ steps: reports, sick }: Pick<SubmitReport, 'steps' | 'sick'>): Promise<void> {
    this.#last = performance.now();
    this.#first ??= { at: this.#last, steps: reports.length };
    let last = reports[0];
    for (const report of reports) {
      if (this.diverged) return;
      this.#steps++;
      last = report;
      if (this.#keeps) this.#reports.push(report);
      this.diverged = !Number.isFinite(report.loss);
      this.#sums.loss += report.loss * report.rows;
      this.#sums.hits += (report.accuracy ?? 0) * report.rows;
      this.#sums.rows += report.rows;
      if (report.first + report.rows === this.run.batches.rows) await this.#endEpoch(report);
    }
    // An infinite weight can hide behind a saturated unit: the loss need not show it.
    this.diverged ||= sick !== undefined;
    const { epoch, loss, accuracy } = last;
    await this.options.onProgress?.({
      step: this.#steps,
      steps: this.run.total,
      epoch: epoch + 1,
      loss,
      accuracy,
      stepsPerSecond: this.stepsPerSecond,
      plan: choiceName(this.segments[this.segments.length - 1]),
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
    const accuracies = this.#reports.filter(({ accuracy }) => accuracy !== undefined);
    return {
      stopped: this.diverged ? 'diverged' : this.early ? 'early' : aborted ? 'aborted' : 'done',
      steps: this.#steps,
      loss: Float32Array.from(this.#reports, ({ loss }) => loss),
      accuracy: Float32Array.from(accuracies, ({ accuracy }) => accuracy!),
      epochs: this.#epochs,
      best: this.best,
      segments: this.segments,
      candidates: this.candidates,
      verification: this.verification,
      divergence: this.divergence,
      msToFirstStep: this.#first ? this.#first.at - this.started : 0,
      stepsPerSecond: this.stepsPerSecond,
      notes: [...this.run.notes, ...this.notes, ...(this.verification?.routedAround ?? [])],
    };
  }

  async #endEpoch({ epoch, accuracy, learningRate }: StepReport): Promise<void> {
    const { loss, hits, rows } = this.#sums;
    this.#sums = { loss: 0, hits: 0, rows: 0 };
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
    this.#lastEpoch = report;
    if (this.#keeps) this.#epochs.push(report);
    await this.options.onEpochEnd?.(report);
  }

  get #keeps(): boolean {
    return this.options.keepHistory !== false;
  }

  /** Over the steps after the first read-back (of all, if there was only one). */
  get stepsPerSecond(): number {
    if (!this.#first) return 0;
    const later = this.#steps - this.#first.steps;
    return later > 0
      ? (1000 * later) / Math.max(this.#last - this.#first.at, 1e-3)
      : (1000 * this.#steps) / Math.max(this.#last - this.started, 1e-3);
  }
}
