import type { Standardization } from '../data/standardize.ts';
import { ShapeError, UsageError } from '../errors.ts';
import type { Gpu } from '../gpu/gpu.ts';
import type { Initializer, LayerParameters } from '../network/initialize.ts';
import { type Architecture, type Loss, checkLoss, defaultLoss, parameterCount } from '../network/layers.ts';
import { Model } from '../network/model.ts';
import type { Examples } from '../network/residentData.ts';
import { fit, verifyFit } from './fit.ts';
import type { Metrics } from './metrics.ts';
import type { FitOptions, History } from './options.ts';
import { Training } from './training.ts';
import type { Verification } from './verify.ts';

export interface NetworkOptions extends Architecture {
  /** How the first weights are drawn. */
  readonly init?: Initializer;
}

/**
 * A network of dense layers on a GPU. Its weights live there from `create` to `dispose`, and `fit`
 * may be called again to go on.
 */
export class Network {
  #training = false;

  private constructor(private readonly model: Model) {}

  /**
   * @throws UsageError for an impossible architecture
   * @throws GpuUnavailableError for one that exceeds the adapter's limits, naming the limit and its value
   */
  static async create(gpu: Gpu, { init, ...architecture }: NetworkOptions): Promise<Network> {
    return new Network(new Model(gpu, architecture, init));
  }

  get architecture(): Architecture {
    return this.model.architecture;
  }

  /** Weights and biases in all. */
  get parameterCount(): number {
    return parameterCount(this.model.architecture);
  }

  /** Steps trained so far. */
  get steps(): number {
    return this.model.steps;
  }

  /**
   * Trains. Resolves when done, aborted or diverged; `history.stopped` says which.
   * @param data x [rows, inputs] and y [rows, outputs], row-major
   * @throws UsageError, ShapeError, GpuUnavailableError, DeviceLostError; what a callback throws
   */
  async fit(data: Examples, options: FitOptions = {}): Promise<History> {
    return this.#alone(() => fit(this.model, data, options));
  }

  /**
   * Prepares a training that its caller drives: `await training.run(100)` takes a hundred more steps, in which
   * nothing is made anew. The options are those of `fit`; schedules of the learning rate end where `fit` would.
   * Until `training.dispose()` the network takes no other training.
   * @throws as `fit` does
   */
  async train(data: Examples, options: FitOptions = {}): Promise<Training> {
    this.#begin();
    const end = () => void (this.#training = false);
    try {
      return await Training.create(this.model, data, options, end);
    } catch (error) {
      end();
      throw error;
    }
  }

  /**
   * Judges this device: makes the first step of the training that `fit` would do with the same arguments,
   * compares every tensor with what the oracle computes, and makes the step undone.
   * @throws MismatchError naming kernel, layer, row and column, got, want and bound, if the device computes
   *   wrongly and no other kernel can take the place of the one that does
   */
  async verify(data: Examples, options: FitOptions = {}): Promise<Verification> {
    return this.#alone(() => verifyFit(this.model, data, options));
  }

  async #alone<T>(work: () => Promise<T>): Promise<T> {
    this.#begin();
    try {
      return await work();
    } finally {
      this.#training = false;
    }
  }

  #begin(): void {
    if (this.#training)
      throw new UsageError(
        'This network is being trained already; wait for that fit, abort it, or dispose of that training',
      );
    this.#training = true;
  }

  /**
   * The outputs of the network.
   * @param x [rows, inputs], row-major
   * @returns [rows, outputs], row-major
   */
  async predict(x: Float32Array): Promise<Float32Array> {
    const { inputs } = this.model.architecture;
    if (!x.length || x.length % inputs) {
      throw new ShapeError(
        `x has ${x.length} numbers, which is no positive number of rows of ${inputs} inputs`,
      );
    }
    const { Evaluator } = await import('../network/evaluator.ts');
    const evaluator = await Evaluator.create(this.model, x.length / inputs);
    try {
      return (await evaluator.run({ x })).outputs;
    } finally {
      evaluator.dispose();
    }
  }

  /**
   * Loss, and accuracy (cross-entropy losses, or as told) or R2, over all rows.
   * @param options `targets`: how targets were standardised, which R2 and errors undo
   */
  async evaluate(
    data: Examples,
    options: { loss?: Loss; huberDelta?: number; accuracy?: boolean; targets?: Standardization } = {},
  ): Promise<Metrics> {
    const loss = options.loss ?? defaultLoss(this.model.architecture);
    checkLoss(this.model.architecture, loss);
    const { Judge } = await import('./judge.ts');
    const judge = await Judge.create(this.model, data, {
      loss,
      huberDelta: options.huberDelta ?? 1,
      accuracy: options.accuracy ?? loss.endsWith('CrossEntropy'),
      targets: options.targets,
    });
    try {
      return await judge.run();
    } finally {
      judge.dispose();
    }
  }

  /** Weights and biases of every layer: w [in, units], b [units]. */
  async parameters(): Promise<LayerParameters[]> {
    return this.model.read();
  }

  /** Replaces every weight and bias. @throws ShapeError naming the tensor that does not fit */
  setParameters(layers: readonly { w: ArrayLike<number>; b: ArrayLike<number> }[]): void {
    this.model.write(layers);
  }

  /** Frees its bytes on the GPU. */
  dispose(): void {
    this.model.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}
