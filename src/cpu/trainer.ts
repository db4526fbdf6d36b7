import type { LayerParameters } from '../network/initialize.ts';
import { type Architecture, lossFactors, sizesOf } from '../network/layers.ts';
import { corrections } from '../network/optimizer.ts';
import type { Method } from '../network/plan.ts';
import type { Examples } from '../network/residentData.ts';
import type { Step } from '../network/schedule.ts';
import { mix, shuffled } from '../random.ts';
import { activations, softmax } from './activation.ts';
import { type LossInput, accuracyOf, lossOf, outputGrad } from './loss.ts';
import { Products, columnSums, matrix, transposed } from './products.ts';
import { type Parameter, clipFactor, update } from './update.ts';

/** A step as the trainer is told of it. */
export type Order = Omit<Step, 'correctionM' | 'correctionV'>;

/** What an optimizer keeps: by name, as `layer1.w.m`. */
export interface Kept {
  readonly moments: ReadonlyMap<string, Float32Array>;
  readonly steps: number;
}

/** What steps change: the weights and biases, and what the optimizer keeps of them. */
export interface Taken extends Kept {
  readonly parameters: readonly LayerParameters[];
}

/** One layer at work: what the notes call z, a, da, dz, dw, db, and what dropout leaves of a. */
interface Layer {
  readonly w: Parameter;
  readonly b: Parameter;
  readonly z: Float32Array;
  readonly a: Float32Array;
  readonly kept: Float32Array;
  readonly da: Float32Array;
  readonly dz: Float32Array;
}

/**
 * The training of the GPU plans in plain TypeScript, on float32 arrays: the same batches in the same order,
 * the same dropout masks, and within the error bounds the same numbers. For machines without WebGPU and
 * for networks so small that a GPU waits more than it computes.
 */
export class CpuTrainer {
  readonly #sizes: number[];
  readonly #layers: Layer[];
  readonly #batch: { x: Float32Array; y: Float32Array; weight: Float32Array };
  readonly #products: Products;
  #made: number;

