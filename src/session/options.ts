import { UsageError } from '../errors.ts';
import type { Schedule } from '../network/learningRate.ts';
import type { Loss } from '../network/layers.ts';
import type { Optimizer } from '../network/optimizer.ts';
import type { Examples } from '../network/residentData.ts';
import type { Choice } from './choice.ts';
import type { Divergence } from './divergence.ts';
import type { Metrics } from './metrics.ts';
import type { ClassWeight } from './targets.ts';
import type { Candidate } from './tuner.ts';
import type { Verification } from './verify.ts';

/**
 * The plans that can train: `textbook` makes every formula a dispatch of its own, `fused` two for each layer; with
 * `resident` one workgroup holds a small network and takes many steps in a dispatch; `cpu` is plain TypeScript, for networks so small that a GPU waits more than it computes. `auto` measures them
 * while it trains and takes the fastest.
 */
export const PLANS = ['auto', 'textbook', 'fused', 'resident', 'cpu'] as const;
/** A plan, by name: `textbook`, `fused`, `resident` or `cpu`, or `auto` for the fastest of them. */
export type PlanName = (typeof PLANS)[number];

/** Loss and accuracy at the end of an epoch. */
export interface EpochReport {
  /** From 1. */
  readonly epoch: number;
  /** Mean over the examples of this epoch, each before the update it took part in. */
  readonly loss: number;
  /** Share of the same examples that were right; undefined for a regression. */
  readonly accuracy: number | undefined;
  /** What the validation rows showed; undefined in an epoch without. */
  readonly validation: Metrics | undefined;
  /** Of the last step of the epoch. */
  readonly learningRate: number;
}

/** How far training is: comes with every read-back, a few times a second. */
export interface Progress {
  /** Steps finished by this `fit`. */
  readonly step: number;
  /** How many it takes in all. */
  readonly steps: number;
  /** From 1. */
  readonly epoch: number;
  /** Loss of the last step's batch before its update. */
  readonly loss: number;
  /** Accuracy of the same batch; undefined for a regression. */
  readonly accuracy: number | undefined;
  /** How fast it is. */
  readonly stepsPerSecond: number;
  /** What makes the steps now, in a few words. */
  readonly plan: string;
  /** What `auto` has measured so far. */
  readonly candidates: readonly Candidate[];
}

/** When training is to end by itself. */
export interface EarlyStopping {
  /** Epochs in a row that may pass without a new best loss. */
  readonly patience: number;
  /** How much lower than the best a loss must be to count; 0 by default. */
  readonly minDelta?: number;
  /** Whether training ends with the weights of the best epoch; true by default. */
  readonly restoreBest?: boolean;
}

/** When checkpoints are saved, and by whom; every 30 seconds if neither steps nor seconds are given. */
export interface CheckpointOptions {
  /** Steps from one to the next. */
  readonly everySteps?: number;
  /** Seconds from one to the next. */
  readonly everySeconds?: number;
  /** Training goes on when it has resolved, and ends with what it throws. @param steps finished so far */
  readonly save: (checkpoint: Uint8Array, steps: number) => void | Promise<void>;
}

