import { computed, signal } from '@preact/signals';
import type { Point, Report, Trial } from './read.ts';

/** Where a report is from, and whether more of it is to come. */
export type Source = 'none' | 'opening' | 'kept' | 'live' | 'away';

export const report = signal<Report | undefined>();
export const source = signal<Source>('opening');
/** Why there is no report: what was found is none. */
export const isWrong = signal(false);

/** How far a trial is that trains now. */
export interface Running {
  readonly step: number;
  readonly steps: number;
  readonly curve: readonly Point[];
}
/** The trials that train now, by their ids. */
export const running = signal<ReadonlyMap<string, Running>>(new Map());

/** A file that the best model is in. */
export interface ModelFile {
  readonly name: string;
  readonly url: string;
}
export const model = signal<readonly ModelFile[]>([]);

/** The trial that is shown in every view; undefined: the best one. */
export const chosen = signal<string | undefined>();
/** The trial under the pointer. */
export const hovered = signal<string | undefined>();
/** The trials that a brush over the parallel axes leaves; undefined: all. */
export const brushed = signal<ReadonlySet<string> | undefined>();
/** Text that rows of the table have to have. */
export const filter = signal('');

/** What the time is, in ms; it goes on while a sweep runs. */
export const now = signal(Date.now());

export const trials = computed(() => report.value?.trials ?? []);
export const byId = computed(() => new Map(trials.value.map((trial) => [trial.id, trial])));

/** The trial that is shown in every view. */
export const selected = computed((): Trial | undefined => {
  const { value } = byId;
  return value.get(chosen.value ?? '') ?? value.get(report.value?.best?.trial ?? '') ?? trials.value[0];
});

/** With more trials than these, charts take too long to follow the pointer. */
const MOST_FOLLOWED = 500;

/** The trials that stand out in every chart: the one under the pointer, and last the one that is selected. */
export const marked = computed((): readonly Trial[] => {
  const under = trials.value.length <= MOST_FOLLOWED ? byId.value.get(hovered.value ?? '') : undefined;
  return [under, selected.value].filter((one) => one !== undefined);
});

/** The curve of a trial, as far as it is. */
export function curveOf({ id, curve }: Trial): readonly Point[] {
  return curve.length ? curve : (running.value.get(id)?.curve ?? []);
}

/** How many trials there are of each kind. */
export const counts = computed(() => {
  const found = { done: 0, running: 0, waiting: 0, failed: 0 };
  for (const { id, outcome } of trials.value)
    if (outcome === 'done' || outcome === 'early') found.done++;
    else if (outcome !== 'open') found.failed++;
    else if (running.value.has(id)) found.running++;
    else found.waiting++;
  return found;
});

/** The least and the most of the metric; undefined where no trial has one. */
export const range = computed((): readonly [least: number, most: number] | undefined => {
  let [least, most] = [Infinity, -Infinity];
  for (const { value } of trials.value)
    if (value !== undefined) [least, most] = [Math.min(least, value), Math.max(most, value)];
  return least <= most ? [least, most] : undefined;
});

/** From 0, the worst, to 1, the best; undefined without a value. */
export function goodness(value: number | undefined): number | undefined {
  if (value === undefined || !range.value) return undefined;
  const [least, most] = range.value;
  const share = most > least ? (value - least) / (most - least) : 1;
  return report.value!.metric.higherIsBetter || most === least ? share : 1 - share;
}

export function select(id: string): void {
  chosen.value = id;
}
