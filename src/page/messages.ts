import type { BUILTIN_NAMES } from '../data/builtin.ts';
import type { AdapterDescription } from '../gpu/adapter.ts';
import type { INITIALIZERS } from '../network/initialize.ts';
import type { Activation } from '../network/layers.ts';
import type { History } from '../session/options.ts';
import type { Verification } from '../session/verify.ts';

/**
 * What the page and its worker say to each other. All of it is plain data, and every answer carries
 * the number of the run it belongs to, so that the page can drop what a run that is over still says.
 */

export type BuiltinName = (typeof BUILTIN_NAMES)[number];

/** How the first weights are drawn; `auto` leaves it to the library. */
export type First = 'auto' | (typeof INITIALIZERS)[number];

/** An experiment, as the form has it. */
export interface Config {
  readonly data: BuiltinName;
  /** Units of the hidden layers; none makes a linear model. */
  readonly hidden: readonly number[];
  readonly activation: Activation;
  readonly first: First;
  readonly learningRate: number;
  readonly batchSize: number | 'full';
  readonly epochs: number;
  readonly seed: number;
}

export type ToWorker =
  /** Makes the network of this experiment, at step 0; a run that goes on is ended. */
  | { readonly type: 'setup'; readonly run: number; readonly config: Config }
  /** Trains until the next multiple of so many epochs. */
  | { readonly type: 'train'; readonly run: number; readonly learningRate: number; readonly epochs: number }
  /** Judges a step of this training by the oracle, without training. */
  | { readonly type: 'verify'; readonly run: number; readonly learningRate: number }
  | { readonly type: 'pause' };

/** What was made of an experiment. */
export interface Summary {
  readonly rows: number;
  readonly trainRows: number;
  /** 0 where the network is scored on the rows that it trains on. */
  readonly testRows: number;
  /** Units of every layer, the input's first. */
  readonly sizes: readonly number[];
  readonly classes: number | undefined;
  readonly parameters: number;
  readonly plan: string;
  readonly stepsPerEpoch: number;
}

/** How good the network was: `score` is accuracy, or R2 for a regression. */
export interface Measure {
  readonly loss: number;
  readonly score: number | undefined;
}

/** A measure of the network after so many steps. */
export interface Point extends Measure {
  readonly step: number;
}

export interface Progress {
  readonly step: number;
  /** Where this training ends. */
  readonly goal: number;
  readonly epoch: number;
  readonly stepsPerSecond: number;
  /** What makes the steps now, and what was measured to find it, a line each. */
  readonly plan: string;
  readonly measured: readonly string[];
  /** The batch of the last step; its loss and score are those before its update. */
  readonly batch: Point;
  /** Epochs that have ended since the last message: means over the training rows, and the test. */
  readonly train: readonly Point[];
  readonly test: readonly Point[];
}

/** The end of a training: the whole training part and test part, measured with the weights as they are now. */
export interface Stopped {
  readonly reason: History['stopped'];
  readonly step: number;
  readonly train: Measure | undefined;
  readonly test: Measure | undefined;
  readonly notes: readonly string[];
}

export type FromWorker =
  | { readonly type: 'adapter'; readonly adapter: AdapterDescription }
  /** What holds on this device, a line each. */
  | { readonly type: 'certificate'; readonly lines: readonly string[] }
  | { readonly type: 'ready'; readonly run: number; readonly summary: Summary }
  | { readonly type: 'verified'; readonly run: number; readonly verification: Verification }
  | { readonly type: 'progress'; readonly run: number; readonly progress: Progress }
  | { readonly type: 'stopped'; readonly run: number; readonly stopped: Stopped }
  /** `lost`: the device went away while in use. */
  | { readonly type: 'failed'; readonly run: number; readonly lost: boolean; readonly message: string };