/** What `fit` and `train` take; every option may be left out. */
export interface FitOptions {
  /** By default the one that belongs to the output layer: softmaxCrossEntropy, binaryCrossEntropy or mse. */
  readonly loss?: Loss;
  /** Where Huber's loss turns from a parabola into a line; 1 by default. */
  readonly huberDelta?: number;
  /** `sgd()` by default. */
  readonly optimizer?: Optimizer;
  /** How the learning rate changes; constant by default. */
  readonly schedule?: Schedule;
  /** Scales the gradient down to this global norm where it is larger, before penalties are added. */
  readonly clip?: number;
  /** Moves targets of cross-entropy losses this far towards equal shares. */
  readonly labelSmoothing?: number;
  /** How much the rows of each class count, besides their own weights. */
  readonly classWeight?: ClassWeight;
  /** Ends training when the loss (of the validation rows, if there are some) falls no more. */
  readonly earlyStopping?: EarlyStopping;
  /** Passes over the data; 40 by default. */
  readonly epochs?: number;
  /** Steps in all, instead of epochs. */
  readonly steps?: number;
  /** Rows of a batch; `defaultBatchSize` if left out. More than there are: all of them. */
  readonly batchSize?: number;
  /** Whether each epoch draws its batches in a new order; true by default. */
  readonly shuffle?: boolean;
  /** Decides the order of the batches. */
  readonly seed?: number;
  /**
   * What makes the steps; the first plan that can if left out, which depends on network, data and adapter alone, so
   * that the same seed gives the same bits.
   */
  readonly plan?: PlanName;
  /** Whether `auto` leaves the CPU out. */
  readonly gpuOnly?: boolean;
  /**
   * Whether one step is judged by the oracle before the first: `auto` (the default) does so for a device,
   * kernels and shapes that have not been verified before.
   */
  readonly verify?: 'auto' | 'always' | 'never';
  /** Judged after every `validationFrequency` epochs. */
  readonly validation?: Examples;
  /** Epochs from one judgement of the validation rows to the next; 1 by default. */
  readonly validationFrequency?: number;
  /** Whether the share of right predictions is followed; by default for cross-entropy losses. */
  readonly accuracy?: boolean;
  /**
   * Whether the history holds every step and epoch; true by default. A training that goes on for hours does without:
   * its `loss`, `accuracy` and `epochs` are empty.
   */
  readonly keepHistory?: boolean;
  /** Whether the GPU notes how long its steps take, where it has timestamps: `gpuTime` of `RunReport`. */
  readonly timed?: boolean;
  /**
   * A checkpoint, with which the training goes on where that one was: the network takes its weights, and with the same
   * data and options weights and history become the same, to the last bit, as if it had never stopped.
   */
  readonly resume?: Uint8Array;
  /** Saves checkpoints while it trains, and one when it ends. */
  readonly checkpoint?: CheckpointOptions;
  /** Stops at the next step; what was trained until then stays. */
  readonly signal?: AbortSignal;
  /** Hears what verifying the device showed, before the first step. */
  readonly onVerified?: (verification: Verification) => void | Promise<void>;
  /** Hears how each epoch went; training waits for what it returns. */
  readonly onEpochEnd?: (report: EpochReport) => void | Promise<void>;
  /** Hears a few times a second how far training is; training waits for what it returns. */
  readonly onProgress?: (progress: Progress) => void | Promise<void>;
}

/** A stretch of steps that one plan made. The same segments on the same adapter give the same bits. */
export interface Segment extends Choice {
  /** The first step, from 0 since the network was made. */
  readonly step: number;
  /** Name of the adapter; undefined for the CPU. */
  readonly adapter?: string;
}

/** What a run of `fit` did. */
export interface History {
  /** Why it ended: all steps made, early stopping, its `signal`, or a number that is not finite. */
  readonly stopped: 'done' | 'early' | 'aborted' | 'diverged';
  /** Steps finished by this `fit`. */
  readonly steps: number;
  /** Loss of each step's batch before its update, without the penalties of L1 and L2. */
  readonly loss: Float32Array;
  /** Accuracy of each step's batch; empty for a regression. */
  readonly accuracy: Float32Array;
  /** Every epoch that was finished. */
  readonly epochs: readonly EpochReport[];
  /** The epoch (from 1) of the lowest watched loss; with early stopping only. */
  readonly best: { readonly epoch: number; readonly loss: number } | undefined;
  /** Milliseconds from the call to the first finished step, compiling included. */
  readonly msToFirstStep: number;
  /** Over the steps after the first read-back (of all, if there was only one). */
  readonly stepsPerSecond: number;
  /** What made the steps, from which one (from 0 since the network was made) on. */
  readonly segments: readonly Segment[];
  /** How often the device was lost and training went on with another, from the last state that was kept. */
  readonly recoveries: number;
  /** What `auto` measured; empty for other plans. */
  readonly candidates: readonly Candidate[];
  /** What judging a step by the oracle showed; undefined if that was not wanted. */
  readonly verification: Verification | undefined;
  /** Where numbers first went wrong, if training diverged and that could be found. */
  readonly divergence: Divergence | undefined;
  /** Things worth saying, e.g. a batch larger than the data. */
  readonly notes: readonly string[];
}

/** Whole and positive, or an error that names the option. */
export function positive(name: string, value: number): number {
  if (!Number.isSafeInteger(value) || value < 1)
    throw new UsageError(`${name} is a positive whole number, not ${value}`);
  return value;
}

/** 128 rows, but at least eight batches in an epoch: a small set needs steps more than large batches. */
export function defaultBatchSize(rows: number): number {
  return Math.min(128, Math.ceil(rows / 8));
}
