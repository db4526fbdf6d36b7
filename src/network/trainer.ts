import { type Buffer, UNIFORM } from '../gpu/gpu.ts';
import type { Pass } from '../gpu/kernel.ts';
import { type KernelTable, Program } from '../gpu/program.ts';
import { Readback } from '../gpu/readback.ts';
import type { Stopwatch } from '../gpu/stopwatch.ts';
import { loadKernels } from '../kernels/load.ts';
import type { Model, Moments } from './model.ts';
import { corrections } from './optimizer.ts';
import {
  type Method,
  type Plan,
  type PlanOptions,
  type Tensor,
  momentTensors,
  parameterTensors,
  passesOf,
  sizeOf,
} from './plan.ts';
import type { Examples, ResidentData } from './residentData.ts';
import { type Step, packSchedule } from './schedule.ts';
import { IN_FLIGHT, MOST_STEPS, type Order, type StepReport, type SubmitReport } from './submits.ts';
import { type GpuPlanName, planOf } from './plans.ts';
import { Tensors, readTensors } from './tensors.ts';

/**
 * Dispatches of a submit whose dispatches take many steps: a submit takes some 60 ms, and a dispatch is to take 10,
 * lest the browser think that it hangs.
 */
const DISPATCHES = 6;

/** Copies of the parameters and moments are kept for looking back only up to this size. */
const MOST_KEPT_BYTES = 64 * 2 ** 20;

export interface TrainerOptions extends Method, Pick<PlanOptions, 'keep' | 'tile'> {
  /** `textbook` if left out. */
  readonly plan?: GpuPlanName;
  /** Every number of rows that a batch of this run has: the full batch and the short last one. */
  readonly batchRows: readonly number[];
  /** Whether the GPU notes how long its steps take. */
  readonly timed?: boolean;
  /** In the place of those that are shipped. */
  readonly own?: KernelTable['kernels'];
}

/** One step that was looked at from all sides: every tensor before and after it. */
export interface RecordedStep {
  readonly report: StepReport;
  readonly passes: readonly Pass[];
  readonly shapes: ReadonlyMap<string, readonly number[]>;
  readonly before: Map<string, Float32Array | Uint32Array>;
  readonly after: Map<string, Float32Array | Uint32Array>;
}

/** A plan on the GPU: buffers, pipelines and bind groups are made here and never again. */
export class Trainer {
  #next = 0;

  private constructor(
    private readonly model: Model,
    private readonly data: ResidentData,
    private readonly plans: ReadonlyMap<number, Plan>,
    private readonly tensors: Tensors,
    private readonly programs: ReadonlyMap<number, Program>,
    private readonly watch: Program,
    private readonly readbacks: readonly Readback[],
    /** One copy of parameters and moments for each submit that may be on its way. */
    private readonly kept: readonly { parameters: Tensors; moments: Tensors }[],
    private readonly options: TrainerOptions,
    private readonly moments: Moments,
    private readonly stopwatch: Stopwatch | undefined,
    /** All that was made. */
    private readonly made: readonly { dispose(): void }[],
  ) {}

