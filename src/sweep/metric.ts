import { UsageError } from '../errors.ts';
import type { Metrics } from '../session/metrics.ts';

/** The parts of the data that a training is judged on. */
export const PARTS = ['train', 'validation', 'test'] as const;
export type Part = (typeof PARTS)[number];

/** The metrics that are a single number. */
export const MEASURES = ['loss', 'accuracy', 'precision', 'recall', 'f1', 'auc', 'r2', 'mae', 'mse'] as const;
export type Measure = (typeof MEASURES)[number];

const ERRORS: readonly Measure[] = ['loss', 'mae', 'mse'];

/** What configurations are ranked by. */
export interface Metric {
  /** `validation.accuracy` */
  readonly name: string;
  readonly part: Part;
  readonly measure: Measure;
  readonly higherIsBetter: boolean;
}

/** Metrics by part, without what is not a single number. */
export type Scores = Partial<Record<Part, Partial<Record<Measure, number>>>>;

/** @throws UsageError naming the parts and measures there are */
export function metricOf(name: string): Metric {
  const [part, measure, ...rest] = name.split('.') as [Part, Measure, ...string[]];
  if (!PARTS.includes(part) || !MEASURES.includes(measure) || rest.length)
    throw new UsageError(
      `metric is to be PART.MEASURE, as 'validation.accuracy', not '${name}'; parts are ${PARTS.join(', ')}, measures ${MEASURES.join(', ')}`,
    );
  return { name, part, measure, higherIsBetter: !ERRORS.includes(measure) };
}

/** The value of a metric; undefined where these scores have none, or one that is no number. */
export function valueOf({ part, measure }: Metric, scores: Scores | undefined): number | undefined {
  const value = scores?.[part]?.[measure];
  return value !== undefined && Number.isFinite(value) ? value : undefined;
}

/** Negative if `a` is better than `b`; what has no value comes last. */
export function compare({ higherIsBetter }: Metric, a: number | undefined, b: number | undefined): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  return higherIsBetter ? b - a : a - b;
}

/** The single numbers of metrics, for what is kept of a trial. */
export function scoresOf(metrics: Partial<Record<Part, Metrics>>): Scores {
  const kept = Object.entries(metrics).map(([part, values]) => {
    const numbers = MEASURES.filter((measure) => values[measure] !== undefined);
    return [part, Object.fromEntries(numbers.map((measure) => [measure, values[measure]]))];
  });
  return Object.fromEntries(kept);
}
