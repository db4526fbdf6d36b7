import { UsageError } from '../errors.ts';
import type { StepReport } from '../network/submits.ts';
import type { Run } from './decide.ts';
import { choiceName } from './choice.ts';
import type { Made, Material, Weights } from './equipment.ts';
import type { Keeper } from './keeper.ts';
import { type FitOptions, type History, positive } from './options.ts';
import { Recorder } from './recorder.ts';
import { Sender } from './sender.ts';
import type { OwnKernel } from './swap.ts';
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
  /** Of the last step; NaN if there was no step. */
  readonly learningRate: number;
  /** How fast this run was. */
  readonly stepsPerSecond: number;
  /** What its steps took on the GPU, in ms; undefined unless `timed`, and where there are no timestamps. */
  readonly gpuTime: number | undefined;
}

/** What a training is made of; see `Trainable.train`. */
export interface Parts extends Material {
  readonly model: Pick<Weights, 'steps' | 'keepBest' | 'restoreBest'>;
  readonly run: Run;
  readonly options: FitOptions;
  /** When it was asked for; as `performance.now()`. */
  readonly started: number;
  /** Hears that the network is free again. */
  readonly onEnd: () => void;
  /** What keeps the state of this training, if that is wanted; and what makes it. */
  readonly keeper: Keeper | undefined;
  readonly keeping: () => Promise<Keeper>;
}

/**
 * A training that is driven by its caller, some steps at a time: everything that its steps need was made,
 * and verified, beforehand, and `run` makes nothing anew.
 */
export class Training {
  readonly #parts: Parts;
  readonly #recorder: Recorder;
  readonly #watch: Watch;
  readonly #sender: Sender;
  #keeper: Keeper | undefined;
  #material: Material;
  #made: Made;
  #state: 'open' | 'running' | 'failed' | 'closing' | 'closed' = 'open';
  /** Whether it was disposed of while it ran. */
  #isCut = false;

  constructor(parts: Parts) {
    const { model, run, options, equipment, judge, started, keeper } = parts;
    const { first } = equipment;
    this.#parts = this.#material = parts;
    this.#recorder = new Recorder(options, run, started);
    this.#recorder.verification = first.verification;
    this.#recorder.notes = first.notes ?? [];
    this.#watch = new Watch(model, run.schedule, options.earlyStopping);
    this.#sender = new Sender(keeper?.origin ?? model.steps, run, this.#recorder, judge, this.#watch);
    this.#made = first;
    this.#keeper = keeper;
    this.#attend();
    this.#begin(first);
  }

  /** Steps finished so far. */
  get steps(): number {
    return this.#recorder.steps;
  }

  /** All that was trained so far, as `Network.fit` answers it. */
  get history(): History {
    this.#recorder.best = this.#watch.best;
    return this.#recorder.finish((this.#aborted || this.#isCut) && this.steps < this.#parts.run.total);
  }