  /**
   * Steps change these very parameters and moments.
   * @param m the most rows of a batch
   * @param kept what the optimizer has of every parameter from earlier steps, and how many those were
   */
  constructor(
    private readonly architecture: Architecture,
    parameters: readonly LayerParameters[],
    private readonly data: Examples,
    private readonly method: Method,
    m: number,
    kept?: Kept,
  ) {
    this.#sizes = sizesOf(architecture);
    // The inputs of the network are summed over, but no product has a column for each of them.
    this.#products = new Products(Math.max(m, ...this.#sizes), Math.max(...this.#sizes.slice(1)));
    const room = (n: number) => new Float32Array(m * n);
    const parameter = (kind: 'w' | 'b', value: Float32Array, l: number): Parameter => {
      const like = () => new Float32Array(value.length);
      const name = `layer${l + 1}.${kind}`;
      const moment = (which: 'm' | 'v') => kept?.moments.get(`${name}.${which}`) ?? like();
      return { kind, value, gradient: like(), m: moment('m'), v: moment('v') };
    };
    this.#made = kept?.steps ?? 0;
    this.#layers = architecture.layers.map(({ units, dropout }, l) => {
      const a = room(units);
      return {
        w: parameter('w', parameters[l].w, l),
        b: parameter('b', parameters[l].b, l),
        z: room(units),
        a,
        kept: dropout ? room(units) : a,
        da: room(units),
        dz: room(units),
      };
    });
    const outputs = this.#sizes[this.#sizes.length - 1];
    this.#batch = { x: room(this.#sizes[0]), y: room(outputs), weight: room(1) };
  }

  /** The weights and biases as they are now. */
  get parameters(): LayerParameters[] {
    return this.#layers.map(({ w, b }) => ({ w: w.value, b: b.value }));
  }

  /** What the optimizer keeps, for going on elsewhere. */
  get kept(): Kept {
    const moments = new Map<string, Float32Array>();
    this.#layers.forEach((layer, l) => {
      for (const kind of ['w', 'b'] as const)
        for (const which of ['m', 'v'] as const)
          moments.set(`layer${l + 1}.${kind}.${which}`, layer[kind][which]);
    });
    return { moments, steps: this.#made };
  }

  /** The gradients of the last step. */
  get gradients(): LayerParameters[] {
    return this.#layers.map(({ w, b }) => ({ w: w.gradient, b: b.gradient }));
  }

  /** Makes one step; loss and accuracy are those of its batch, before its update. */
  step(order: Order): { loss: number; accuracy: number | undefined } {
    const { loss, huberDelta, optimizer, clip, weighted, accuracy } = this.method;
    const m = order.rows;
    this.#gather(order);
    this.#forward(m, order.dropoutKey);
    const { z, a } = this.#layers[this.#layers.length - 1];
    const { y, weight } = this.#batch;
    const n = this.#sizes[this.#sizes.length - 1];
    const input: LossInput = { loss, huberDelta, m, n, z, a, y, weight: weighted ? weight : undefined };
    const report = { loss: lossOf(input), accuracy: accuracy ? accuracyOf(input) : undefined };
    this.#backward(m, order.dropoutKey, input);
    const { m: correctionM, v: correctionV } = corrections(optimizer, ++this.#made);
    const all = this.#layers.flatMap(({ w, b }) => [w, b]);
    const factor = clip === undefined ? 1 : clipFactor(all, clip);
    const step = { rate: order.learningRate, correctionM, correctionV, factor };
    for (const parameter of all) update(parameter, optimizer, step);
    return report;
  }

  /** The outputs for all rows of the data [rows, outputs], as long as they are no more than a batch may have. */
  predict(): Float32Array {
    const { rows } = this.data;
    this.#gather({ first: 0, rows, shuffleKey: 0 });
    this.#forward(rows, undefined);
    const last = this.#layers.length - 1;
    return this.#layers[last].a.slice(0, rows * this.#sizes[last + 1]);
  }

  /** The rows of the batch, copied out of the data. */
  #gather({ first, rows: m, shuffleKey }: Pick<Order, 'first' | 'rows' | 'shuffleKey'>): void {
    const { rows } = this.data;
    for (const name of ['x', 'y', 'weight'] as const) {
      const from = this.data[name];
      if (!from) continue;
      const width = from.length / rows;
      for (let i = 0; i < m; i++) {
        const row = shuffleKey === 0 ? first + i : shuffled(first + i, rows, shuffleKey);
        this.#batch[name].set(from.subarray(row * width, (row + 1) * width), i * width);
      }
    }
  }

  /** @param dropoutKey of the step; undefined drops nothing */
  #forward(m: number, dropoutKey: number | undefined): void {
    this.architecture.layers.forEach(({ units, activation, dropout }, l) => {
      const { w, b, z, a, kept } = this.#layers[l];
      const k = this.#sizes[l];
      const [x, weights] = [matrix(this.#inputOf(l), k), matrix(w.value, units)];
      this.#products.multiply(x, weights, z, [m, k, units], { start: b.value });
      if (activation === 'softmax') softmax(z, a, m, units);
      else {
        const { g } = activations[activation];
        for (let i = 0; i < m * units; i++) a[i] = g(z[i]);
      }
      if (dropout && dropoutKey === undefined) kept.set(a.subarray(0, m * units));
      else if (dropout) drop(a, kept, m * units, l + 1, dropout, dropoutKey!);
    });
  }

  #backward(m: number, dropoutKey: number, input: LossInput): void {
    const { loss, n } = input;
    const { scale } = lossFactors(loss, m, n);
    const last = this.#layers.length - 1;
    const cancels = loss === 'binaryCrossEntropy' || loss === 'softmaxCrossEntropy';
    outputGrad(input, cancels ? this.#layers[last].dz : this.#layers[last].da);
    if (!cancels) this.#slope(last, m);
    for (let l = last; l >= 0; l--) {
      const { w, b, dz } = this.#layers[l];
      const [k, units] = [this.#sizes[l], this.#sizes[l + 1]];
      const [x, error] = [matrix(this.#inputOf(l), k), matrix(dz, units)];
      this.#products.multiply(transposed(x), error, w.gradient, [k, m, units], { scale });
      columnSums(dz, b.gradient, m, units, scale);
      if (l === 0) return;
      const { da } = this.#layers[l - 1];
      this.#products.multiply(error, transposed(matrix(w.value, units)), da, [m, units, k]);
      const { dropout } = this.architecture.layers[l - 1];
      if (dropout) drop(da, da, m * this.#sizes[l], l, dropout, dropoutKey);
      this.#slope(l - 1, m);
    }
  }

  /** dz = da g'(z) */
  #slope(l: number, m: number): void {
    const { z, da, dz } = this.#layers[l];
    const { units, activation } = this.architecture.layers[l];
    const { slope } = activations[activation as keyof typeof activations];
    for (let i = 0; i < m * units; i++) dz[i] = da[i] * slope(z[i]);
  }

  #inputOf(l: number): Float32Array {
    return l === 0 ? this.#batch.x : this.#layers[l - 1].kept;
  }
}

/** Keeps what the mask of shaders/lib/dropout.wgsl keeps, made up for by the share that is kept. */
function drop(
  x: Float32Array,
  out: Float32Array,
  count: number,
  layer: number,
  share: number,
  key: number,
): void {
  const threshold = Math.round(share * 2 ** 32);
  const scale = 1 / (1 - share);
  const offset = Math.imul(layer, 0x9e3779b9);
  for (let i = 0; i < count; i++) out[i] = mix(mix((i + offset) >>> 0) ^ key) >= threshold ? scale * x[i] : 0;
}
