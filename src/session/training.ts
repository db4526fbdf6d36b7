import { UsageError } from '../errors.ts';
import type { Model } from '../network/model.ts';
import type { Examples } from '../network/resident.ts';
import { stepsPerEpoch } from '../network/schedule.ts';
import { IN_FLIGHT, MOST_STEPS, type StepReport, type SubmitReport } from '../network/trainer.ts';
import { type Run, decide, orderAt } from './decide.ts';
import { findDivergence } from './divergence.ts';
import { Judge } from './judge.ts';
import { type FitOptions, type History, positive } from './options.ts';
import { Pace } from './pace.ts';
import { Recorder } from './recorder.ts';
import { type Made, type Materials, makeRunner, setUp, smooth } from './setUp.ts';
import { Watch } from './watch.ts';

/** What one `run` of a training did. */
export interface RunReport {
  /** Why it ended; what is not 'done' has ended the training, too. */
  readonly stopped: History['stopped'];
  /** Steps finished by this run. */
  readonly steps: number;
  /** Loss of the last step's batch before its update; NaN if there was no step. */
  readonly loss: number;
  /** Accuracy of the same batch; undefined for a regression. */
  readonly accuracy: number | undefined;
  readonly stepsPerSecond: number;
}

/**
 * A training that is driven by its caller, some steps at a time: everything that its steps need was made,
 * and verified, beforehand, and `run` makes nothing anew.
 */
export class Training {
  readonly #pace = new Pace();
  /** The index of the first step, and how many were sent since. */
  readonly #origin: number;
  #sent = 0;
  #last: StepReport | undefined;
  #state: 'open' | 'running' | 'failed' | 'closing' | 'closed' = 'open';

  private constructor(
    private readonly model: Model,
    private readonly options: FitOptions,
    private readonly plan: Run,
    private readonly materials: Materials,
    private readonly made: Made,
    private readonly judge: Judge | undefined,
    private readonly recorder: Recorder,
    private readonly watch: Watch,
    private readonly onEnd: () => void,
  ) {
    this.#origin = model.steps;
  }

  /**
   * Uploads the data, compiles, and verifies the device unless told otherwise.
   * @param onEnd hears that the model is free again
   */
  static async create(
    model: Model,
    data: Examples,
    options: FitOptions = {},
    onEnd: () => void = () => {},
  ): Promise<Training> {
    const started = performance.now();
    const plan = decide(model, data, options);
    const recorder = new Recorder(options, { ...plan, rows: data.rows }, started);
    const materials = setUp(model, data, plan, options);
    let made: Made | undefined;
    try {
      made = await makeRunner(model, plan, options, materials);
      recorder.verification = made.verification;
      if (made.verification) await options.onVerified?.(made.verification);
      const { validation } = options;
      const judge = validation && (await Judge.create(model, smooth(validation, plan, options), plan.method));
      const watch = new Watch(model, plan.schedule, options.earlyStopping);
      return new Training(model, options, plan, materials, made, judge, recorder, watch, onEnd);
    } catch (error) {
      made?.runner.dispose();
      materials.resident.dispose();
      throw error;
    }
  }

  /** Steps finished so far. */
  get steps(): number {
    return this.recorder.steps;
  }

