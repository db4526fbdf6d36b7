import { DeviceLostError } from '../errors.ts';
import type { Buffer, Gpu } from '../gpu/gpu.ts';
import { readBuffers } from '../gpu/readback.ts';
import { type Initializer, type LayerParameters, checkParameters, initialize } from './initialize.ts';
import { type Architecture, checkArchitecture } from './layers.ts';
import type { Optimizer } from './optimizer.ts';
import { momentTensors, parameterTensors } from './plan.ts';
import { Tensors } from './tensors.ts';

/** What an optimizer keeps between steps. */
export interface Moments {
  readonly name: Optimizer['name'];
  readonly tensors: Tensors;
  /** Steps it has made. */
  steps: number;
  /** Steps that were sent to the GPU, those on their way included. */
  sent: number;
}

/** The weights and biases of a network on the GPU, and how many steps made them. */
export class Model {
  #parameters!: Tensors;
  /** Where they are: not on the device of this GPU any more if that was lost, and another opened. */
  #device: GPUDevice | undefined;
  /** Kernels that were found to be wrong on this adapter. */
  readonly avoid = new Set<string>();
  #moments: Moments | undefined;
  /** A copy of the parameters, if one is kept. */
  best: Tensors | undefined;
  /** Steps trained so far: where the next `fit` goes on in the order of the batches. */
  steps = 0;

  /** @throws UsageError for an impossible architecture, GpuUnavailableError for one that is too large */
  constructor(
    readonly gpu: Gpu,
    readonly architecture: Architecture,
    init?: Initializer,
  ) {
    checkArchitecture(architecture);
    this.#make();
    this.write(initialize(architecture, init));
  }

  /** @throws DeviceLostError if they were lost */
  get parameters(): Tensors {
    if (this.#device !== this.gpu.device)
      throw new DeviceLostError('The weights of this network were lost with their GPU device; set others');
    return this.#parameters;
  }

  /**
   * Replaces every weight and bias, also those that were lost with a device.
   * @throws ShapeError naming the tensor that does not fit
   */
  write(layers: readonly { w: ArrayLike<number>; b: ArrayLike<number> }[]): void {
    checkParameters(this.architecture, layers);
    if (this.#device !== this.gpu.device) this.#make();
    layers.forEach(({ w, b }, l) => {
      this.gpu.write(this.parameters.get(`layer${l + 1}.w`), Float32Array.from(w));
      this.gpu.write(this.parameters.get(`layer${l + 1}.b`), Float32Array.from(b));
    });
  }

  /** The moments of an optimizer: those of the last fit if it was the same optimizer, else zeros. */
  moments(optimizer: Optimizer): Moments {
    const tensors = momentTensors(this.architecture, optimizer);
    const kept = this.#moments;
    const same = tensors.every(({ name }) => kept?.tensors.buffers.has(name));
    if (kept?.name === optimizer.name && same) return kept;
    this.forget();
    // New buffers hold zeros.
    this.#moments = { name: optimizer.name, tensors: new Tensors(this.gpu, tensors), steps: 0, sent: 0 };
    return this.#moments;
  }

  /** Keeps everything that steps change, on the GPU; what it gives puts it all back. */
  remember(optimizer: Optimizer): () => void {
    const moments = this.moments(optimizer);
    const { steps, sent } = moments;
    const made = this.steps;
    const kept = [this.parameters, moments.tensors].map((tensors): [Tensors, Tensors] => [
      tensors,
      tensors.like(this.gpu, 'remembered.'),
    ]);
    const copy = (back: boolean) =>
      this.gpu.submit('remember', (encoder) => {
        for (const [now, before] of kept) (back ? before : now).copyTo(encoder, back ? now : before);
      });
    copy(false);
    return () => {
      copy(true);
      for (const [, before] of kept) before.dispose();
      Object.assign(moments, { steps, sent });
      this.steps = made;
    };
  }

  /** Lets the optimizer start afresh. */
  forget(): void {
    this.#moments?.tensors.dispose();
    this.#moments = undefined;
  }

  /** Keeps a copy of the parameters as they are now, on the GPU. */
  keepBest(): void {
    this.best ??= new Tensors(this.gpu, parameterTensors(this.architecture), 'best.');
    this.#copy(this.parameters, this.best);
  }

  /** Goes back to the kept copy, if there is one, and lets go of it. */
  restoreBest(): void {
    if (this.best && this.#device === this.gpu.device) this.#copy(this.best, this.parameters);
    this.#letGo();
  }

  #copy(from: Tensors, to: Tensors): void {
    this.gpu.submit('copy parameters', (encoder) => {
      from.copyTo(encoder, to);
    });
  }

  /** The weights and biases of every layer, read back from the GPU. */
  async read(): Promise<LayerParameters[]> {
    const values = await this.contents(this.parameters.buffers);
    const get = (l: number, kind: string) => values.get(`layer${l + 1}.${kind}`)!;
    return this.architecture.layers.map((_, l) => ({ w: get(l, 'w'), b: get(l, 'b') }));
  }

  /** Everything in some buffers of floats, by the same names, in one read-back. */
  async contents(buffers: ReadonlyMap<string, Buffer>): Promise<Map<string, Float32Array>> {
    const read = await readBuffers(this.gpu, [...buffers.values()]);
    return new Map([...buffers.keys()].map((name, i) => [name, new Float32Array(read[i])]));
  }

  dispose(): void {
    this.#parameters?.dispose();
    this.#letGo();
    this.forget();
  }

  /** Room for the parameters on the device that there is now. */
  #make(): void {
    this.dispose();
    this.#parameters = new Tensors(this.gpu, parameterTensors(this.architecture));
    this.#device = this.gpu.device;
  }

  #letGo(): void {
    this.best?.dispose();
    this.best = undefined;
  }
}
