import { key } from '../random.ts';
import { STEP_WIDTH } from './plan.ts';

/** What changes from step to step: the fields of `Step` in shaders/lib/step.wgsl, and where the step is. */
export interface Step {
  /** Steps from 0 since the network was made. */
  readonly index: number;
  readonly epoch: number;
  /** First row of the batch, in the order of this epoch. */
  readonly first: number;
  readonly rows: number;
  /** 0: rows in their own order. */
  readonly shuffleKey: number;
  readonly dropoutKey: number;
  readonly learningRate: number;
  /** What corrects Adam's moments; 1 for the others. */
  readonly correctionM: number;
  readonly correctionV: number;
}

/** Which rows a step uses. */
export type Batch = Omit<Step, 'learningRate' | 'correctionM' | 'correctionV'>;

export interface BatchOptions {
  /** Rows of the data. */
  readonly rows: number;
  readonly batchSize: number;
  readonly shuffle: boolean;
  readonly seed: number;
}

/** How many steps one pass over the data takes; the last batch may be short. */
export function stepsPerEpoch({ rows, batchSize }: Pick<BatchOptions, 'rows' | 'batchSize'>): number {
  return Math.ceil(rows / batchSize);
}

/** Which rows step `index` uses: a function of the step alone, so that every plan draws the same. */
export function batchAt(index: number, options: BatchOptions): Batch {
  const { rows, batchSize, shuffle, seed } = options;
  const perEpoch = stepsPerEpoch(options);
  const epoch = Math.floor(index / perEpoch);
  const first = (index % perEpoch) * batchSize;
  return {
    index,
    epoch,
    first,
    rows: Math.min(batchSize, rows - first),
    // A key of 0 would mean "in order"; a full batch needs no order.
    shuffleKey: shuffle && perEpoch > 1 ? key(seed, epoch) || 1 : 0,
    dropoutKey: key(seed, index, 0xd809),
  };
}

/**
 * The table that a submit uploads: one `Step` of shaders/lib/step.wgsl for each step.
 * @param perDispatch steps of one dispatch, where a dispatch takes many
 */
export function packSchedule(steps: readonly Step[], perDispatch = 1): Uint32Array<ArrayBuffer> {
  const table = new Uint32Array(steps.length * STEP_WIDTH);
  const floats = new Float32Array(table.buffer);
  steps.forEach((step, i) => {
    const { first, shuffleKey, dropoutKey, learningRate, correctionM, correctionV, rows } = step;
    const begins = i % perDispatch === 0 ? Math.min(perDispatch, steps.length - i) : 0;
    table.set([first, shuffleKey, dropoutKey], i * STEP_WIDTH);
    floats.set([learningRate, correctionM, correctionV], i * STEP_WIDTH + 3);
    table.set([rows, begins], i * STEP_WIDTH + 6);
  });
  return table;
}
