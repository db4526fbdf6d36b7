import { computed } from '@preact/signals';
import type { Report, Trial } from './read.ts';
import { report, trials } from './store.ts';

/** Something that trials differ in, and how a chart lays it out. */
export interface Axis {
  /** The name of an option, `seed`, `fold`, or the metric. */
  readonly name: string;
  readonly kind: 'linear' | 'log' | 'category';
  /** Of `category`, in their order. */
  readonly values: readonly string[];
  /** Undefined where a trial has none. */
  of(trial: Trial): number | string | undefined;
}

/** Ratio of the most to the least from which on numbers are laid out by their logarithms. */
const LOG_FROM = 30;

/** The options that vary, as columns and axes show them. */
export const parameters = computed((): readonly string[] => {
  const found = new Set<string>();
  for (const { options } of report.value?.configurations.values() ?? [])
    for (const name of Object.keys(options)) found.add(name);
  return [...found];
});

/** The value of an option as text. */
export function textOf(value: unknown): string {
  if (value === undefined || value === null) return '–';
  if (Array.isArray(value)) return value.length ? value.map(textOf).join('-') : 'none';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** Axes for all options that vary, for the seed and the fold where there are several, and last the metric. */
export const axes = computed((): readonly Axis[] => {
  const { value } = report;
  if (!value) return [];
  const several = (['seed', 'fold'] as const).filter(
    (name) => new Set(trials.value.map((trial) => trial[name])).size > 1,
  );
  return [
    ...parameters.value.map((name) => axisOf(name, ({ options }) => options[name])),
    // A seed is a name: that one is larger than another says nothing.
    ...several.map((name) =>
      axisOf(name, (trial) => (trial[name] === undefined ? undefined : String(trial[name]))),
    ),
    metricAxis(value),
  ];
});

const metricAxis = ({ metric }: Report): Axis => ({
  ...{ name: metric.name, kind: 'linear', values: [] },
  of: ({ value }) => value,
});

/** A list of one number is that number: a network of one hidden layer. */
const plain = (value: unknown): unknown => (Array.isArray(value) && value.length === 1 ? value[0] : value);

function axisOf(name: string, given: (trial: Trial) => unknown): Axis {
  const valueOf = (trial: Trial) => plain(given(trial));
  const values = trials.value.map(valueOf).filter((value) => value !== undefined && value !== null);
  const isNumbers = values.every((value) => typeof value === 'number' && Number.isFinite(value));
  if (!isNumbers) {
    const texts = [...new Set(values.map(textOf))].sort((a, b) =>
      a.localeCompare(b, 'en', { numeric: true }),
    );
    return { name, kind: 'category', values: texts, of: (trial) => textOf(valueOf(trial)) };
  }
  let [least, most] = [Infinity, 0];
  for (const value of values as number[]) [least, most] = [Math.min(least, value), Math.max(most, value)];
  const of = (trial: Trial) => valueOf(trial) as number | undefined;
  return { name, kind: least > 0 && most / least >= LOG_FROM ? 'log' : 'linear', values: [], of };
}

/** What lies under a brush: intervals on an axis, in its own numbers; of `category` by place. */
export type Brush = ReadonlyMap<number, readonly (readonly [number, number])[]>;

/** The trials inside all intervals; undefined where there are none. */
export function inside(brush: Brush, axes: readonly Axis[]): ReadonlySet<string> | undefined {
  const set = [...brush].filter(([at, intervals]) => intervals.length && axes[at]);
  if (!set.length) return undefined;
  const found = trials.value.filter((trial) =>
    set.every(([at, intervals]) => {
      const axis = axes[at];
      const value = axis.of(trial);
      const place = axis.kind === 'category' ? axis.values.indexOf(String(value)) : value;
      return typeof place === 'number' && intervals.some(([low, high]) => place >= low && place <= high);
    }),
  );
  return new Set(found.map(({ id }) => id));
}
