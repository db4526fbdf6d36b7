import { UsageError } from '../errors.ts';
import { type Pass, partsOf, variantName } from '../gpu/kernel.ts';
import { type Judged, type PassReport, MOST_FLOPS, judgeStep } from '../lab/verify.ts';
import { type Architecture, parameterCount, sizesOf } from '../network/layers.ts';
import type { Model } from '../network/model.ts';
import type { Examples } from '../network/residentData.ts';
import { textbook } from '../network/textbook/index.ts';
import type { RecordedStep } from '../network/trainer.ts';
import { type GpuChoice, choiceName } from './choice.ts';
import { decide, orderAt } from './decide.ts';
import type { FitOptions } from './options.ts';
import { CONTROL, recordStep, writtenBy } from './recordStep.ts';

/** All tensors of a step, before and after it, are kept in memory: with Adam, eight numbers for each weight. */
const MOST_PARAMETERS = 20e6;

/** Numbers of a tensor that are given at once: whole rows of it. */
export const MOST_GIVEN = 2 ** 18;

/** A tensor that a pass reads, or a result of it. */
export interface TensorInside {
  /** `layer1.z` */
  readonly tensor: string;
  readonly shape: readonly number[];
  /** The textbook pass whose result it is, `forward/layer1/z`; undefined: it is read. */
  readonly part: string | undefined;
  /** Whether the GPU stored it: a resident step keeps most numbers to itself, and then there are only the oracle's. */
  readonly isStored: boolean;
  /** The largest difference in units of its bound, right up to 1; undefined where nothing was judged. */
  readonly fraction: number | undefined;
  /** Where that is; undefined where every number is the oracle's own. */
  readonly worst: PassReport['worst'];
}

/** What a pass reads and what it makes, in this order: plain data, which can be sent from a worker. */
export interface PassInside {
  /** `forward/layer1` */
  readonly label: string;
  /** `fusedForward [TANH]` */
  readonly kernel: string;
  readonly tensors: readonly TensorInside[];
}

/** Numbers of a tensor, whole rows of it: as the pass found them, or as it left them beside what the oracle wants. */
export interface NumbersInside {
  /** As the GPU has them; left out where it did not store them. */
  readonly got?: Float32Array | Uint32Array;
  /** Of a result that was judged: by the oracle, and how far the GPU's may be from each. */
  readonly want?: Float64Array;
  readonly bound?: Float64Array;
  /** Numbers in a row; a long vector is broken into rows, too. */
  readonly columns: number;
  /** The place of the first of them in the tensor, and how many that has. */
  readonly first: number;
  readonly count: number;
}

export interface InsideOptions extends FitOptions {
  /** What makes the step. */
  readonly choice: GpuChoice;
  /** Steps that the training with these options has made before; none if left out. */
  readonly done?: number;
}

/**
 * The next step of a training, made, read and made undone: what each of its passes read and wrote, every result beside
 * the oracle's from the GPU's own inputs.
 */
export class InsideStep {
  private constructor(
    private readonly step: RecordedStep,
    private readonly reports: ReadonlyMap<string, PassReport>,
    /** Shapes of the textbook plan, for what is not stored; names of what lasts from step to step. */
    private readonly book: ReadonlyMap<string, readonly number[]>,
    private readonly lasting: ReadonlySet<string>,
    /** What made it, in a few words. */
    readonly plan: string,
    /** Rows of its batch: more than were taken where the oracle would take long for all of them. */
    readonly batch: number,
  ) {}

  /**
   * Not a bit of weights and moments changes.
   * @throws UsageError if the plan cannot make the step, or it is too large to be kept; what `Network.fit` throws
   */
  static async record(
    model: Model,
    data: Examples,
    { choice, done = 0, ...options }: InsideOptions,
  ): Promise<InsideStep> {
    const { architecture } = model;
    const parameters = parameterCount(architecture);
    if (parameters > MOST_PARAMETERS)
      throw new UsageError(
        `A step of ${parameters} weights and biases is too large to be looked into, at most ${MOST_PARAMETERS} are; take fewer units`,
      );
    const run = decide(model, data, options);
    const next = orderAt(model.steps - done, done, run, 1);
    const order = { ...next, rows: Math.min(next.rows, mostRows(architecture)) };
    const taken = { ...run, batches: { ...run.batches, batchSize: order.rows } };
    const step = await recordStep(model, data, taken, options, { choice, order });
    const reports = new Map<string, PassReport>();
    for await (const report of judgeStep(step)) reports.set(keyOf(report.label, report.tensor), report);
    const held = [{ start: 0, held: data.rows }];
    const { tensors } = textbook(architecture, { ...run.method, m: order.rows, steps: 1, data: held });
    const lasting = tensors.filter(({ role }) => role === 'parameter' || role === 'moment');
    return new InsideStep(
      step,
      reports,
      new Map(tensors.map(({ name, shape }) => [name, shape])),
      new Set(lasting.map(({ name }) => name)),
      choiceName(choice),
      next.rows,
    );
  }

  /** Rows of the batch that were taken, from its first. */
  get rows(): number {
    return this.step.report.rows;
  }