  static async create(model: Model, data: ResidentData, options: TrainerOptions): Promise<Trainer> {
    const { gpu, architecture, avoid } = model;
    const { plan: name = 'textbook', batchRows, optimizer } = options;
    const room = Math.max(...batchRows);
    const rest = { ...options, avoid, room, steps: MOST_STEPS, data: data.parts };
    const plans = new Map<number, Plan>();
    for (const m of batchRows) plans.set(m, await planOf(name, architecture, { ...rest, m }));
    const plan = plans.get(room)!;
    const own = plan.tensors.filter(({ role }) => !['data', 'parameter', 'moment'].includes(role));
    const parameters = parameterTensors(architecture);
    const health: Tensor = { name: 'health', role: 'control', shape: [parameters.length], type: 'u32' };
    const moments = model.moments(optimizer);
    const made: { dispose(): void }[] = [];
    const keep = <T extends { dispose(): void }>(thing: T): T => {
      made.push(thing);
      return thing;
    };
    try {
      const tensors = keep(new Tensors(gpu, [...own, health]));
      const tables = new Map<string, Buffer>();
      for (const [name, content] of plan.tables ?? []) {
        const table = gpu.buffer(name, content.byteLength, UNIFORM);
        keep({ dispose: () => table.destroy() });
        gpu.write(table, content);
        tables.set(name, table);
      }
      const buffers = new Map([
        ...tables,
        ...tensors.bindable,
        ...data.tensors.bindable,
        ...model.parameters.bindable,
        ...moments.tensors.bindable,
      ]);
      const passes = [{ kernel: 'watch' }, ...[...plans.values()].flatMap(passesOf)];
      const { kernels, library } = await loadKernels(passes, plan.texts);
      const table = { kernels: { ...kernels, ...options.own }, library };
      const watches = parameters.map((tensor, slot): Pass => ({
        label: `watch/${tensor.name.replace('.', '/')}`,
        kernel: 'watch',
        flags: [],
        params: { count: sizeOf(tensor), slot },
        tensors: { x: tensor.name, health: 'health' },
      }));
      const making = async (label: string, passes: readonly Pass[]) =>
        keep(await Program.create(gpu, label, table, passes, buffers));
      const makings = [
        making('watch', watches),
        ...[...plans].map(([m, plan]) => making(`step${m}`, passesOf(plan))),
      ];
      // What fails waits for the others, so that they are disposed of, too.
      await Promise.allSettled(makings);
      const [watch, ...steppers] = await Promise.all(makings);
      const programs = new Map([...plans.keys()].map((m, i) => [m, steppers[i]]));
      const momenta = momentTensors(architecture, optimizer);
      const bytes = 4 * [...parameters, ...momenta].reduce((sum, tensor) => sum + sizeOf(tensor), 0);
      const each = <T>(make: (i: number) => T) => Array.from({ length: IN_FLIGHT }, (_, i) => make(i));
      const copies = (i: number) => ({
        parameters: keep(new Tensors(gpu, parameters, `kept${i}.`)),
        moments: keep(new Tensors(gpu, momenta, `kept${i}.`)),
      });
      const kept = bytes > MOST_KEPT_BYTES ? [] : each(copies);
      // Its code is loaded where it is wanted.
      const watchable = options.timed && (await import('../gpu/stopwatch.ts'));
      const stopwatch = watchable ? watchable.Stopwatch.create(gpu, IN_FLIGHT) : undefined;
      if (stopwatch) keep(stopwatch);
      const size = 8 * MOST_STEPS + 4 * parameters.length;
      const readbacks = each((i) => keep(new Readback(gpu, `history${i}`, size)));
      return new Trainer(
        model,
        data,
        plans,
        tensors,
        programs,
        watch,
        readbacks,
        kept,
        options,
        moments,
        stopwatch,
        made,
      );
    } catch (error) {
      for (const thing of made) thing.dispose();
      throw error;
    }
  }

