import type { DatasetFields } from '../../data/dataset.ts';
import type { ModelFile } from '../../formats/model.ts';
import type { AdapterDescription } from '../../gpu/adapter.ts';
import type { LayerParameters } from '../../network/initialize.ts';
import type { Architecture } from '../../network/layers.ts';
import type { NumbersInside, PassInside } from '../../session/insideStep.ts';
import type { StepLook } from '../../session/lookAtStep.ts';
import type { StepProfile } from '../../session/profileStep.ts';
import type { Swap } from '../../session/swap.ts';
import type { Verification } from '../../session/verify.ts';
import type { Place } from '../draw/painter.ts';
import type { Palette } from '../draw/colours.ts';
import type { Experiment, Hidden, Story } from '../state/experiment.ts';

/**
 * What the page and its worker say to each other: plain data. Every answer carries the number of the run it belongs
 * to, so that the page can drop what a run that is over still says.
 */

/** Data that the visitor brought, and which of its rows are the test, where it says so. */
export interface Own {
  readonly fields: DatasetFields;
  readonly testRows?: ArrayLike<number>;
}

/** The plane that the surface shows: two features, or the first two principal components. */
export type Plane =
  { readonly kind: 'components' } | { readonly kind: 'features'; readonly axes: readonly [number, number] };

/** What is seldom asked for: where the time of a step goes, what is in its buffers, whether a kernel is right, and another in its place. */
export type Beside =
  | { readonly type: 'profile' }
  /**
   * Looks inside a pass of a plan that was timed, in the step that was recorded for it last, or in the next one: `again`.
   * `tensor`: which of those of the pass, `at`: a number of it that is to be shown.
   */
  | {
      readonly type: 'inside';
      readonly plan: string;
      readonly pass: string;
      readonly tensor?: number;
      readonly at?: number;
      readonly again?: boolean;
    }
  /** Judges a kernel while training goes on. */
  | { readonly type: 'judgeKernel'; readonly swap: Swap }
  /** Trains with this kernel from now on; undefined: with those that are shipped. */
  | { readonly type: 'swap'; readonly swap: Swap | undefined };

/** A pass that was looked inside, and one of its tensors. */
export interface InsideLook extends PassInside {
  /** The step, from 1, as the page counts them. */
  readonly step: number;
  /** Rows of its batch, and how many of them were taken. */
  readonly batch: number;
  readonly rows: number;
  /** Which of the tensors it is. */
  readonly chosen: number;
  readonly numbers: NumbersInside;
}

/** What became of a kernel of one's own. */
export type KernelNews =
  /** So much of its judgement is done, as a share of 1. */
  | { readonly kind: 'judging'; readonly done: number }
  | { readonly kind: 'judged' }
  | { readonly kind: 'refused'; readonly reason: string }
  /** It makes the steps from this one on. */
  | { readonly kind: 'swapped'; readonly step: number }
  | { readonly kind: 'back'; readonly step: number };

/** What became of a run that is to outlast a lost device, and the page. */
export type KeptNews =
  /** What the last visit left; `needsFile`: its data has to be chosen again first. */
  | { readonly kind: 'offer'; readonly story: Story; readonly when: number; readonly needsFile: boolean }
  /** The run is in storage as it was so many milliseconds ago. */
  | { readonly kind: 'written'; readonly ms: number }
  /** Another tab keeps its run; storage is full, or there is none for this page; the data is too large for it. */
  | { readonly kind: 'elsewhere' | 'full' | 'denied' | 'large' }
  /** The device was lost: another is here, and everything is as it was at this step; or the CPU goes on from there. */
  | { readonly kind: 'reopened' | 'cpu'; readonly step: number }
  /** What was lost with the device is made again from the start. */
  | { readonly kind: 'again' };

export type ToWorker =
  | Beside
  /** What to ask of the adapter; before the first run. */
  | { readonly type: 'limits'; readonly limits: 'adapter' | 'default' }
  /** Begins a run, and makes its steps up to where the story ends; `own`: the visitor's data. */
  | {
      readonly type: 'start';
      readonly run: number;
      readonly story: Story;
      readonly plays: boolean;
      readonly own?: Own;
      /** Whether it is the run that was offered, which goes on where it was kept. */
      readonly isKept?: boolean;
    }
  /** The visitor does not want what was offered. */
  | { readonly type: 'declined' }
  /** The device may be lost; the worker says so to itself. */
  | { readonly type: 'lost' }
  /** Goes on with other settings. */
  | { readonly type: 'change'; readonly change: Partial<Experiment> }
  | { readonly type: 'play' }
  | { readonly type: 'pause' }
  | { readonly type: 'step' }
  | { readonly type: 'verify' }
  /** The network as it is, with all that is needed to use it. */
  | { readonly type: 'model' }
  /** Makes one step of a tiny network, and shows every matrix of it. */
  | { readonly type: 'hand' }
  /** Steps a second; 0: as many as there can be. */
  | { readonly type: 'speed'; readonly speed: number }
  | { readonly type: 'visible'; readonly visible: boolean }
  | { readonly type: 'canvas'; readonly surface: OffscreenCanvas; readonly nodes: OffscreenCanvas }
  | { readonly type: 'size'; readonly surface: number; readonly nodes: readonly [number, number] }
  | { readonly type: 'places'; readonly places: readonly Place[] }
  | { readonly type: 'palette'; readonly palette: Palette }
  | { readonly type: 'discrete'; readonly discrete: boolean }
  | { readonly type: 'plane'; readonly plane: Plane }
  /** Which layer (from 0, the first hidden one) is looked at; undefined: none. */
  | { readonly type: 'look'; readonly layer: number | undefined }
  /** An example to predict, as the data has it (not standardised). */
  | { readonly type: 'predict'; readonly x: Float32Array };

