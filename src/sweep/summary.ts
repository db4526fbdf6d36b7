import type { Configuration } from './configurations.ts';
import { type Metric, compare, valueOf } from './metric.ts';
import type { TrialResult } from './results.ts';
import type { Trial } from './trials.ts';

/** What came of a configuration: a row of the table. */
export interface Row extends Configuration {
  /** The last rung that it reached, from 0. */
  readonly rung: number;
  /** Epochs of its trials there, where the sweep stops the hopeless. */
  readonly epochs?: number;
  /** Whether it was stopped as hopeless. */
  readonly stopped: boolean;
  /** Trials of this rung by what came of them. */
  readonly counts: {
    readonly done: number;
    readonly diverged: number;
    readonly failed: number;
    readonly open: number;
  };
  /** Of the metric, over seeds; with folds, of all rows of a seed together. Undefined if a trial has no value. */
  readonly mean?: number;
  /** Standard deviation over all its trials, as of a whole population. */
  readonly deviation?: number;
  readonly least?: number;
  readonly most?: number;
  /** The value of each seed; of several folds each counts by its rows, so that an accuracy is that of all rows. */
  readonly seeds: readonly { readonly seed: number; readonly value: number | undefined }[];
}

/** A rung that trials of a configuration belong to. */
export interface Reached {
  readonly trials: readonly Trial[];
  readonly rung: number;
  readonly epochs: number | undefined;
  readonly stopped: boolean;
}

/** @param resultOf a trial's result; undefined while it has none */
export function rowOf(
  configuration: Configuration,
  { trials, rung, epochs, stopped }: Reached,
  metric: Metric,
  resultOf: (id: string) => TrialResult | undefined,
): Row {
  const results = trials.map(({ id }) => resultOf(id));
  const values = results.map((result) => valueOf(metric, result?.scores));
  const count = (...outcomes: (TrialResult['outcome'] | undefined)[]) =>
    results.filter((result) => outcomes.includes(result?.outcome)).length;
  const seeds = [...new Set(trials.map(({ seed }) => seed))].map((seed) => {
    const own = trials.flatMap((trial, i) => (trial.seed === seed ? [i] : []));
    const weights = own.map((i) => results[i]?.rows?.[metric.part] ?? 1);
    return {
      seed,
      value: weighted(
        own.map((i) => values[i]),
        weights,
      ),
    };
  });
  const known = values.filter((value) => value !== undefined);
  const whole = known.length === values.length && known.length > 0;
  const mean = weighted(
    seeds.map(({ value }) => value),
    seeds.map(() => 1),
  );
  return {
    ...configuration,
    ...{ rung, epochs, stopped },
    counts: {
      done: count('done', 'early'),
      diverged: count('diverged'),
      failed: count('failed'),
      open: count(undefined),
    },
    ...(whole && { mean, deviation: deviation(known), least: Math.min(...known), most: Math.max(...known) }),
    seeds,
  };
}

/** The numbers of rows, best first: those that went on in front of those that were stopped before them. */
export function ranking(metric: Metric, rows: readonly Row[]): number[] {
  return [...rows]
    .sort((a, b) => b.rung - a.rung || compare(metric, a.mean, b.mean) || a.index - b.index)
    .map(({ index }) => index);
}

/** The mean by weights, in double precision; undefined if a value is. */
function weighted(values: readonly (number | undefined)[], weights: readonly number[]): number | undefined {
  let [sum, total] = [0, 0];
  for (const [i, value] of values.entries()) {
    if (value === undefined) return undefined;
    sum += weights[i] * value;
    total += weights[i];
  }
  return total > 0 ? sum / total : undefined;
}

function deviation(values: readonly number[]): number {
  const centre = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / values.length);
}
