import type { Standardization } from '../data/standardize.ts';
import { ShapeError, UsageError } from '../errors.ts';
import type { Initializer, LayerParameters } from '../network/initialize.ts';
import { type Architecture, type Loss, checkLoss, defaultLoss, parameterCount } from '../network/layers.ts';
import type { Method } from '../network/plan.ts';
import type { Examples } from '../network/residentData.ts';
import { type Run, decide } from './decide.ts';
import type { Equipment, Material, Weights } from './equipment.ts';
import type { Forward, Judge, Judged } from './judge.ts';
import type { Metrics } from './metrics.ts';
import type { FitOptions, History } from './options.ts';
import { Recorder } from './recorder.ts';
import type { AnyModel } from './snapshot.ts';
import { smooth } from './targets.ts';
import { Training } from './training.ts';
import type { Verification } from './verify.ts';

/** What a network is made from. */
export interface NetworkOptions extends Architecture {
  /** How the first weights are drawn. */
  readonly init?: Initializer;
}

/** What every network offers: `Network` on a GPU, `CpuNetwork` without one. `fit` may be called again to go on. */
export abstract class Trainable {
  #training = false;
  #isDisposed = false;
  /** Predictions, evaluations and readings under way. */
  #readers = 0;
  #current: Training | undefined;

  protected abstract readonly model: Weights;
  /** Makes what a training works with. */
  protected abstract equip(run: Run, data: Examples, options: FitOptions): Promise<Equipment>;
  /** The forward pass over so many rows; with a judge the loss of each row, too. */
  protected abstract forward(rows: number, judge?: Pick<Method, 'loss' | 'huberDelta'>): Promise<Forward>;

  /**
   * Judges this device: makes the first step of the training that `fit` would do with the same arguments,
   * compares every tensor with what the oracle computes, and makes the step undone.
   * @throws MismatchError naming kernel, layer, row and column, got, want and bound, if the device computes
   *   wrongly and no other kernel can take the place of the one that does; UsageError if there is no GPU
   */
  abstract verify(data: Examples, options?: FitOptions): Promise<Verification>;

  /** Its inputs and layers. */
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
    return this.alone(async () => {
      if (options.signal?.aborted) {
        const run = this.decide(data, options);
        return new Recorder(options, run, performance.now()).finish(true);
      }
      const training = await this.#prepare(data, options, () => {});
      try {
        await training.run();
        return training.history;
      } finally {
        training.dispose();
      }
    });
  }

  /**
   * Prepares a training that its caller drives: `await training.run(100)` takes a hundred more steps, in which
   * nothing is made anew. The options are those of `fit`; schedules of the learning rate end where `fit` would.
   * Until `training.dispose()` the network takes no other training.
   * @throws as `fit` does
   */
  async train(data: Examples, options: FitOptions = {}): Promise<Training> {
    this.#begin();
    const end = () => this.#end();
    try {
      return await this.#prepare(data, options, end);
    } catch (error) {
      end();
      throw error;
    }
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
    return this.#reading(async () => {
      const forward = await this.forward(x.length / inputs);
      try {
        return (await forward.run({ x })).outputs;
      } finally {
        forward.dispose();
      }
    });
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
    return this.#reading(async () => {
      const judge = await this.#judge(data, {
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
    });
  }

  /** Weights and biases of every layer: w [in, units], b [units]. */
  async parameters(): Promise<LayerParameters[]> {
    return this.#reading(() => this.model.read());
  }

  /** Replaces every weight and bias. @throws ShapeError naming the tensor that does not fit */
  setParameters(layers: readonly { w: ArrayLike<number>; b: ArrayLike<number> }[]): void {
    this.#expectAlive();
    this.model.write(layers);
  }

  /**
   * Frees its bytes on the GPU: after the next step of a training that is under way, which ends with it, and after
   * the answers that are under way.
   */
  dispose(): void {
    this.#isDisposed = true;
    if (this.#training) this.#current?.dispose();
    this.#free();
  }

  /** What `using` calls at the end of a block: `dispose`. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  /** Checks options and data. @throws UsageError, DataError, ShapeError */
  protected decide(data: Examples, options: FitOptions): Run {
    return decide(this.model, data, options);
  }

  /** Does what no training may disturb. */
  protected async alone<T>(work: () => Promise<T>): Promise<T> {
    this.#begin();
    try {
      return await work();
    } finally {
      this.#end();
    }
  }

  #end(): void {
    this.#training = false;
    this.#current = undefined;
    this.#free();
  }

  #free(): void {
    if (this.#isDisposed && !this.#training && !this.#readers) this.model.dispose();
  }

  #expectAlive(): void {
    if (this.#isDisposed) throw new UsageError('This network has been disposed of; make another');
  }

  /** Reads what must not be freed meanwhile. */
  async #reading<T>(work: () => Promise<T>): Promise<T> {
    this.#expectAlive();
    this.#readers++;
    try {
      return await work();
    } finally {
      this.#readers--;
      this.#free();
    }
  }

  #begin(): void {
    this.#expectAlive();
    if (this.#training)
      throw new UsageError(
        'This network is being trained already; wait for that fit, abort it, or dispose of that training',
      );
    this.#training = true;
  }

  async #prepare(data: Examples, options: FitOptions, onEnd: () => void): Promise<Training> {
    const started = performance.now();
    const { model } = this;
    const origin = model.steps;
    const run = this.decide(data, options);
    const make = (run: Run) => this.#equip(run, data, options);
    const keeping = async () => {
      const { Keeper } = await import('./keeper.ts');
      return Keeper.create({ model: model as AnyModel, origin, run, data, options, make });
    };
    const isKept = options.resume ?? options.checkpoint ?? model.gpu?.request;
    const keeper = isKept && (await keeping());
    const { equipment, judge } = await (keeper ? keeper.make() : make(run));
    const parts = { model, run, options, equipment, judge, started, onEnd, keeper, keeping };
    const training = (this.#current = new Training(parts));
    const { verification } = equipment.first;
    try {
      if (verification) await options.onVerified?.(verification);
      if (this.#isDisposed) training.dispose();
      return training;
    } catch (error) {
      training.dispose();
      throw error;
    }
  }

  /** Makes what a training works with. */
  async #equip(run: Run, data: Examples, options: FitOptions): Promise<Material> {
    const { validation } = options;
    const judge = validation && (await this.#judge(smooth(validation, run, options), run.method));
    try {
      return { equipment: await this.equip(run, data, options), judge };
    } catch (error) {
      judge?.dispose();
      throw error;
    }
  }

  /** What judges rows; its code is loaded where it is needed. */
  async #judge(examples: Examples, method: Judged): Promise<Judge> {
    const [{ Judge }, forward] = await Promise.all([
      import('./judge.ts'),
      this.forward(examples.rows, method),
    ]);
    return new Judge(examples, forward, method);
  }
}
