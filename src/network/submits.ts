import type { Batch, Step } from './schedule.ts';

/** Submits that may be on their way: the loop waits for the one two before. */
export const IN_FLIGHT = 3;
/** Most steps of one submit. */
export const MOST_STEPS = 1024;

/** A step as the trainer is told of it: which rows, and how far. */
export type Order = Batch & Pick<Step, 'learningRate'>;

/** What a read-back brought of one finished step. */
export interface StepReport extends Step {
  /** Loss of the step's batch, before its update. */
  readonly loss: number;
  /** Share of the batch that was predicted right, before the update; undefined for a regression. */
  readonly accuracy: number | undefined;
}

/** What the read-back of one submit brought. */
export interface SubmitReport {
  readonly steps: readonly StepReport[];
  /** The first parameter that holds a number that is not finite; undefined if none does. */
  readonly sick: string | undefined;
  /** Goes back to how parameters and moments were before the submit; undefined if that was not kept. */
  readonly goBack: (() => void) | undefined;
  /** What its steps took on the GPU, in ms; undefined unless they are timed, and where there are no timestamps. */
  readonly gpuTime?: number;
}
