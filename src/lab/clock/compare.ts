import type { Timing } from '../clock.ts';
import { medianInterval } from './statistics.ts';

/** How two contestants of one measurement stand to each other. */
export interface Comparison {
  /** The time of the first over that of the second, as an interval of its median. */
  readonly low: number;
  readonly high: number;
  readonly confidence: number;
  readonly verdict: 'faster' | 'slower' | 'cannot be ranked';
}

/** Chance of calling one of two equals the faster: a wrong order is worse than none. */
const CONFIDENCE = 0.99;

/**
 * Compares two contestants round by round, so that what made a round slow for both does not count. They
 * cannot be ranked where the interval of their ratio overlaps 1, widened by what the grid leaves open.
 */
export function compare(a: Timing, b: Timing): Comparison {
  const ratios = a.perRound.map((time, round) => time / b.perRound[round]).filter(Number.isFinite);
  const { low, high, confidence } = medianInterval(ratios, CONFIDENCE);
  const open = a.resolution + b.resolution;
  const interval = { low: low * Math.max(0, 1 - open), high: high * (1 + open), confidence };
  const sure = confidence >= CONFIDENCE;
  const verdict =
    sure && interval.high < 1 ? 'faster' : sure && interval.low > 1 ? 'slower' : 'cannot be ranked';
  return { ...interval, verdict };
}

/**
 * The one to use: the first, unless a later one is surely faster. So give the simplest first: what cannot
 * be ranked leaves the simpler in its place.
 * @returns its name; undefined of none
 */
export function choose(timings: readonly Timing[]): string | undefined {
  let kept = timings[0];
  for (const timing of timings) if (compare(timing, kept).verdict === 'faster') kept = timing;
  return kept?.name;
}

/**
 * The fastest, and who cannot be told from it: names in the order of their medians. One name means that
 * it is surely the fastest.
 */
export function leaders(timings: readonly Timing[]): string[] {
  const [best, ...others] = [...timings].sort((a, b) => a.median - b.median);
  if (!best) return [];
  return [best, ...others.filter((other) => compare(best, other).verdict !== 'faster')].map(
    ({ name }) => name,
  );
}
