import { key } from '../random.ts';
import { STEP_WIDTH } from './plan.ts';

/** What changes from step to step. */
export interface Step {
  /** Steps from 0 since the network was made. */
  readonly index: number;
  readonly epoch: number;
  /** First row of the batch, in the order of this epoch. */
  readonly first: number;
  readonly rows: number;
  /** 0: rows in their own order. */
  readonly shuffleKey: number;
  readonly learningRate: number;
}

export interface ScheduleOptions {
  /** Rows of the data. */
  readonly rows: number;
  readonly batchSize: number;
  readonly shuffle: boolean;
  readonly seed: number;
  readonly learningRate: number;
}

/** How many steps one pass over the data takes; the last batch may be short. */
export function stepsPerEpoch({ rows, batchSize }: Pick<ScheduleOptions, 'rows' | 'batchSize'>): number {
  return Math.ceil(rows / batchSize);
}

/** Which rows step `index` uses: a function of the step alone, so that every plan draws the same. */
export function stepAt(index: number, options: ScheduleOptions): Step {
  const { rows, batchSize, shuffle, seed, learningRate } = options;
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
    learningRate,
  };
}

/** The table that a submit uploads: one `Step` of shaders/lib/step.wgsl for each step. */
export function packSchedule(steps: readonly Step[]): Uint32Array<ArrayBuffer> {
  const table = new Uint32Array(steps.length * STEP_WIDTH);
  const floats = new Float32Array(table.buffer);
  steps.forEach(({ first, shuffleKey, learningRate }, i) => {
    table[i * STEP_WIDTH] = first;
    table[i * STEP_WIDTH + 1] = shuffleKey;
    floats[i * STEP_WIDTH + 2] = learningRate;
  });
  return table;
}
