/** What the clock computes from its samples: distribution-free, because times are skewed and have outliers. */

/** The middle of some numbers, the mean of the two middle ones where they are even in number; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** Where a median lies, with what chance. */
export interface Interval {
  readonly low: number;
  readonly high: number;
  /** The chance, over repeated measurements, that such an interval holds the true median; 0 of none. */
  readonly confidence: number;
}

/**
 * The interval of a median between two order statistics: true of every distribution, as the number of
 * samples below the median is binomial (David and Nagaraja, *Order Statistics*, 3rd ed., section 7.1).
 * Where there are too few samples for the wanted confidence, all of them and the confidence they give.
 */
export function medianInterval(values: readonly number[], wanted = 0.95): Interval {
  const n = values.length;
  if (n === 0) return { low: -Infinity, high: Infinity, confidence: 0 };
  const sorted = [...values].sort((a, b) => a - b);
  let below = 0;
  let best: Interval = { low: sorted[0], high: sorted[n - 1], confidence: Math.max(0, 1 - 2 ** (1 - n)) };
  for (let k = 0; k < n >> 1; k++) {
    below += binomial(n, k);
    const confidence = 1 - 2 * below;
    if (confidence < wanted) break;
    best = { low: sorted[k], high: sorted[n - 1 - k], confidence };
  }
  return best;
}

/** The chance of k heads in n throws of a fair coin, by logarithms lest 2^n overflow. */
function binomial(n: number, k: number): number {
  let log = -n * Math.LN2;
  for (let i = 1; i <= k; i++) log += Math.log((n - k + i) / i);
  return Math.exp(log);
}

/** The usual distance from the median, scaled to a normal distribution's standard deviation. */
export function spread(values: readonly number[]): number {
  const middle = median(values);
  return 1.4826 * median(values.map((value) => Math.abs(value - middle)));
}

/**
 * The grid of a clock: the smallest step between readings taken as close to each other as possible. Where
 * readings lie further apart than the grid, the step is theirs, and so never too small.
 * @param readings in any unit, in the order of time; the grid is in the same unit, 0 if no two differ
 */
export function gridOf(readings: readonly number[]): number {
  let grid = Infinity;
  for (let i = 1; i < readings.length; i++) {
    const step = readings[i] - readings[i - 1];
    if (step > 0 && step < grid) grid = step;
  }
  return grid === Infinity ? 0 : grid;
}

/** What the first rounds of a measurement were like. */
export interface WarmUp {
  /** How many of the first rounds are to be left out. */
  readonly rounds: number;
  /** How much slower than the later rounds they were, as a share; negative: faster. */
  readonly slower: number;
  /** How much slower the last rounds are than those before; 0 where that cannot be told. */
  readonly drift: number;
}

/** Fewer rounds than this tell nothing about a ramp. */
const FEWEST = 8;
/** A round belongs to the warm-up if it is off by this many standard deviations of the later ones ... */
const DEVIATIONS = 4;
/** ... and by this share: less is not worth a round. */
const LEAST_SHARE = 0.03;

/**
 * Finds the ramp at the start of a measurement: caches fill, and clocks of a processor rise with work or
 * sink with heat. The later half of the rounds says what is usual; the warm-up ends with the first two
 * rounds in a row that are so.
 * @param speeds the time of each round, in units of what is usual for whoever ran in it
 */
export function findWarmUp(speeds: readonly number[]): WarmUp {
  if (speeds.length < FEWEST) return { rounds: 0, slower: 0, drift: 0 };
  const half = speeds.length >> 1;
  const later = speeds.slice(half);
  const usual = median(later);
  const tolerance = Math.max(DEVIATIONS * spread(later), LEAST_SHARE * usual);
  const off = speeds.map((speed) => Math.abs(speed - usual) > tolerance);
  let rounds = 0;
  while (rounds < half && (off[rounds] || (rounds > 0 && off[rounds + 1]))) rounds++;
  const left = speeds.slice(0, rounds);
  return { rounds, slower: rounds ? median(left) / usual - 1 : 0, drift: driftOf(speeds.slice(rounds)) };
}

/** How much slower the second half of some rounds is than the first, if their intervals do not overlap. */
function driftOf(speeds: readonly number[]): number {
  const half = speeds.length >> 1;
  const [early, late] = [speeds.slice(0, half), speeds.slice(half)];
  const [a, b] = [medianInterval(early), medianInterval(late)];
  const share = median(late) / median(early) - 1;
  const apart = a.high < b.low || b.high < a.low;
  return apart && Math.min(a.confidence, b.confidence) >= 0.9 && Math.abs(share) >= LEAST_SHARE ? share : 0;
}
