import { DeviceLostError, UsageError } from '../errors.ts';
import { reopen, wasLost } from '../gpu/reopen.ts';
import type { Examples } from '../network/residentData.ts';
import { type Saved, type Subject, choiceOf, decode, describe, encode } from './checkpoint.ts';
import type { Run } from './decide.ts';
import type { Made, Material } from './equipment.ts';
import type { FitOptions, History, Segment } from './options.ts';
import {
  type AnyModel,
  type Live,
  type Snapshot,
  START,
  giveLists,
  giveNumbers,
  goTo,
  positionOf,
  takeNumbers,
} from './snapshot.ts';

/** A copy in memory may take this share of the time, and none is made sooner after the last, in ms. */
const SHARE = 0.01;
const SOONEST = 200;

/** Devices that may be lost one after the other without a step in between. */
const MOST_IN_VAIN = 8;

const DEFAULT_SECONDS = 30;

interface KeeperParts {
  readonly model: AnyModel;
  /** The index of the first step of the training. */
  readonly origin: number;
  readonly run: Run;
  readonly data: Examples;
  readonly options: FitOptions;
  /** Makes what the training works with, on the device that there is. */
  readonly make: (run: Run) => Promise<Material>;
}

/**
 * Keeps the state of a training: as checkpoints, and in memory for going on after a lost device. It copies that state
 * in moments in which no step is on its way, which it asks for.
 */
export class Keeper {
  #live: Live | undefined;
  /** The last state in memory, and when it was copied. */
  #memory: Snapshot | undefined;
  #copied = performance.now();
  /** What copying took, in ms. */
  #cost = 0;
  /** Steps that had been sent at the last checkpoint, and when it was saved. */
  #savedAt: number | undefined;
  #saved = performance.now();
  #description: ReturnType<typeof describe> | undefined;
  /** The furthest step, and the devices that were lost since it was made. */
  #furthest = 0;
  #inVain = 0;
  /** Steps of the state in memory at the last loss. */
  #rescued = 0;
  #recoveries = 0;
  /** Of the history, besides. */
  #notes: readonly string[] = [];

  private constructor(
    private readonly parts: KeeperParts,
    private readonly resumed: Saved | undefined,
    /** The index of the first step of the training. */
    readonly origin: number,
  ) {}

