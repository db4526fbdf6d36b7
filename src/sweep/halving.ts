import { type Metric, compare } from './metric.ts';
import type { SweepSpec } from './spec.ts';

/**
 * How many epochs the trials of each rung train, the last as many as they are to: successive halving (Jamieson and
 * Talwalkar 2016). Without `stop` there is one rung, whose trials train as their options say: undefined.
 * @param epochs of a whole training
 */
export function rungsOf({ stop }: Pick<SweepSpec, 'stop'>, epochs: number): (number | undefined)[] {
  if (!stop) return [undefined];
  const rungs: number[] = [];
  for (let length = stop.after; length < epochs; length /= stop.keep) rungs.push(Math.round(length));
  // A last rung of hardly more epochs would only repeat the one before.
  return [...new Set([...rungs, epochs])];
}

/**
 * The configurations that go on to the next rung: the best share, at least one. A barrier comes before it, and ties are
 * broken by number, so that it does not matter which trial ended first.
 * @param values of the metric, by configuration; undefined where there is none
 */
export function survivors(
  metric: Metric,
  values: ReadonlyMap<number, number | undefined>,
  keep: number,
): number[] {
  const usable = [...values].filter(([, value]) => value !== undefined);
  const order = usable.sort(([a, x], [b, y]) => compare(metric, x, y) || a - b);
  const count = Math.max(1, Math.ceil(keep * values.size));
  return order
    .slice(0, count)
    .map(([index]) => index)
    .sort((a, b) => a - b);
}
