import { CpuTrainer, type Taken } from '../cpu/trainer.ts';
import { Turns } from '../cpu/turns.ts';
import type { Architecture } from '../network/layers.ts';
import type { Optimizer } from '../network/optimizer.ts';
import { type Method, parameterTensors } from '../network/plan.ts';
import type { Examples } from '../network/residentData.ts';
import type { Order, StepReport, SubmitReport } from '../network/submits.ts';

/** What makes steps: a plan on the GPU, or the CPU. */
export interface Runner {
  /** Runs that may be on their way at a time; `IN_FLIGHT` if left out. */
  readonly inFlight?: number;
  /** Makes these steps; resolves when they are really done. */
  run(orders: readonly Order[]): Promise<SubmitReport>;
  /** Takes the model as it is now, where others have made steps, or steps were undone; needless if left out. */
  resume?(): Promise<void>;
  dispose(): void;
}

/** Where the network lives whose steps the CPU makes: on a GPU (`GpuHome`), or in memory (`CpuModel`). */
export interface Home {
  readonly architecture: Architecture;
  /** Steps trained so far. */
  steps: number;
  /** What steps change; the moments are those of the last training if it was the same optimizer, else zeros. */
  take(optimizer: Optimizer): Promise<Taken>;
  /** Takes it back, after a run. */
  give(optimizer: Optimizer, taken: Taken): void;
}

/** The `cpu` plan as a runner: weights and moments are taken from their home, and given back after every run. */
export class CpuRunner implements Runner {
  /** To have sent more would only keep others from their turns. */
  readonly inFlight = 1;
  readonly #turns = new Turns();

  private constructor(
    private readonly home: Home,
    private readonly method: Method,
    private readonly make: () => Promise<CpuTrainer>,
    private trainer: CpuTrainer,
  ) {}

  /** @param m the most rows of a batch */
  static async create(home: Home, data: Examples, method: Method, m: number): Promise<CpuRunner> {
    const make = async () => {
      const taken = await home.take(method.optimizer);
      return new CpuTrainer(home.architecture, taken.parameters, data, method, m, taken);
    };
    return new CpuRunner(home, method, make, await make());
  }

  async resume(): Promise<void> {
    this.trainer = await this.make();
  }

  async run(orders: readonly Order[]): Promise<SubmitReport> {
    const { home, trainer } = this;
    const { parameters } = trainer;
    const steps: StepReport[] = [];
    for (const order of orders) {
      const { loss, accuracy } = trainer.step(order);
      steps.push({ ...order, correctionM: 1, correctionV: 1, loss, accuracy });
      if (this.#turns.isDue) await this.#turns.give();
    }
    home.give(this.method.optimizer, { parameters, ...trainer.kept });
    home.steps = Math.max(home.steps, orders[orders.length - 1].index + 1);
    const values = parameters.flatMap(({ w, b }) => [w, b]);
    const raised = values.findIndex((tensor) => !tensor.every(Number.isFinite));
    const sick = raised < 0 ? undefined : parameterTensors(home.architecture)[raised].name;
    return { steps, sick, goBack: undefined };
  }

  dispose(): void {}
}