  /** @throws DataError for a checkpoint that is none, or one of another training; UsageError for impossible options */
  static async create(parts: KeeperParts): Promise<Keeper> {
    const { model, run, options } = parts;
    const { resume, checkpoint } = options;
    const { everySteps = 1, everySeconds = 1 } = checkpoint ?? {};
    if (!Number.isSafeInteger(everySteps) || everySteps < 1)
      throw new UsageError(`everySteps is a positive whole number, not ${everySteps}`);
    if (!(everySeconds > 0)) throw new UsageError(`everySeconds is a number above 0, not ${everySeconds}`);
    const { optimizer } = run.method;
    const resumed = resume && (await decode(resume, subjectOf(parts)));
    if (resumed) await giveNumbers(model, optimizer, resumed.numbers);
    const keeper = new Keeper(parts, resumed, resumed?.origin ?? parts.origin);
    const position = resumed?.position ?? START;
    keeper.#savedAt = resumed?.position.sent;
    if (keeper.#gpu)
      keeper.#memory = { numbers: resumed?.numbers ?? (await takeNumbers(model, optimizer)), position };
    return keeper;
  }

  /** Makes what the training begins with; after a device was lost meanwhile, on the next. */
  async make(): Promise<Material> {
    const { make, run } = this.parts;
    const last = this.resumed?.lists.segments.at(-1);
    const first = last && choiceOf(last);
    for (;;)
      try {
        const material = await make({ ...run, first });
        return last ? compared(last, material) : material;
      } catch (error) {
        await this.#reopen(error);
      }
  }

  /** Gets to know the training, and brings it to where a checkpoint was. */
  attend(live: Live): void {
    if (this.#live) return;
    this.#live = live;
    this.#notes = live.recorder.notes;
    this.#tell();
    if (!this.resumed) return;
    giveLists(this.resumed.lists, live);
    goTo(this.resumed.position, live);
  }

  /** How many steps may be sent before the next moment in which none is to be on its way. */
  get next(): number {
    const { everySteps } = this.parts.options.checkpoint ?? {};
    const { sent } = this.#live!.sender;
    return everySteps ? (Math.floor(sent / everySteps) + 1) * everySteps : Infinity;
  }

  /** Whether such a moment is wanted now. */
  get isDue(): boolean {
    return this.#isCopyDue || this.#isSaveDue;
  }

  /** Copies and saves what is due; no step is on its way. */
  async keep(): Promise<void> {
    const isSaved = this.#isSaveDue;
    if (!isSaved && !this.#isCopyDue) return;
    const snapshot = await this.#take();
    if (isSaved) await this.#save(snapshot);
  }

  /** A run has ended: saves the last state, if the training has come to its end, or is over for another reason. */
  async end(over: Exclude<History['stopped'], 'done'> | undefined): Promise<void> {
    const { options, run } = this.parts;
    const { sent } = this.#live!.sender;
    if (!options.checkpoint || over === 'diverged' || sent === this.#savedAt) return;
    if (over || sent >= run.total) await this.#save(await this.#take());
  }

  /** The bytes of a checkpoint; no step is on its way. */
  async checkpoint(): Promise<Uint8Array> {
    if (this.#live!.recorder.diverged)
      throw new UsageError('This training has diverged, and there is nothing to go on with; make another');
    return this.#encode(await this.#take());
  }

  /**
   * Goes on after a device was lost: opens another, and brings everything back to the last state in memory.
   * @param free disposes of what the training worked with
   * @throws the error itself, if it is another; DeviceLostError if no device is to be had
   */
  async recover(error: unknown, free: () => void): Promise<Material> {
    const live = this.#live!;
    const { steps } = live.recorder.seen;
    const { sent } = this.#memory?.position ?? START;
    if (steps > this.#furthest || sent > this.#rescued) this.#inVain = 0;
    this.#furthest = Math.max(this.#furthest, steps);
    this.#rescued = sent;
    await this.#reopen(error);
    free();
    goTo(this.#memory!.position, live);
    const { segments } = live.recorder.seen;
    const { make, run } = this.parts;
    const last = segments.at(-1);
    const first = last && choiceOf(last);
    for (;;)
      try {
        const material = await make({ ...run, first });
        const { choice, adapter } = material.equipment.first;
        const segment = { step: this.parts.model.steps, ...choice, adapter };
        // A segment without a step is none.
        if (last?.step === segment.step) segments.pop();
        segments.push(segment);
        return material;
      } catch (thrown) {
        await this.#reopen(thrown);
      }
  }

  /** @throws the error, if no device was lost */
  async #reopen(error: unknown): Promise<void> {
    const gpu = this.#gpu;
    if (!gpu || !(await wasLost(gpu, error))) throw error;
    if (++this.#inVain > MOST_IN_VAIN)
      throw new DeviceLostError(
        `The GPU device was lost ${this.#inVain} times at step ${this.#furthest + 1}, and nothing was gained in between; take a smaller network, batch or data set, or another adapter${this.#place}`,
      );
    try {
      await reopen(gpu);
    } catch (thrown) {
      (thrown as Error).message += this.#place;
      throw thrown;
    }
    const { model, run } = this.parts;
    await giveNumbers(model, run.method.optimizer, this.#memory!.numbers);
    this.#recoveries++;
    this.#tell();
  }

  /** The history says how often a device was lost. */
  #tell(): void {
    const recoveries = this.#recoveries;
    if (!this.#live || !recoveries) return;
    const note = `The GPU device was lost ${recoveries === 1 ? 'once' : `${recoveries} times`} and opened again; training went on from its last state in memory, with the same numbers`;
    Object.assign(this.#live.recorder, { recoveries, notes: [...this.#notes, note] });
  }

  /** Where training can go on, for messages. */
  get #place(): string {
    return this.#savedAt === undefined ? '' : `. The last checkpoint is that of step ${this.#savedAt}`;
  }

  /** The GPU, if it is opened again when it is lost. */
  get #gpu() {
    const { model } = this.parts;
    return 'gpu' in model && model.gpu.request ? model.gpu : undefined;
  }

  get #isCopyDue(): boolean {
    if (this.#live!.sender.sent === this.#memory?.position.sent) return false;
    const interval = Math.max(SOONEST, this.#cost / SHARE);
    return this.#gpu !== undefined && performance.now() - this.#copied >= interval;
  }

  get #isSaveDue(): boolean {
    const { checkpoint } = this.parts.options;
    const { sent } = this.#live!.sender;
    if (!checkpoint || sent === (this.#savedAt ?? 0)) return false;
    const { everySteps, everySeconds = everySteps === undefined ? DEFAULT_SECONDS : Infinity } = checkpoint;
    const isReached = everySteps !== undefined && sent % everySteps === 0;
    return isReached || performance.now() - this.#saved >= 1000 * everySeconds;
  }

  async #take(): Promise<Snapshot> {
    const started = performance.now();
    const { model, run } = this.parts;
    const numbers = await takeNumbers(model, run.method.optimizer);
    const snapshot = { numbers, position: positionOf(this.#live!) };
    this.#copied = performance.now();
    this.#cost = this.#copied - started;
    if (this.#gpu) this.#memory = snapshot;
    return snapshot;
  }

  async #save(snapshot: Snapshot): Promise<void> {
    await this.parts.options.checkpoint!.save(await this.#encode(snapshot), snapshot.position.seen.steps);
    this.#savedAt = snapshot.position.sent;
    this.#saved = performance.now();
  }

  async #encode(snapshot: Snapshot): Promise<Uint8Array> {
    const subject = subjectOf(this.parts);
    this.#description ??= describe(subject);
    const description = await this.#description;
    return encode(snapshot, this.#live!.recorder, { ...subject, description, origin: this.origin });
  }
}

function subjectOf({ model: { architecture }, run, data, options }: KeeperParts): Subject {
  return { architecture, run, data, options };
}

/** Says so where a training does not go on with what made its steps before. */
function compared(last: Segment, { equipment, judge }: Material): Material {
  const { first } = equipment;
  const nameOf = ({ plan, tile, kernels, adapter }: Omit<Segment, 'step'>) =>
    `the plan ${plan}${tile ? ` ${JSON.stringify(Object.values(tile))}` : ''}${kernels ? ` with own ${Object.keys(kernels).join(', ')}` : ''} on ${adapter ?? 'the CPU'}`;
  const [before, now] = [nameOf(last), nameOf({ ...first.choice, adapter: first.adapter })];
  if (before === now) return { equipment, judge };
  const note = `The steps before were made by ${before}, and those from here on by ${now}: the bits may be others than those of a training that was not interrupted`;
  const made: Made = { ...first, notes: [...(first.notes ?? []), note] };
  return { equipment: { ...equipment, first: made }, judge };
}
