import { ShapeError, UsageError } from '../errors.ts';
import { Random } from '../random.ts';
import { type Architecture, sizesOf } from './layers.ts';

export const INITIALIZERS = ['he', 'xavier', 'normal', 'uniform', 'zeros'] as const;
export const BIAS_INITIALIZERS = ['zeros', 'xavier', 'fan-in'] as const;

/**
 * - `he`: normal with variance 2 / in (He et al. 2015), for ReLU.
 * - `xavier`: uniform in +-sqrt(6 / (in + out)) (Glorot and Bengio 2010), for tanh and sigmoid.
 * - `normal`: normal with standard deviation `scale` (0.01 if left out), as in the notes.
 * - `uniform`: uniform in +-`scale` (0.05 if left out, as in Keras).
 * - `zeros`: every weight 0: right for no hidden layer, useless otherwise.
 *
 * Without a choice it is `xavier`, as in Keras.
 *
 * Biases (`bias`):
 * - `zeros`: the default, as in Keras and in the notes.
 * - `xavier`: uniform in +-sqrt(6 / (in + out)), as in scikit-learn.
 * - `fan-in`: uniform in +-1 / sqrt(in), as in PyTorch.
 */
export interface Initializer {
  /** How weights are drawn; `xavier` by default. */
  readonly kind?: (typeof INITIALIZERS)[number];
  /** How biases are drawn; `zeros` by default. */
  readonly bias?: (typeof BIAS_INITIALIZERS)[number];
  /** Of `normal` (0.01 by default) and `uniform` (0.05). */
  readonly scale?: number;
  /** The same seed gives the same bits; 1 by default. */
  readonly seed?: number;
}

/** Keep the first weights, and the first biases, apart from whatever else is drawn from the same seed. */
const STREAM = 0;
const BIAS_STREAM = 0xb1a5;

/** The parameters of one layer: w [in, units] row-major, b [units]. */
export interface LayerParameters {
  /** [in, units], row-major */
  readonly w: Float32Array;
  /** [units] */
  readonly b: Float32Array;
}

/** @throws ShapeError naming the tensor that does not fit the network */
export function checkParameters(
  architecture: Architecture,
  layers: readonly { w: ArrayLike<number>; b: ArrayLike<number> }[],
): void {
  const sizes = sizesOf(architecture);
  if (layers.length !== sizes.length - 1) {
    throw new ShapeError(
      `The network has ${sizes.length - 1} layers, but parameters of ${layers.length} were given`,
    );
  }
  layers.forEach(({ w, b }, l) => {
    const shapes = { w: sizes[l] * sizes[l + 1], b: sizes[l + 1] };
    for (const [name, values] of Object.entries({ w, b }) as ['w' | 'b', ArrayLike<number>][]) {
      if (values.length !== shapes[name]) {
        throw new ShapeError(
          `layer${l + 1}.${name} has ${shapes[name]} numbers, but ${values.length} were given`,
        );
      }
    }
  });
}

/** The first weights and biases; the same seed gives the same bits everywhere. */
export function initialize(
  architecture: Architecture,
  { kind = 'xavier', bias = 'zeros', scale = kind === 'uniform' ? 0.05 : 0.01, seed = 1 }: Initializer = {},
): LayerParameters[] {
  if (!INITIALIZERS.includes(kind)) {
    throw new UsageError(`Unknown initializer '${kind}'; choose one of ${INITIALIZERS.join(', ')}`);
  }
  if (!BIAS_INITIALIZERS.includes(bias)) {
    throw new UsageError(
      `Unknown initializer '${bias}' of biases; choose one of ${BIAS_INITIALIZERS.join(', ')}`,
    );
  }
  if (!Number.isFinite(scale))
    throw new UsageError(`The scale of the first weights is a finite number, not ${scale}`);
  const sizes = sizesOf(architecture);
  return architecture.layers.map(({ units }, l) => {
    const inputs = sizes[l];
    const random = new Random(seed, l, STREAM);
    const bound = Math.sqrt(6 / (inputs + units));
    const draw = {
      he: () => random.normal() * Math.sqrt(2 / inputs),
      xavier: () => random.uniform(-bound, bound),
      normal: () => random.normal() * scale,
      uniform: () => random.uniform(-scale, scale),
      zeros: () => 0,
    }[kind];
    const biases = new Random(seed, l, BIAS_STREAM);
    const range = { zeros: 0, xavier: bound, 'fan-in': 1 / Math.sqrt(inputs) }[bias];
    return {
      w: Float32Array.from({ length: inputs * units }, draw),
      b: Float32Array.from({ length: units }, () => (range ? biases.uniform(-range, range) : 0)),
    };
  });
}
