import { UsageError } from '../errors.ts';
import type { Model } from '../network/model.ts';
import type { Examples } from '../network/residentData.ts';
import type { StepReport } from '../network/trainer.ts';
import { type GpuChoice, rivalsOf } from './choice.ts';
import { type Run, decide } from './decide.ts';
import type { Judge } from './judge.ts';
import { type FitOptions, type History, positive } from './options.ts';
import { Recorder } from './recorder.ts';
import { Sender } from './sender.ts';
import { type Made, type Materials, makeFirst, setUp, smooth } from './setUp.ts';
import { keepTuned, recall } from './tuned.ts';
import type { Tuner } from './tuner.ts';
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
  readonly #sender: Sender;
  #tuner: Tuner | undefined;
  /** Whether what is fastest is still to be found. */
  #tunes: boolean;
  readonly #stopTuning = new AbortController();
  #state: 'open' | 'running' | 'failed' | 'closing' | 'closed' = 'open';

  private constructor(
    private readonly model: Model,
    private readonly options: FitOptions,
    private readonly plan: Run,
    private readonly materials: Materials,
    private made: Made,
    private readonly judge: Judge | undefined,
    private readonly recorder: Recorder,
    private readonly watch: Watch,
    private readonly onEnd: () => void,
    isTuned: boolean,
  ) {
    this.#sender = new Sender(model.steps, plan, recorder, judge, watch);
    this.#tunes = plan.plan === 'auto' && !isTuned;
    this.#begin(made);
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
    // While the data is uploaded.
    const recalling = plan.plan === 'auto' ? recall(model.gpu, model.architecture, plan) : undefined;
    const materials = setUp(model, data, plan, options);
    let made: Made | undefined;
    try {
      const tuned = await recalling;
      made = await makeFirst(model, plan, options, materials, tuned);
      recorder.verification = made.verification;
      recorder.notes = made.notes ?? [];
      if (made.verification) await options.onVerified?.(made.verification);
      const judge = await judgeOf(model, plan, options);
      const watch = new Watch(model, plan.schedule, options.earlyStopping);
      return new Training(
        model,
        options,
        plan,
        materials,
        made,
        judge,
        recorder,
        watch,
        onEnd,
        tuned !== undefined,
      );
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
    const wanted = steps ?? Math.max(0, this.plan.total - this.#sender.sent);
    this.#state = 'running';
    const sender = this.#sender;
    sender.last = undefined;
    try {
      await this.#send(sender.sent + wanted);
      this.model.gpu.check();
      const { sick } = sender;
      const { trainer, choice } = this.made;
      const { examples, make } = this.materials;
      if (sick && trainer) {
        const { findDivergence } = await import('./divergence.ts');
        const look = (by: GpuChoice) => findDivergence(this.model, () => make(by, true), examples, sick);
        // The textbook plan stores every number on the way; if nothing is wrong in it, its own plan is.
        this.recorder.divergence = (await look({ plan: 'textbook' })) ?? (await look(choice as GpuChoice));
      }
      if (this.#over) this.watch.finish();
    } catch (error) {
      this.#leave('failed');
      throw error;
    }
    const made = this.recorder.steps - before;
    const last = sender.last as StepReport | undefined;
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
    this.#tuner?.dispose();
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

  /** Sends steps until so many were sent since the training began; with `auto`, finds what makes them fastest. */
  async #send(end: number): Promise<void> {
    const sender = this.#sender;
    const over = () => this.#over !== undefined;
    while (sender.sent < end && !over()) {
      await sender.send(end, this.made, () => {
        this.#startTuning();
        return over() || this.#tuner?.isReady === true;
      });
      if (!over() && this.#tuner?.isReady) await this.#tune(this.#tuner);
    }
  }

  /** Begins to look for what is faster, once the first steps are done; the code that does is loaded then. */
  #startTuning(): void {
    const { model, options, materials, recorder, plan } = this;
    if (!this.#tunes || recorder.steps === 0) return;
    this.#tunes = false;
    const { gpu, architecture } = model;
    const rivals = rivalsOf(this.made.choice, gpu, architecture, plan.batches.batchSize, options.gpuOnly);
    if (!rivals.length) return;
    const left = () => ({
      steps: Math.max(0, plan.total - this.#sender.sent),
      perSecond: recorder.stepsPerSecond,
    });
    const { signal } = this.#stopTuning;
    const begin = async () => {
      const { startTuner } = await import('./tuning.ts');
      if (this.#state === 'closed') return;
      this.#tuner = startTuner(this.made, { model, run: plan, options, materials, rivals, left, signal });
    };
    // Without it, the training goes on as it began.
    begin().catch(() => {});
  }

  /** Compares what waits to be compared; where it is faster, a new segment begins. */
  async #tune(tuner: Tuner): Promise<void> {
    const abort = () => this.#stopTuning.abort();
    this.options.signal?.addEventListener('abort', abort, { once: true });
    const made = await tuner.compare();
    this.options.signal?.removeEventListener('abort', abort);
    if (made !== this.made) this.#begin(made);
    this.recorder.candidates = tuner.candidates;
    if (tuner.isOver) await keepTuned(this.model.gpu, this.model.architecture, this.plan, made.choice);
  }

  #begin(made: Made): void {
    this.made = made;
    this.recorder.segments.push({ step: this.model.steps, ...made.choice });
  }

  /** A run has ended; so does the training, if that was asked for meanwhile. */
  #leave(state: 'open' | 'failed'): void {
    const closing = this.#state === 'closing';
    this.#state = state;
    if (closing) this.dispose();
  }
}

const REFUSED = {
  running: 'This training is running already; wait for that run',
  closing: 'This training has been disposed of; make another',
  closed: 'This training has been disposed of; make another',
  failed: 'An error has ended this training; dispose of it and make another',
} as const;

/** What judges the validation rows, if there are some; its code is loaded where it is needed. */
async function judgeOf(model: Model, plan: Run, options: FitOptions): Promise<Judge | undefined> {
  const { validation } = options;
  if (!validation) return undefined;
  const { Judge } = await import('./judge.ts');
  return Judge.create(model, smooth(validation, plan, options), plan.method);
}
