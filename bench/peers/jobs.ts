/** The jobs, their first weights and their data: all from one seed, so that every contestant gets the same bits. */

export type FloatArray = Float32Array | Float64Array;

/** w [in, out] row-major, b [out] */
export interface Layer {
  w: Float32Array;
  b: Float32Array;
}

/** mlp: x [examples, in], y [examples, out], 0 or 1. matmul: x is A and y is B, both [n, n]. */
export interface Data {
  x: Float32Array;
  y: Float32Array;
}

interface Common {
  id: string;
  /** Steps until the loss that is compared with the reference. */
  steps: number;
  /** Steps of one timed window. */
  window: number;
}

/** A training: float32, plain gradient descent (p -= lr dp). */
export interface MlpJob extends Common {
  kind: 'mlp';
  /** Units from the inputs to the outputs. */
  layers: number[];
  /** Of every layer but the last, which is linear: the loss applies sigmoid or softmax. */
  hidden: 'tanh' | 'relu';
  /** Cross-entropy, mean over the batch (and, of `bce`, over the outputs). */
  loss: 'bce' | 'softmax';
  examples: number;
  /** Step i trains on the rows from (i % batches) batch on, where batches = floor(examples / batch). */
  batch: number;
  lr: number;
}

/** C = A B, all [n, n]. */
export interface MatmulJob extends Common {
  kind: 'matmul';
  n: number;
}

export type Job = MlpJob | MatmulJob;

/** What a file of `contestants/` exports as `create`. It may throw for a job that it cannot do. */
export type Create = (job: Job) => Promise<Contestant>;

export interface Contestant {
  /** Uploads weights and data; batches are rows in a row, and may be cut up here. */
  init(weights: Layer[], data: Data): Promise<void>;
  /**
   * mlp: trains n more steps. matmul: computes C n times.
   * @returns the loss of the last step before its update, or the last number of the last C, read back
   */
  step(n: number): Promise<number>;
  dispose(): void;
}

/** The jobs of `--extra`: build.mjs puts them here. */
declare const EXTRA_JOBS: Job[];

const relu = { kind: 'mlp', hidden: 'relu', loss: 'softmax' } as const;

export const jobs: Job[] = [
  {
    id: 'J1',
    ...{ kind: 'mlp', layers: [2, 16, 1], hidden: 'tanh', loss: 'bce' },
    ...{ examples: 400, batch: 400, lr: 0.5, steps: 500, window: 100 },
  },
  {
    id: 'J2',
    ...{ ...relu, layers: [64, 32, 10] },
    ...{ examples: 1797, batch: 128, lr: 0.1, steps: 300, window: 60 },
  },
  {
    id: 'J3',
    ...{ ...relu, layers: [784, 128, 10] },
    ...{ examples: 1280, batch: 128, lr: 0.02, steps: 50, window: 10 },
  },
  {
    id: 'J4',
    ...{ ...relu, layers: [784, 512, 512, 10] },
    ...{ examples: 1280, batch: 256, lr: 0.02, steps: 10, window: 2 },
  },
  { id: 'K512', kind: 'matmul', n: 512, steps: 3, window: 4 },
  { id: 'K1024', kind: 'matmul', n: 1024, steps: 2, window: 1 },
  ...EXTRA_JOBS,
];

/** Mulberry32: numbers in [0, 1). */
function generator(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The first weights (Glorot uniform, biases 0) and the data of a job. */
export function generate(job: Job): { weights: Layer[]; data: Data } {
  const random = generator(42);
  const fill = (count: number, make: () => number) => Float32Array.from({ length: count }, make);
  if (job.kind === 'matmul') {
    const matrix = () => fill(job.n ** 2, () => random() - 0.5);
    return { weights: [], data: { x: matrix(), y: matrix() } };
  }
  const { layers } = job;
  const weights = layers.slice(1).map((units, l) => {
    const limit = Math.sqrt(6 / (layers[l] + units));
    return {
      w: fill(layers[l] * units, () => (2 * random() - 1) * limit),
      b: new Float32Array(units),
    };
  });
  return { weights, data: job.loss === 'bce' ? disc(job, random) : prototypes(job, random) };
}

/** Points of a square; those of class 1 lie in a disc. */
function disc({ layers, examples }: MlpJob, random: () => number): Data {
  const inputs = layers[0];
  const outputs = layers[layers.length - 1];
  const x = Float32Array.from({ length: examples * inputs }, () => 2 * random() - 1);
  const y = new Float32Array(examples * outputs);
  for (let i = 0; i < examples; i++)
    for (let j = 0; j < outputs; j++) {
      const [p, q] = [x[i * inputs + (j % inputs)], x[i * inputs + ((j + 1) % inputs)]];
      y[i * outputs + j] = p ** 2 + q ** 2 < 0.6 ? 1 : 0;
    }
  return { x, y };
}

/** One sparse prototype for each class under much noise, in 0..1 as pixels are. */
function prototypes({ layers, examples }: MlpJob, random: () => number): Data {
  const inputs = layers[0];
  const classes = layers[layers.length - 1];
  const x = new Float32Array(examples * inputs);
  const y = new Float32Array(examples * classes);
  const bright = Uint8Array.from({ length: classes * inputs }, () => (random() < 0.2 ? 1 : 0));
  for (let i = 0; i < examples; i++) {
    const label = Math.floor(random() * classes);
    y[i * classes + label] = 1;
    for (let j = 0; j < inputs; j++)
      x[i * inputs + j] = 0.4 * bright[label * inputs + j] + (random() < 0.3 ? 0.6 * random() : 0);
  }
  return { x, y };
}
