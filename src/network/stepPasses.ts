import { type Buffer, UNIFORM } from '../gpu/gpu.ts';
import type { Pass } from '../gpu/kernel.ts';
import { Program } from '../gpu/program.ts';
import { loadKernels } from '../kernels/load.ts';
import type { Model } from './model.ts';
import { corrections } from './optimizer.ts';
import { type Method, PHASES, type Phase, type PlanOptions, passesOf } from './plan.ts';
import { type GpuPlanName, planOf } from './plans.ts';
import type { ResidentData } from './residentData.ts';
import { packSchedule } from './schedule.ts';
import { MOST_STEPS, type Order } from './submits.ts';
import { Tensors } from './tensors.ts';

export interface StepPassesOptions extends Method, Pick<PlanOptions, 'tile'> {
  readonly plan: GpuPlanName;
  /** Rows of the batch. */
  readonly rows: number;
}

/**
 * The passes of a training step, each of which can be encoded by itself and as often as one likes. They work on a copy
 * of weights and moments: the network does not notice.
 */
export class StepPasses {
  private constructor(
    private readonly model: Model,
    private readonly method: Method,
    /** In the order of the step. */
    readonly passes: readonly { readonly phase: Phase; readonly pass: Pass }[],
    private readonly programs: readonly Program[],
    private readonly tensors: Tensors,
    private readonly copies: { readonly parameters: Tensors; readonly moments: Tensors },
    private readonly made: readonly { dispose(): void }[],
  ) {}

  /** @throws UsageError if the plan cannot train this network */
  static async create(model: Model, data: ResidentData, options: StepPassesOptions): Promise<StepPasses> {
    const { gpu, architecture, avoid } = model;
    const { plan: name, rows: m, optimizer } = options;
    const rest = { ...options, avoid, steps: MOST_STEPS, data: data.parts };
    const plan = await planOf(name, architecture, { ...rest, m });
    const passes = PHASES.flatMap((phase) => plan.passes[phase].map((pass) => ({ phase, pass })));
    const made: { dispose(): void }[] = [];
    const keep = <T extends { dispose(): void }>(thing: T): T => {
      made.push(thing);
      return thing;
    };
    try {
      const own = plan.tensors.filter(({ role }) => !['data', 'parameter', 'moment'].includes(role));
      const tensors = keep(new Tensors(gpu, own, 'profile.'));
      const parameters = keep(model.parameters.like(gpu, 'profile.'));
      const moments = keep(model.moments(optimizer).tensors.like(gpu, 'profile.'));
      const tables = [...(plan.tables ?? [])].map(([name, content]): [string, Buffer] => {
        const table = gpu.buffer(`profile.${name}`, content.byteLength, UNIFORM);
        keep({ dispose: () => table.destroy() });
        gpu.write(table, content);
        return [name, table];
      });
      const buffers = new Map([
        ...tables,
        ...tensors.bindable,
        ...data.tensors.bindable,
        ...parameters.bindable,
        ...moments.bindable,
      ]);
      const table = await loadKernels(passesOf(plan), plan.texts);
      const makings = passes.map(async ({ pass }) =>
        keep(await Program.create(gpu, `profile.${pass.label}`, table, [pass], buffers)),
      );
      // What fails waits for the others, so that they are disposed of, too.
      await Promise.allSettled(makings);
      const programs = await Promise.all(makings);
      return new StepPasses(model, options, passes, programs, tensors, { parameters, moments }, made);
    } catch (error) {
      for (const thing of made) thing.dispose();
      throw error;
    }
  }

  /** Takes weights and moments as the network has them now; every step from here on is this one, up to `MOST_STEPS`. */
  begin(order: Order): void {
    const { gpu } = this.model;
    const { optimizer } = this.method;
    const moments = this.model.moments(optimizer);
    const { m, v } = corrections(optimizer, moments.sent + 1);
    const step = { ...order, correctionM: m, correctionV: v };
    gpu.write(this.tensors.get('schedule'), packSchedule(Array(MOST_STEPS).fill(step)));
    gpu.submit('profile', (encoder) => {
      const { raw, offset, bytes } = this.tensors.get('clock');
      encoder.clearBuffer(raw, offset, bytes);
      this.model.parameters.copyTo(encoder, this.copies.parameters);
      moments.tensors.copyTo(encoder, this.copies.moments);
    });
  }

  /** Encodes one of the passes. */
  encode(encoder: GPUComputePassEncoder, index: number): void {
    this.programs[index].encode(encoder);
  }

  dispose(): void {
    for (const thing of this.made) thing.dispose();
  }
}
