import type { Gpu } from '../gpu/gpu.ts';
import type { LayerParameters } from '../network/initialize.ts';
import type { Architecture } from '../network/layers.ts';
import type { Trainer } from '../network/trainer.ts';
import type { SubmitReport } from '../network/submits.ts';
import type { Choice } from './choice.ts';
import type { Divergence } from './divergence.ts';
import type { Judge } from './judge.ts';
import type { Pace } from './pace.ts';
import type { Runner } from './runner.ts';
import type { OwnKernel } from './swap.ts';
import type { Candidate } from './tuner.ts';
import type { Verification } from './verify.ts';

/** The weights and biases of a network, on a GPU or in memory. */
export interface Weights {
  readonly architecture: Architecture;
  /** Where they are, if on a GPU. */
  readonly gpu?: Gpu;
  /** Steps trained so far. */
  readonly steps: number;
  read(): Promise<LayerParameters[]>;
  /** @throws ShapeError naming the tensor that does not fit */
  write(layers: readonly { w: ArrayLike<number>; b: ArrayLike<number> }[]): void;
  /** Keeps a copy of them as they are now. */
  keepBest(): void;
  /** Goes back to the kept copy, if there is one, and lets go of it. */
  restoreBest(): void;
  dispose(): void;
}

/** What a training works with; other things take its place when a device was lost. */
export interface Material {
  readonly equipment: Equipment;
  /** What judges the validation rows, if there are some. */
  readonly judge: Judge | undefined;
}

/** What makes the steps of a training. */
export interface Made {
  readonly choice: Choice;
  /** Name of the adapter; undefined for the CPU. */
  readonly adapter?: string;
  readonly runner: Runner;
  /** The runner, if it is a plan on the GPU. */
  readonly trainer?: Trainer;
  readonly verification?: Verification;
  /** What could not be used, and what is used instead. */
  readonly notes?: readonly string[];
  /** How many of its steps are sent at once. */
  readonly pace: Pace;
  /** Goes back to what made the steps before a kernel of one's own did; undefined where none does. */
  readonly back?: () => Promise<Made>;
}

/** Finds what makes the steps faster, while they are made. */
export interface Improver {
  /** Whether something waits to be compared with what makes the steps now. */
  readonly isReady: boolean;
  /** What was measured so far. */
  readonly candidates: readonly Candidate[];
  /**
   * Begins, if it has not begun yet.
   * @param left steps that are to be made yet, and how many are made in a second
   */
  begin(left: () => { readonly steps: number; readonly perSecond: number }): void;
  /** Compares what waits, when no step is on its way; what makes the steps from now on. */
  improve(): Promise<Made>;
  dispose(): void;
}

/** All that a training works with, made and verified before its first step. */
export interface Equipment {
  /** What makes the first steps; whoever trains disposes of it. */
  readonly first: Made;
  readonly improver?: Improver;
  /** @throws DeviceLostError, or what has gone wrong on the GPU */
  check?(): void;
  /** Finds where numbers first went wrong, and goes back to the last good weights. */
  findDivergence?(made: Made, sick: SubmitReport): Promise<Divergence | undefined>;
  /** What makes the steps with a kernel of one's own, or without it again. */
  swap?(made: Made, kernel: OwnKernel | undefined): Promise<Made>;
  /** Frees what it holds besides. */
  dispose(): void;
}