  /** All that was trained so far, as `Network.fit` answers it. */
  get history(): History {
    this.recorder.best = this.watch.best;
    return this.recorder.finish(this.#aborted && this.recorder.steps < this.plan.total);
  }

  /**
   * Takes more steps; those that `steps` or `epochs` of the options leave to be done, if not told how many.
   * Nothing waits for a single step: the GPU is waited for once in a submit of many, and at the end.
   * @returns when the last of these steps is really done
   * @throws UsageError while another run is on its way, and after an error or `dispose`; DeviceLostError;
   *   what a callback throws
   */
  async run(steps?: number): Promise<RunReport> {
    if (this.#state !== 'open') throw new UsageError(REFUSED[this.#state]);
    if (steps !== undefined) positive('steps', steps);
    const started = performance.now();
    const before = this.recorder.steps;
    const wanted = steps ?? Math.max(0, this.plan.total - this.#sent);
    this.#state = 'running';
    this.#pace.begin(started);
    this.#last = undefined;
    try {
      const sick = await this.#loop(this.#sent + wanted);
      this.model.gpu.check();
      const { trainer } = this.made;
      const { examples, make } = this.materials;
      if (sick && trainer) {
        const looking = () => make(trainer.plan, true);
        this.recorder.divergence = await findDivergence(this.model, looking, examples, sick);
      }
      if (this.#over) this.watch.finish();
    } catch (error) {
      this.#leave('failed');
      throw error;
    }
    const made = this.recorder.steps - before;
    const last = this.#last as StepReport | undefined;
    const { diverged, early } = this.recorder;
    const stopped = diverged || early || made < wanted ? this.#over! : 'done';
    this.#leave('open');
    return {
      stopped,
      steps: made,
      loss: last?.loss ?? NaN,
      accuracy: last?.accuracy,
      stepsPerSecond: (1000 * made) / Math.max(performance.now() - started, 1e-3),
    };
  }

  /**
   * Ends the training and frees what it holds on the GPU; the network keeps its weights, the best ones if
   * early stopping was to restore them. A run that is on its way ends at its next step.
   */
  dispose(): void {
    if (this.#state === 'running') this.#state = 'closing';
    if (this.#state === 'closing' || this.#state === 'closed') return;
    this.#state = 'closed';
    this.watch.finish();
    this.made.runner.dispose();
    this.judge?.dispose();
    this.materials.resident.dispose();
    this.onEnd();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  get #aborted(): boolean {
    return this.options.signal?.aborted === true;
  }

  /** Why no further step is to be made, if so. */
  get #over(): Exclude<History['stopped'], 'done'> | undefined {
    if (this.recorder.diverged) return 'diverged';
    if (this.recorder.early) return 'early';
    return this.#aborted || this.#state === 'closing' ? 'aborted' : undefined;
  }

  /** A run has ended; so does the training, if that was asked for meanwhile. */
  #leave(state: 'open' | 'failed'): void {
    const closing = this.#state === 'closing';
    this.#state = state;
    if (closing) this.dispose();
  }

  /**
   * Sends steps and takes what comes back. Nothing waits for the step it has just sent: up to three
   * submits are on their way, and the loop waits for the oldest. Only an epoch whose end decides how to
   * go on (validation, early stopping, a plateau) is finished before the next begins.
   * @param end how many steps are to be sent since the training began
   * @returns the submit in which training went wrong, if it did
   */
  async #loop(end: number): Promise<SubmitReport | undefined> {
    const { recorder, judge, watch } = this;
    const { runner } = this.made;
    const perEpoch = stepsPerEpoch(this.plan.batches);
    const pending: Promise<SubmitReport>[] = [];
    let sick: SubmitReport | undefined;
    const settle = async () => {
      const submit = await pending[0];
      pending.shift();
      this.#pace.arrived(submit.steps.length, performance.now());
      if (recorder.diverged) return;
      const before = recorder.steps;
      await recorder.take(submit);
      this.#last = submit.steps[recorder.steps - before - 1];
      if (recorder.diverged) sick = submit;
    };
    try {
      while (this.#sent < end && !this.#over) {
        const at = this.#origin + this.#sent;
        const untilStop = this.#stop(Math.floor(at / perEpoch)) * perEpoch - at;
        const count = Math.min(this.#pace.steps, end - this.#sent, untilStop, MOST_STEPS);
        const orders = Array.from({ length: count }, (_, i) =>
          orderAt(this.#origin, this.#sent + i, this.plan, watch.reduction),
        );
        const reports = runner.run(orders);
        // Whoever awaits it still sees the error; this only keeps the browser from calling it unhandled.
        reports.catch(() => {});
        pending.push(reports);
        this.#sent += count;
        const waits = count === untilStop;
        while (pending.length >= (waits ? 1 : IN_FLIGHT)) await settle();
        if (!waits || recorder.diverged) continue;
        if (judge) await recorder.judge(await judge.run());
        recorder.early = watch.epoch(recorder.lastEpoch!);
      }
      while (pending.length) await settle();
      return sick;
    } finally {
      await Promise.allSettled(pending);
    }
  }

  /** How many epochs are whole at the next stop: the end of one that is judged, or else of one that is watched. */
  #stop(epoch: number): number {
    if (!this.judge) return this.watch.needed ? epoch + 1 : Infinity;
    while (!this.plan.judged(epoch)) epoch++;
    return epoch + 1;
  }
}

const REFUSED = {
  running: 'This training is running already; wait for that run',
  closing: 'This training has been disposed of; make another',
  closed: 'This training has been disposed of; make another',
  failed: 'An error has ended this training; dispose of it and make another',
} as const;
