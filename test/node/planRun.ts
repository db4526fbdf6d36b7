import type { Architecture } from '../../src/network/layers.ts';
import { corrections } from '../../src/network/optimizer.ts';
import { type Method, type Phase, PHASES, sizeOf } from '../../src/network/plan.ts';
import { type Step, packSchedule } from '../../src/network/schedule.ts';
import { textbook } from '../../src/network/textbook/index.ts';
import type { Order } from '../../src/network/submits.ts';
import { kernels, type KernelName } from '../../src/kernels/index.ts';
import { type Numbers, runPasses } from '../../src/oracle/index.ts';

export interface PlanRunInput {
  readonly architecture: Architecture;
  readonly method: Method;
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
  readonly weight?: ArrayLike<number>;
  readonly init: readonly { w: ArrayLike<number>; b: ArrayLike<number> }[];
}

/** The textbook plan, run by the oracle in float64: the tensors of the GPU, by the same names. */
export class PlanRun {
  readonly tensors = new Map<string, Numbers>();
  readonly #rows: number;
  #made = 0;

  constructor(private readonly input: PlanRunInput) {
    const { architecture, method, x, y, weight, init } = input;
    this.#rows = x.length / architecture.inputs;
    for (const tensor of this.#plan(this.#rows).tensors) {
      const size = sizeOf(tensor);
      this.tensors.set(tensor.name, tensor.type === 'u32' ? new Uint32Array(size) : new Float64Array(size));
    }
    this.tensors.get('data.x0')!.set(Array.from(x));
    this.tensors.get('data.y0')!.set(Array.from(y));
    if (method.weighted) this.tensors.get('data.weight0')!.set(Array.from(weight!));
    init.forEach(({ w, b }, l) => {
      this.tensors.get(`layer${l + 1}.w`)!.set(Array.from(w));
      this.tensors.get(`layer${l + 1}.b`)!.set(Array.from(b));
    });
  }

  /** Makes one step, or only some of its phases; its loss. */
  step(order: Partial<Order> & { rows: number }, phases: readonly Phase[] = PHASES): number {
    const { optimizer } = this.input.method;
    const { m, v } = corrections(optimizer, ++this.#made);
    const { learningRate } = optimizer;
    const start = { index: 0, epoch: 0, first: 0, shuffleKey: 0, dropoutKey: 0, learningRate };
    const step: Step = { ...start, ...order, correctionM: m, correctionV: v };
    this.tensors.get('schedule')!.set(packSchedule([step]));
    this.tensors.get('clock')![0] = 0;
    const { passes } = this.#plan(order.rows);
    runPasses(
      phases.flatMap((phase) => passes[phase]),
      this.tensors,
      (kernel) => kernels[kernel as KernelName].contract ?? kernel,
    );
    return this.tensors.get('loss')![0];
  }

  /** A copy of a tensor. */
  get(name: string): Float64Array {
    return Float64Array.from(this.tensors.get(name)!);
  }

  #plan(m: number) {
    const data = [{ start: 0, held: this.#rows }];
    return textbook(this.input.architecture, { ...this.input.method, m, steps: 1, data });
  }
}

/** Plain gradient descent, to be changed where a test wants something else. */
export const PLAIN = { huberDelta: 1, clip: undefined, weighted: false, accuracy: false } as const;
