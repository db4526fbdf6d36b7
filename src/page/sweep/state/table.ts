import { computed, signal } from '@preact/signals';
import { parameters, textOf } from './axes.ts';
import type { Trial } from './read.ts';
import { brushed, filter, report, trials } from './store.ts';

/** What rows are sorted by: an option, or one of these. */
export interface Order {
  readonly by: string;
  readonly descending: boolean;
}
/** Undefined: the best first. */
export const order = signal<Order | undefined>();

/** The best first, of equals as the sweep ranks them; what has no value comes last, and of that what failed before what is open. */
export function ranked(all: readonly Trial[]): readonly Trial[] {
  const sign = report.value?.metric.higherIsBetter ? -1 : 1;
  const key = ({ value, outcome }: Trial) => (value === undefined ? (outcome === 'open' ? 2 : 1) : 0);
  const places = report.value?.places;
  const place = ({ id, configuration }: Trial) =>
    id === report.value?.best?.trial ? -1 : (places?.get(configuration) ?? Infinity);
  return [...all].sort(
    (a, b) =>
      key(a) - key(b) || sign * ((a.value ?? 0) - (b.value ?? 0)) || Math.sign(place(a) - place(b)) || 0,
  );
}

/** The columns of the table that are parameters: options that vary, and seed and fold where there are several. */
export const columns = computed((): readonly string[] => [
  ...parameters.value.map((name) => `option:${name}`),
  ...(['seed', 'fold'] as const).filter((name) => new Set(trials.value.map((trial) => trial[name])).size > 1),
]);

export const columnName = (column: string): string => column.replace(/^option:/, '');

/** What a trial has in a column. */
export function cellOf(trial: Trial, column: string): unknown {
  if (column.startsWith('option:')) return trial.options[columnName(column)];
  return trial[column as 'seed' | 'fold' | 'value' | 'seconds' | 'outcome' | 'id'];
}

function compareCells(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return textOf(a).localeCompare(textOf(b), 'en', { numeric: true });
}

/** All that a row says, to be looked through: `learningRate=0.1`. */
function wordsOf(trial: Trial): string {
  const words = columns.value.map((column) => `${columnName(column)}=${textOf(cellOf(trial, column))}`);
  return [trial.id, trial.outcome, trial.error ?? '', ...words].join(' ').toLowerCase();
}

/** The rows of the table: those in the brush that have every word of the filter, in their order. */
export const rows = computed((): readonly Trial[] => {
  const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
  const found = trials.value.filter((trial) => {
    if (brushed.value && !brushed.value.has(trial.id)) return false;
    if (!words.length) return true;
    const text = wordsOf(trial);
    return words.every((word) => text.includes(word));
  });
  const best = ranked(found);
  if (!order.value) return best;
  const { by, descending } = order.value;
  const isMissing = (trial: Trial) => Number(cellOf(trial, by) === undefined);
  const sign = descending ? -1 : 1;
  return [...best].sort(
    (a, b) => isMissing(a) - isMissing(b) || sign * compareCells(cellOf(a, by), cellOf(b, by)),
  );
});

/** Sorts by a column; once more the other way round, and then the best first again. */
export function sortBy(by: string): void {
  const { value } = order;
  if (value?.by !== by) order.value = { by, descending: false };
  else order.value = value.descending ? undefined : { by, descending: true };
}