  /**
   * Takes more steps; those that `steps` or `epochs` of the options leave to be done, if not told how many.
   * Nothing waits for a single step: the GPU is waited for once in a submit of many, and at the end; on the CPU
   * others have a turn every few milliseconds.
   * @returns when the last of these steps is really done
   * @throws UsageError while another run is on its way, and after an error or `dispose`; DeviceLostError;
   *   what a callback throws
   */
  async run(steps?: number): Promise<RunReport> {
    if (steps !== undefined) positive('steps', steps);
    return this.#alone('failed', async () => {
      const started = performance.now();
      const before = this.#recorder.steps;
      const sender = this.#sender;
      const wanted = steps ?? Math.max(0, this.#parts.run.total - sender.sent);
      sender.last = sender.gpuTime = undefined;
      await this.#reach(sender.sent + wanted);
      const { sick } = sender;
      if (sick) this.#recorder.divergence = await this.#material.equipment.findDivergence?.(this.#made, sick);
      const { diverged, seen } = this.#recorder;
      if (seen.early) this.#watch.finish();
      const made = this.#recorder.steps - before;
      const last = sender.last as StepReport | undefined;
      return {
        stopped: diverged || seen.early || made < wanted ? this.#over! : 'done',
        steps: made,
        loss: last?.loss ?? NaN,
        accuracy: last?.accuracy,
        learningRate: last?.learningRate ?? NaN,
        stepsPerSecond: (1000 * made) / Math.max(performance.now() - started, 1e-3),
        gpuTime: sender.gpuTime,
      };
    });
  }

  /**
   * All that is needed to go on from here, as the option `resume` of another training with the same network, data and
   * options, in this page or process or another: the bytes of a safetensors file, with a checksum.
   * @throws UsageError while a run is on its way, and after an error, `dispose` or a divergence
   */
  async checkpoint(): Promise<Uint8Array> {
    if (this.#state !== 'open') throw new UsageError(REFUSED[this.#state]);
    this.#keeper ??= await this.#parts.keeping();
    this.#attend();
    return this.#keeper.checkpoint();
  }

  /**
   * @internal On a GPU: makes the steps from here on with a kernel of one's own that was judged (swap.ts), or, without
   * one, with what made them before. The next step is judged first, and made undone.
   * @throws MismatchError, ShaderError or UsageError with the reason why it is refused; the training goes on as if it
   *   had not been tried
   */
  swap(kernel?: OwnKernel): Promise<void> {
    return this.#alone('open', async () =>
      this.#begin(await this.#material.equipment.swap!(this.#made, kernel)),
    );
  }

  /**
   * @internal After a lost device, and no run was on its way: makes the steps again that are not kept in memory.
   * @throws DeviceLostError if there is no other device, which ends the training
   */
  recover(): Promise<void> {
    return this.#alone('failed', () => this.#reach(this.#sender.sent));
  }

  /**
   * Ends the training and frees what it holds; the network keeps its weights, the best ones if
   * early stopping was to restore them. A run that is on its way ends at its next step.
   */
  dispose(): void {
    if (this.#state === 'running') this.#state = 'closing';
    if (this.#state === 'closing' || this.#state === 'closed') return;
    this.#state = 'closed';
    this.#watch.finish();
    this.#free();
    this.#parts.onEnd();
  }

  /** What `using` calls at the end of a block: `dispose`. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  get #aborted(): boolean {
    return this.#parts.options.signal?.aborted === true;
  }

  /** Why no further step is to be made, if so. */
  get #over(): Exclude<History['stopped'], 'done'> | undefined {
    if (this.#recorder.diverged) return 'diverged';
    if (this.#recorder.seen.early) return 'early';
    return this.#aborted || this.#state === 'closing' ? 'aborted' : undefined;
  }

  /** Makes steps until there are so many since the training began, whatever devices are lost meanwhile. */
  async #reach(end: number): Promise<void> {
    for (;;)
      try {
        await this.#send(end);
        this.#material.equipment.check?.();
        return await this.#keeper?.end(this.#over);
      } catch (error) {
        if (!this.#keeper) throw error;
        const material = await this.#keeper.recover(error, () => this.#free());
        this.#material = material;
        this.#sender.judge = material.judge;
        this.#begin(material.equipment.first);
      }
  }

  /** Sends steps until so many were sent since the training began; what makes them may change on the way. */
  async #send(end: number): Promise<void> {
    const sender = this.#sender;
    const keeper = this.#keeper;
    const { improver } = this.#material.equipment;
    const over = () => this.#over !== undefined;
    while (sender.sent < end && !over()) {
      await sender.send(Math.min(end, keeper?.next ?? end), this.#made, () => {
        if (this.steps > 0) improver?.begin(() => this.#left);
        return over() || improver?.isReady === true || keeper?.isDue === true;
      });
      if (!over()) await keeper?.keep();
      if (!over() && improver?.isReady) {
        const made = await improver.improve();
        if (made !== this.#made) this.#begin(made);
        this.#recorder.candidates = improver.candidates;
      }
    }
  }

  get #left() {
    const steps = Math.max(0, this.#parts.run.total - this.#sender.sent);
    return { steps, perSecond: this.#recorder.stepsPerSecond };
  }

  /** Another maker of steps, or the first: a new segment, unless a resumed training goes on as it was. */
  #begin(made: Made): void {
    this.#made = made;
    const { choice, adapter } = made;
    const { segments } = this.#recorder.seen;
    const last = segments[segments.length - 1];
    if (!last || last.adapter !== adapter || choiceName(last) !== choiceName(choice))
      segments.push({ step: this.#parts.model.steps, ...choice, adapter });
  }

  /** Gives the keeper what it keeps, and what a resumed training begins with. */
  #attend(): void {
    this.#keeper?.attend({ recorder: this.#recorder, watch: this.#watch, sender: this.#sender });
  }

  #free(): void {
    const { equipment, judge } = this.#material;
    equipment.improver?.dispose();
    this.#made.runner.dispose();
    judge?.dispose();
    equipment.dispose();
  }

  /** Does what no run may disturb. @param after what an error leaves it as */
  async #alone<T>(after: 'open' | 'failed', work: () => Promise<T>): Promise<T> {
    if (this.#state !== 'open') throw new UsageError(REFUSED[this.#state]);
    this.#state = 'running';
    try {
      const done = await work();
      after = 'open';
      return done;
    } finally {
      this.#leave(after);
    }
  }

  /** A run has ended; so does the training, if that was asked for meanwhile. */
  #leave(state: 'open' | 'failed'): void {
    const closing = this.#state === 'closing';
    this.#state = state;
    this.#isCut = closing;
    if (closing) this.dispose();
  }
}

const REFUSED = {
  running: 'This training is running already; wait for that run',
  closing: 'This training has been disposed of; make another',
  closed: 'This training has been disposed of; make another',
  failed: 'An error has ended this training; dispose of it and make another',
} as const;
