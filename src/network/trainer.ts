import { Program } from '../gpu/program.ts';
import { Readback } from '../gpu/readback.ts';
import { kernelTable } from '../kernels/index.ts';
import type { Model, Moments } from './model.ts';
import { corrections } from './optimizer.ts';
import { type Method, PHASES, type Plan } from './plan.ts';
import type { ResidentData } from './resident.ts';
import { type Batch, type Step, packSchedule } from './schedule.ts';
import { Tensors } from './tensors.ts';
import { textbook } from './textbook/index.ts';

/** What a read-back brought of one finished step. */
export interface StepReport extends Step {
  /** Loss of the step's batch, before its update. */
  readonly loss: number;
  /** Share of the batch that was predicted right, before the update; undefined for a regression. */
  readonly accuracy: number | undefined;
}

/** Submits that may be on their way: the loop waits for the one two before. */
export const IN_FLIGHT = 3;
/** Most steps of one submit. */
export const MOST_STEPS = 1024;

/** A step as the trainer is told of it: which rows, and how far. */
export type Order = Batch & Pick<Step, 'learningRate'>;

export interface TrainerOptions extends Method {
  /** Every number of rows that a batch of this run has: the full batch and the short last one. */
  readonly batchRows: readonly number[];
}

/** The `textbook` plan on the GPU: buffers, pipelines and bind groups are made here and never again. */
export class Trainer {
  #next = 0;
  /** Steps of the optimizer sent so far, those of earlier fits included. */
  #sent: number;

  private constructor(
    private readonly model: Model,
    /** The plan of the largest batch: which tensors there are. */
    readonly plan: Plan,
    private readonly tensors: Tensors,
    private readonly programs: ReadonlyMap<number, Program>,
    private readonly readbacks: readonly Readback[],
    private readonly options: TrainerOptions,
    private readonly moments: Moments,
  ) {
    this.#sent = moments.steps;
  }

  static async create(model: Model, data: ResidentData, options: TrainerOptions): Promise<Trainer> {
    const { gpu, architecture } = model;
    const { batchRows } = options;
    const planFor = (m: number) =>
      textbook(architecture, { ...options, m, steps: MOST_STEPS, data: data.parts });
    const plan = planFor(Math.max(...batchRows));
    const own = plan.tensors.filter(({ role }) => !['data', 'parameter', 'moment'].includes(role));
    const moments = model.moments(options.optimizer);
    const tensors = new Tensors(gpu, own);
    const buffers = new Map([
      ...tensors.buffers,
      ...data.tensors.buffers,
      ...model.parameters.buffers,
      ...moments.tensors.buffers,
    ]);
    const programs = new Map<number, Program>();
    try {
      for (const m of batchRows) {
        const { passes } = planFor(m);
        const all = PHASES.flatMap((phase) => passes[phase]);
        programs.set(m, await Program.create(gpu, `step${m}`, kernelTable, all, buffers));
      }
    } catch (error) {
      tensors.dispose();
      for (const program of programs.values()) program.dispose();
      throw error;
    }
    const readbacks = Array.from(
      { length: IN_FLIGHT },
      (_, i) => new Readback(gpu, `history${i}`, 8 * MOST_STEPS),
    );
    return new Trainer(model, plan, tensors, programs, readbacks, options, moments);
  }

  /**
   * Submits these steps, and resolves when the read-back that depends on them has come. At most
   * `IN_FLIGHT` calls may be unresolved, and `MOST_STEPS` steps in each.
   */
  async run(orders: readonly Order[]): Promise<StepReport[]> {
    const { gpu } = this.model;
    const { optimizer, accuracy } = this.options;
    const readback = this.readbacks[this.#next++ % IN_FLIGHT];
    const steps = orders.map((order): Step => {
      const { m, v } = corrections(optimizer, ++this.#sent);
      return { ...order, correctionM: m, correctionV: v };
    });
    gpu.write(this.tensors.get('schedule'), packSchedule(steps));
    gpu.write(this.tensors.get('clock'), new Uint32Array(1));
    gpu.submit('steps', (encoder) => {
      const pass = encoder.beginComputePass({ label: 'steps' });
      for (const { rows } of steps) this.programs.get(rows)!.encode(pass);
      pass.end();
      readback.copyFrom(encoder, this.tensors.get('history'), 8 * steps.length);
    });
    const history = new Float32Array(await readback.read(8 * steps.length));
    this.model.steps = Math.max(this.model.steps, steps[steps.length - 1].index + 1);
    this.moments.steps += steps.length;
    return steps.map((step, i) => ({
      ...step,
      loss: history[2 * i],
      accuracy: accuracy ? history[2 * i + 1] : undefined,
    }));
  }

  /** The buffers of the plan's tensors, for looking inside between submits. */
  get buffers() {
    return this.tensors.buffers;
  }

  dispose(): void {
    this.tensors.dispose();
    for (const program of this.programs.values()) program.dispose();
    for (const readback of this.readbacks) readback.dispose();
  }
}
