import { batch, computed, signal } from '@preact/signals';
import type { LayerParameters } from '../../network/initialize.ts';
import type { AdapterDescription } from '../../gpu/adapter.ts';
import type { StepLook } from '../../session/lookAtStep.ts';
import type { StepProfile } from '../../session/profileStep.ts';
import type { Swap } from '../../session/swapKernel.ts';
import type { Verification } from '../../session/verify.ts';
import type {
  Ground,
  Judgement,
  KernelNews,
  KeptNews,
  LayerLook,
  Plane,
  Points,
  Predicted,
  Progress,
  Summary,
} from '../worker/messages.ts';
import { type Edit, type Experiment, type Hidden, type Story, now } from './experiment.ts';
import { presetOf } from './presets.ts';

/** What the run is doing: `broken`: the network is of no use any more. */
export type Phase = 'opening' | 'playing' | 'paused' | 'replaying' | 'ended' | 'broken';

/** What is worth an alert, in the words of `Notice.tsx`. */
export type Notice =
  /** `good`: a step at which every number was finite. */
  | {
      readonly kind: 'diverged';
      readonly learningRate: number;
      readonly good: number;
      readonly detail: string;
    }
  | { readonly kind: 'failed'; readonly message: string; readonly offer?: readonly Hidden[] }
  | { readonly kind: 'noGpu'; readonly message: string }
  | { readonly kind: 'ignored'; readonly parts: readonly string[] }
  | { readonly kind: 'said'; readonly message: string };

/** A finished run whose curve is kept for comparison. */
export interface KeptRun {
  readonly id: number;
  readonly experiment: Experiment;
  readonly judgements: readonly Judgement[];
}

/** The page as it is. Views read it; only `actions.ts` and the answers of the worker write it. */
export const start = signal<Experiment>(presetOf('flower'));
export const edits = signal<readonly Edit[]>([]);
export const experiment = computed<Experiment>(() => now({ start: start.value, edits: edits.value }));
export const phase = signal<Phase>('opening');
/** Steps a second that are wanted; 0: as many as there can be. */
export const speed = signal(60);

export const summary = signal<Summary | undefined>(undefined);
export const ground = signal<Ground | undefined>(undefined);
export const points = signal<Points | undefined>(undefined);
export const plane = signal<Plane | undefined>(undefined);
export const progress = signal<Progress | undefined>(undefined);
export const weights = signal<readonly LayerParameters[] | undefined>(undefined);
export const judgements = signal<readonly Judgement[]>([]);
/** Losses of single batches, and the learning rate, by step. */
export const batches = signal<readonly { step: number; loss: number; rate: number }[]>([]);
export const keptRuns = signal<readonly KeptRun[]>([]);
export const predicted = signal<Predicted | undefined>(undefined);
/** What the network says of an example that was drawn or typed. */
export const answer = signal<Float32Array | undefined>(undefined);
/** The step of the last lesson, pass by pass. */
export const hand = signal<StepLook | undefined>(undefined);
/** Where the time of a step goes, as it was measured last; `problem`: why it was not. */
export const profiled = signal<
  { readonly profiles: readonly StepProfile[]; readonly problem?: string } | undefined
>(undefined);
/** A kernel that the lab hands over. */
export const handed = signal<Swap | undefined>(undefined);
/** What became of it. */
export const kernelNews = signal<KernelNews | undefined>(undefined);
/** Steps at which another kernel began to make them. */
export const marks = signal<readonly number[]>([]);
export const looks = signal<readonly LayerLook[]>([]);
export const replaying = signal<{ readonly done: number; readonly of: number } | undefined>(undefined);

export const adapter = signal<AdapterDescription | undefined>(undefined);
export const noGpu = signal<string | undefined>(undefined);
export const certificate = signal<readonly string[]>([]);
export const verification = signal<Verification | undefined>(undefined);
export const notice = signal<Notice | undefined>(undefined);
/** What the last visit left, until the visitor has decided; and what is worth knowing of keeping this run. */
export const offer = signal<Extract<KeptNews, { kind: 'offer' }> | undefined>(undefined);
export const kept = signal<Exclude<KeptNews, { kind: 'offer' | 'written' }> | undefined>(undefined);
/** How often the two canvases were replaced. */
export const canvases = signal(0);

/** The unit that is looked at: layer from 1 (the first hidden one), unit from 0. */
export const selected = signal<{ readonly layer: number; readonly unit: number }>({ layer: 1, unit: 0 });
/** The point of the plane at the cross-hair. */
export const probe = signal<{ readonly u: number; readonly v: number }>({ u: 0.4, v: -0.3 });
export const discrete = signal(false);
/** Changes that can be undone. */
export const undoable = signal(0);
/** The lesson that is open, from 1; 0: none. 7 is the step by hand. */
export const lesson = signal(0);

export const step = computed(() => progress.value?.step ?? 0);
export const isRegression = computed(
  () => summary.value !== undefined && summary.value.classes === undefined,
);

/** The run as a link tells it. */
export function story(): Story {
  return { start: start.value, edits: edits.value, steps: step.value };
}

/** What belongs to one run, empty for the next. */
export function clearRun(): void {
  batch(() => {
    progress.value = undefined;
    judgements.value = [];
    batches.value = [];
    looks.value = [];
    predicted.value = undefined;
    answer.value = undefined;
    verification.value = undefined;
    replaying.value = undefined;
    profiled.value = undefined;
    kernelNews.value = undefined;
    marks.value = [];
  });
}