/** What was made of an experiment. */
export interface Summary {
  readonly architecture: Architecture;
  readonly rows: number;
  readonly trainRows: number;
  /** 0 where nothing is held out. */
  readonly testRows: number;
  readonly features: readonly string[];
  readonly targets: readonly string[];
  readonly classes: readonly string[] | undefined;
  readonly parameters: number;
  readonly perEpoch: number;
  /** Rows of a batch. */
  readonly batch: number;
  /** What x was standardised by: mean and standard deviation of each feature. */
  readonly mean: Float32Array;
  readonly deviation: Float32Array;
  /** What the target of a regression was standardised by. */
  readonly target: { readonly mean: number; readonly deviation: number } | undefined;
}

/** The plane as it is shown: a point (u, v) of it is the example origin + u across + v up, standardised. */
export interface Ground {
  readonly origin: Float32Array;
  readonly across: Float32Array;
  readonly up: Float32Array;
  /** u and v go from -reach to reach. */
  readonly reach: number;
  readonly labels: readonly [string, string];
}

/** The rows of the data on the plane: u, v and class (or target from 0 to 1), three numbers each. */
export interface Points {
  readonly train: Float32Array;
  readonly test: Float32Array;
}

/** How good the network is; `score` is accuracy, or R2 for a regression. */
export interface Measure {
  readonly loss: number;
  readonly score: number | undefined;
}

/** All rows measured with the weights as they were after so many steps. */
export interface Judgement {
  readonly step: number;
  readonly train: Measure;
  readonly test: Measure | undefined;
}

/** What a layer looks like: a histogram each, of 32 bins from -range to range. */
export interface LayerLook {
  readonly step: number;
  readonly layer: number;
  readonly bins: Readonly<Record<'w' | 'z' | 'a' | 'dw', Uint32Array>>;
  readonly range: Readonly<Record<'w' | 'z' | 'a' | 'dw', number>>;
  /** Units whose a is 0 for every example looked at; undefined where that means nothing. */
  readonly dead: number | undefined;
  /** Share of the values whose slope is below 5 % of its largest. */
  readonly saturated: number;
  readonly examples: number;
}

export interface Progress {
  readonly step: number;
  readonly batch: Measure;
  readonly learningRate: number;
  /** Steps a second, and milliseconds that one takes on the GPU; undefined where that cannot be told. */
  readonly rate: number;
  readonly gpuPerStep: number | undefined;
  readonly plan: string;
  readonly measured: readonly string[];
  /** Bytes on the GPU; 0 without one. */
  readonly bytes: number;
}

/** Predictions for examples of the test (or of all rows), for views that show examples. */
export interface Predicted {
  readonly step: number;
  /** [rows, features], not standardised. */
  readonly x: Float32Array;
  readonly labels: Int32Array;
  /** [rows, classes] */
  readonly outputs: Float32Array;
}

export type FromWorker =
  | { readonly type: 'adapter'; readonly adapter: AdapterDescription }
  /** There is no WebGPU here, and why; the CPU trains. `lost`: there was. */
  | { readonly type: 'noGpu'; readonly reason: string; readonly lost: boolean }
  | { readonly type: 'kept'; readonly news: KeptNews }
  /** The two canvases are of no use any more: the CPU is to paint on others. */
  | { readonly type: 'canvases' }
  | { readonly type: 'certificate'; readonly lines: readonly string[] }
  | { readonly type: 'ready'; readonly run: number; readonly summary: Summary }
  | { readonly type: 'ground'; readonly run: number; readonly ground: Ground; readonly points: Points }
  /** Steps of the story that were made, and of how many. */
  | { readonly type: 'replaying'; readonly run: number; readonly done: number; readonly of: number }
  | {
      readonly type: 'weights';
      readonly run: number;
      readonly step: number;
      readonly layers: readonly LayerParameters[];
    }
  | { readonly type: 'progress'; readonly run: number; readonly progress: Progress }
  | { readonly type: 'judged'; readonly run: number; readonly judgement: Judgement }
  | { readonly type: 'predicted'; readonly run: number; readonly predicted: Predicted }
  | { readonly type: 'answer'; readonly outputs: Float32Array }
  | { readonly type: 'hand'; readonly look: StepLook }
  | { readonly type: 'model'; readonly model: ModelFile }
  | { readonly type: 'look'; readonly run: number; readonly look: LayerLook }
  /** A change was made before this step. */
  | {
      readonly type: 'changed';
      readonly run: number;
      readonly step: number;
      readonly change: Partial<Experiment>;
    }
  | { readonly type: 'verified'; readonly run: number; readonly verification: Verification }
  /** Of what makes the steps, and of the textbook plan; `problem`: why there is none. */
  | {
      readonly type: 'profiled';
      readonly run: number;
      readonly profiles: readonly StepProfile[];
      readonly problem?: string;
    }
  /** `problem`: why it cannot be looked inside. */
  | {
      readonly type: 'inside';
      readonly run: number;
      readonly plan: string;
      readonly pass: string;
      readonly look?: InsideLook;
      readonly problem?: string;
    }
  | { readonly type: 'kernel'; readonly run: number; readonly news: KernelNews }
  | {
      readonly type: 'stopped';
      readonly run: number;
      readonly reason: 'paused' | 'done' | 'early' | 'diverged';
      readonly step: number;
      /** The last step before which every number was finite, as far as is known. */
      readonly good: number;
      readonly notes: readonly string[];
    }
  /** `offer`: layers that this adapter can hold, where the network was too large. */
  | {
      readonly type: 'failed';
      readonly run: number;
      readonly message: string;
      readonly offer?: readonly Hidden[];
    };
