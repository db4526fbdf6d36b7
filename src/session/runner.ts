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
  /** Takes the model as it is now, where others have made steps, or steps were undone; needless if left out. */
  resume?(): Promise<void>;
  dispose(): void;
}

/** The `cpu` plan as a runner: weights and moments are taken from the model, and given back after every run. */
export class CpuRunner implements Runner {
  private constructor(
    private readonly model: Model,
    private readonly method: Method,
    private readonly make: () => Promise<CpuTrainer>,
    private trainer: CpuTrainer,
  ) {}

  /** @param m the most rows of a batch */
  static async create(model: Model, data: Examples, method: Method, m: number): Promise<CpuRunner> {
    const make = async () => {
      const { tensors, steps } = model.moments(method.optimizer);
      const kept = [...tensors.buffers];
      const read = await readBuffers(
        model.gpu,
        kept.map(([, buffer]) => buffer),
      );
      const moments = new Map(kept.map(([name], i) => [name, new Float32Array(read[i])]));
      return new CpuTrainer(model.architecture, await model.read(), data, method, m, { moments, steps });
    };
    return new CpuRunner(model, method, make, await make());
  }

  async resume(): Promise<void> {
    this.trainer = await this.make();
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
    await turn();
    const values = parameters.flatMap(({ w, b }) => [w, b]);
    const raised = values.findIndex((tensor) => !tensor.every(Number.isFinite));
    const sick = raised < 0 ? undefined : parameterTensors(architecture)[raised].name;
    return { steps, sick, goBack: undefined };
  }

  dispose(): void {}
}

/** Lets everybody else have a turn; a timer would wait for 4 ms. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}