  /** Labels of the passes, in their order. */
  get passes(): string[] {
    return this.step.passes.map(({ label }) => label);
  }

  /** What a pass reads and makes. @throws UsageError if the step has no pass of this label */
  look(label: string): PassInside {
    const pass = this.#pass(label);
    const read = [...this.#read(pass)].map((tensor): TensorInside => ({
      ...{ tensor, shape: this.#shape(tensor), part: undefined, isStored: true },
      ...{ fraction: undefined, worst: undefined },
    }));
    const made = partsOf([pass]).flatMap((part) =>
      writtenBy(part).map(([, tensor]): TensorInside => {
        const { fraction, worst } = this.reports.get(keyOf(part.label, tensor)) ?? {};
        const isStored = this.step.after.has(tensor);
        return { tensor, shape: this.#shape(tensor), part: part.label, isStored, fraction, worst };
      }),
    );
    return { label, kernel: variantName(pass.kernel, pass.flags), tensors: [...read, ...made] };
  }

  /**
   * The numbers of a tensor of a pass.
   * @param index its place in `look(label).tensors`
   * @param at the place of a number that is to be among them; the worst if left out, else the first
   * @throws UsageError if there is no such pass or tensor
   */
  async numbers(label: string, index: number, at?: number): Promise<NumbersInside> {
    const { tensors } = this.look(label);
    const wanted = tensors[index];
    if (!wanted) throw new UsageError(`The pass '${label}' has ${tensors.length} tensors, and no ${index}`);
    const { tensor, part, worst } = wanted;
    const judged = part === undefined ? undefined : await this.#judged(part, tensor);
    const got = judged?.got ?? (wanted.isStored ? this.#found(label, tensor, part) : undefined);
    const count = (judged?.want ?? got)!.length;
    const columns = columnsOf(wanted.shape, count);
    const most = Math.max(1, Math.floor(MOST_GIVEN / columns)) * columns;
    const first = Math.floor(Math.min(at ?? worst?.index ?? 0, count - 1) / most) * most;
    const end = Math.min(count, first + most);
    return {
      ...{ columns, first, count },
      ...(got && { got: got.slice(first, end) as NumbersInside['got'] }),
      ...(judged && {
        want: Float64Array.from(judged.want.subarray(first, end)),
        bound: Float64Array.from({ length: end - first }, (_, i) => judged.bound(first + i)),
      }),
    };
  }

  /** A result with its numbers: judged once more, as all of them together may be too many to be kept. */
  async #judged(part: string, tensor: string): Promise<Judged | undefined> {
    let found: Judged | undefined;
    const see = (judged: Judged) => {
      if (judged.part.label === part && judged.tensor === tensor) found = judged;
    };
    for await (const _ of judgeStep(this.step, see)) if (found) break;
    return found;
  }

  /** A tensor as a pass found it; as it left it, where it is a result. */
  #found(label: string, tensor: string, part: string | undefined): Float32Array | Uint32Array {
    const { passes, shapes, before, after } = this.step;
    const place = passes.indexOf(this.#pass(label));
    const writers = part === undefined ? partsOf(passes.slice(0, place)) : [];
    const isMade =
      part !== undefined || writers.some((one) => writtenBy(one).some(([, to]) => to === tensor));
    // An arena is what its tensors have made of it.
    return (isMade || !shapes.has(tensor) ? after : before).get(tensor)!;
  }

  /** What a pass reads that it did not make itself. */
  #read(pass: Pass): Set<string> {
    const read = new Set<string>();
    const made = new Set<string>();
    for (const part of partsOf([pass])) {
      const written = new Set(writtenBy(part).map(([, tensor]) => tensor));
      for (const tensor of Object.values(part.tensors)) {
        const isInput = !written.has(tensor) || this.lasting.has(tensor);
        if (isInput && !made.has(tensor) && !CONTROL.has(tensor) && this.step.after.has(tensor))
          read.add(tensor);
      }
      for (const tensor of written) made.add(tensor);
    }
    return read;
  }

  #shape(tensor: string): readonly number[] {
    const { shapes, after } = this.step;
    return shapes.get(tensor) ?? this.book.get(tensor) ?? [after.get(tensor)!.length];
  }

  #pass(label: string): Pass {
    const pass = this.step.passes.find((one) => one.label === label);
    if (pass) return pass;
    throw new UsageError(`The plan '${this.plan}' has no pass '${label}'; it has ${this.passes.join(', ')}`);
  }
}

const keyOf = (part: string, tensor: string) => `${part}: ${tensor}`;

/** Rows with which the oracle takes no longer for the forward products than for one that it judges by itself. */
function mostRows(architecture: Architecture): number {
  const sizes = sizesOf(architecture);
  const each = architecture.layers.reduce((sum, { units }, l) => sum + 2 * sizes[l] * units, 0);
  return Math.max(1, Math.floor(MOST_FLOPS / each));
}

/** A matrix has its own; a vector is broken into rows where it is long. */
function columnsOf(shape: readonly number[], count: number): number {
  if (shape.length > 1) return shape[shape.length - 1];
  return count <= 64 ? Math.max(1, count) : Math.ceil(Math.sqrt(count));
}