  /**
   * Submits these steps, and resolves when the read-back that depends on them has come. At most
   * `IN_FLIGHT` calls may be unresolved, and `MOST_STEPS` steps in each.
   */
  async run(orders: readonly Order[]): Promise<SubmitReport> {
    const { gpu } = this.model;
    const { optimizer, accuracy } = this.options;
    const turn = this.#next++ % IN_FLIGHT;
    const readback = this.readbacks[turn];
    const before = { sent: this.moments.sent, steps: this.model.steps };
    const steps = orders.map((order): Step => {
      const { m, v } = corrections(optimizer, ++this.moments.sent);
      return { ...order, correctionM: m, correctionV: v };
    });
    const health = this.tensors.get('health');
    const perDispatch = this.plans.get(this.#room)!.takesMany ? Math.ceil(steps.length / DISPATCHES) : 1;
    gpu.write(this.tensors.get('schedule'), packSchedule(steps, perDispatch));
    gpu.submit('steps', (encoder) => {
      const { raw, offset, bytes } = this.tensors.get('clock');
      encoder.clearBuffer(raw, offset, bytes);
      if (this.kept.length) this.#keep(encoder, turn);
      const timestampWrites = this.stopwatch?.writes(turn);
      const pass = encoder.beginComputePass({ label: 'steps', timestampWrites });
      for (let i = 0; i < steps.length; i += perDispatch) this.programs.get(steps[i].rows)!.encode(pass);
      this.watch.encode(pass);
      pass.end();
      readback.copyFrom(encoder, this.tensors.get('history'), 8 * steps.length);
      readback.copyFrom(encoder, health, health.bytes, 0, 8 * steps.length);
      this.stopwatch?.stop(encoder, turn);
    });
    const [bytes, gpuTime] = await Promise.all([
      readback.read(8 * steps.length + health.bytes),
      this.stopwatch?.read(turn),
    ]);
    const history = new Float32Array(bytes, 0, 2 * steps.length);
    const raised = new Uint32Array(bytes, 8 * steps.length).findIndex((flag) => flag !== 0);
    this.model.steps = Math.max(this.model.steps, steps[steps.length - 1].index + 1);
    this.moments.steps += steps.length;
    return {
      steps: steps.map((step, i) => ({
        ...step,
        loss: history[2 * i],
        accuracy: accuracy ? history[2 * i + 1] : undefined,
      })),
      gpuTime,
      sick: raised < 0 ? undefined : parameterTensors(this.model.architecture)[raised].name,
      goBack: this.kept.length
        ? () => {
            gpu.write(health, new Uint32Array(health.bytes / 4));
            gpu.submit('go back', (encoder) => this.#restore(encoder, turn));
            this.moments.sent = this.moments.steps = before.sent;
            this.model.steps = before.steps;
          }
        : undefined,
    };
  }

  /**
   * Makes one step and reads every tensor before and after it: for verifying and for looking back.
   * @param examples the data, which is not read back
   */
  async record(order: Order, examples: Examples): Promise<RecordedStep> {
    const plan = this.plans.get(order.rows)!;
    const before = await this.#readAll(examples);
    const { m, v } = corrections(this.options.optimizer, this.moments.sent + 1);
    const schedule = new Uint32Array(before.get('schedule')!.length);
    schedule.set(packSchedule([{ ...order, correctionM: m, correctionV: v }]));
    before.set('schedule', schedule).set('clock', new Uint32Array(1));
    const { steps } = await this.run([order]);
    return {
      report: steps[0],
      passes: passesOf(plan),
      shapes: new Map(
        plan.tensors.filter(({ role }) => role !== 'scratch').map(({ name, shape }) => [name, shape]),
      ),
      before,
      after: await this.#readAll(examples),
    };
  }

  /** Makes a recorded step undone. */
  restore({ before }: RecordedStep, steps: number): void {
    for (const [name, buffer] of this.#lasting) this.model.gpu.write(buffer, before.get(name)!);
    this.moments.sent--;
    this.moments.steps--;
    this.model.steps = steps;
  }

  /** The passes of a step, for each size of batch. */
  get passes(): Pass[] {
    return [...this.plans.values()].flatMap(passesOf);
  }

  /** The buffers of the plan's tensors, for looking inside between submits. */
  get buffers() {
    return this.tensors.buffers;
  }

  dispose(): void {
    for (const thing of this.made) thing.dispose();
  }

  get #room(): number {
    return Math.max(...this.plans.keys());
  }

  /** What lasts from step to step. */
  get #lasting(): ReadonlyMap<string, Buffer> {
    return new Map([...this.model.parameters.buffers, ...this.moments.tensors.buffers]);
  }

  #keep(encoder: GPUCommandEncoder, turn: number): void {
    const { parameters, moments } = this.kept[turn];
    this.model.parameters.copyTo(encoder, parameters);
    this.moments.tensors.copyTo(encoder, moments);
  }

  #restore(encoder: GPUCommandEncoder, turn: number): void {
    const { parameters, moments } = this.kept[turn];
    parameters.copyTo(encoder, this.model.parameters);
    moments.copyTo(encoder, this.moments.tensors);
  }

  async #readAll(examples: Examples): Promise<Map<string, Float32Array | Uint32Array>> {
    const { gpu } = this.model;
    const content = this.data.contentOf(examples);
    const { tensors } = this.plans.get(this.#room)!;
    const buffers = [...this.tensors.bindable, ...this.#lasting];
    for (const [name, values] of await readTensors(gpu, buffers, tensors)) content.set(name, values);
    return content;
  }
}
