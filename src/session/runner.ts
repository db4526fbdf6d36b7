import { CpuTrainer } from '../cpu/trainer.ts';
import { readBuffers } from '../gpu/readback.ts';
import type { Model } from '../network/model.ts';
import { type Method, parameterTensors } from '../network/plan.ts';
import type { Examples } from '../network/residentData.ts';
import type { Order, SubmitReport } from '../network/trainer.ts';

/** What makes steps: a plan on the GPU, or the CPU. */
export interface Runner {
  /** Makes these steps; resolves when they are really done. */
  run(orders: readonly Order[]): Promise<SubmitReport>;
  dispose(): void;
}

/** The `cpu` plan as a runner: weights and moments are taken from the model, and given back after every run. */
export class CpuRunner implements Runner {
  private constructor(
    private readonly model: Model,
    private readonly trainer: CpuTrainer,
    private readonly method: Method,
  ) {}

  /** @param m the most rows of a batch */
  static async create(model: Model, data: Examples, method: Method, m: number): Promise<CpuRunner> {
    const { gpu, architecture } = model;
    const { tensors, steps } = model.moments(method.optimizer);
    const buffers = [...tensors.buffers];
    const read = await readBuffers(
      gpu,
      buffers.map(([, buffer]) => buffer),
    );
    const moments = new Map(buffers.map(([name], i) => [name, new Float32Array(read[i])]));
    const parameters = await model.read();
    return new CpuRunner(
      model,
      new CpuTrainer(architecture, parameters, data, method, m, { moments, steps }),
      method,
    );
  }

  async run(orders: readonly Order[]): Promise<SubmitReport> {
    const { gpu, architecture } = this.model;
    const { parameters } = this.trainer;
    const steps = orders.map((order) => {
      const { loss, accuracy } = this.trainer.step(order);
      return { ...order, correctionM: 1, correctionV: 1, loss, accuracy };
    });
    this.model.write(parameters);
    const { moments, steps: made } = this.trainer.kept;
    const kept = this.model.moments(this.method.optimizer);
    for (const [name, buffer] of kept.tensors.buffers) gpu.write(buffer, moments.get(name)!);
    kept.steps = kept.sent = made;
    this.model.steps = Math.max(this.model.steps, orders[orders.length - 1].index + 1);
    // Lets whoever waits for the page or the worker have a turn.
    await new Promise((resolve) => setTimeout(resolve));
    const values = parameters.flatMap(({ w, b }) => [w, b]);
    const raised = values.findIndex((tensor) => !tensor.every(Number.isFinite));
    const sick = raised < 0 ? undefined : parameterTensors(architecture)[raised].name;
    return { steps, sick, goBack: undefined };
  }

  dispose(): void {}
}
