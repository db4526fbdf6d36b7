import {
  type Initializer,
  type LayerParameters,
  checkParameters,
  initialize,
} from '../network/initialize.ts';
import { type Architecture, checkArchitecture } from '../network/layers.ts';
import type { Optimizer } from '../network/optimizer.ts';
import { momentTensors, sizeOf } from '../network/plan.ts';
import type { Kept, Taken } from './trainer.ts';

const copyOf = (layers: readonly LayerParameters[]): LayerParameters[] =>
  layers.map(({ w, b }) => ({ w: w.slice(), b: b.slice() }));

/** The weights and biases of a network in memory, and how many steps made them: what `Model` is on a GPU. */
export class CpuModel {
  /** The arrays stay the same from first to last: steps and `write` change what is in them. */
  readonly #parameters: LayerParameters[];
  #moments: (Kept & Pick<Optimizer, 'name'>) | undefined;
  /** A copy of the parameters, if one is kept. */
  best: LayerParameters[] | undefined;
  /** Steps trained so far: where the next training goes on in the order of the batches. */
  steps = 0;

  /** @throws UsageError for an impossible architecture or initializer */
  constructor(
    readonly architecture: Architecture,
    init?: Initializer,
  ) {
    checkArchitecture(architecture);
    this.#parameters = initialize(architecture, init);
  }

  /** A copy of the weights and biases of every layer. */
  async read(): Promise<LayerParameters[]> {
    return copyOf(this.#parameters);
  }

  /** Replaces every weight and bias. @throws ShapeError naming the tensor that does not fit */
  write(layers: readonly { w: ArrayLike<number>; b: ArrayLike<number> }[]): void {
    checkParameters(this.architecture, layers);
    layers.forEach(({ w, b }, l) => {
      this.#parameters[l].w.set(w);
      this.#parameters[l].b.set(b);
    });
  }

  /** What a step changes, not copied; the moments are those of the last training if it was the same optimizer, else zeros. */
  async take(optimizer: Optimizer): Promise<Taken> {
    const tensors = momentTensors(this.architecture, optimizer);
    const kept = this.#moments;
    const isSame = kept?.name === optimizer.name && tensors.every(({ name }) => kept.moments.has(name));
    if (!isSame) {
      const zeros = tensors.map((tensor) => [tensor.name, new Float32Array(sizeOf(tensor))] as const);
      this.#moments = { name: optimizer.name, moments: new Map(zeros), steps: 0 };
    }
    return { parameters: this.#parameters, ...this.#moments! };
  }

  /** Hears how many steps the optimizer has made of what was taken; the numbers are here already. */
  give({ name }: Optimizer, { steps }: Taken): void {
    if (this.#moments?.name === name) this.#moments = { ...this.#moments, steps };
  }

  /** Keeps a copy of the parameters as they are now. */
  keepBest(): void {
    this.best = copyOf(this.#parameters);
  }

  /** Goes back to the kept copy, if there is one, and lets go of it. */
  restoreBest(): void {
    if (this.best) this.write(this.best);
    this.best = undefined;
  }

  /** Nothing is held but memory. */
  dispose(): void {}
}
