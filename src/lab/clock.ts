import { type WarmUp, findWarmUp, median, medianInterval } from './clock/statistics.ts';

/** Something whose time is wanted. */
export interface Contestant {
  readonly name: string;
  /**
   * Runs `count` times back to back and tells how long all of them took together, in milliseconds.
   * @param signal aborted when nobody waits any more
   */
  run(count: number, signal: AbortSignal): Promise<number>;
}

export interface ClockOptions {
  /** The step of the clock that the contestants use, in ms: a span is known no better. 0 by default. */
  readonly grid?: number;
  /** Shortest span of one sample, in ms; at least `GRIDS` grids and at most `MOST_SPAN` in any case. */
  readonly leastSpan?: number;
  /** When no further round begins, in ms after the start; 2000 by default. One round is made in any case. */
  readonly budget?: number;
  /** Fewest and most rounds; 12 and 200 by default. Fewer than the fewest only for lack of time. */
  readonly leastRounds?: number;
  readonly mostRounds?: number;
  /** Ends the rounds once every interval is narrower than this share of its median; 0.01 by default. */
  readonly precision?: number;
  /** How long one call may take, in ms, before its contestant counts as hanging; 10000 by default. */
  readonly timeout?: number;
  /** Most runs in one sample. */
  readonly mostRuns?: number;
  /** Ends the measurement; what was measured until then is returned. */
  readonly signal?: AbortSignal;
  /** Hears after every call how much of the measurement is done, as a share of 1. */
  readonly onProgress?: (done: number) => void;
  /** The time in ms, for the budget. */
  readonly now?: () => number;
  /** Awaited between rounds: others have their turn. */
  readonly pause?: () => Promise<void>;
}

/** The time of one contestant. */
export interface Timing {
  readonly name: string;
  /** Of one run, in ms. */
  readonly median: number;
  /** Where the median lies with a chance of `confidence`, in ms; a grid's width is added on either side. */
  readonly low: number;
  readonly high: number;
  readonly confidence: number;
  /** Rounds that count, and runs in a sample of the last of them. */
  readonly samples: number;
  readonly runs: number;
  /** The share of a sample that the grid of the clock leaves open. */
  readonly resolution: number;
  /** Of one run in each round that counts, in ms; NaN where there is no sample. All contestants share the rounds. */
  readonly perRound: readonly number[];
}

/** What a measurement showed. */
export interface Standings {
  /** In the order in which the contestants were given. */
  readonly timings: readonly Timing[];
  readonly dropped: readonly { readonly name: string; readonly why: string }[];
  readonly warmUp: WarmUp;
  /** Sentences about what disturbed the measurement. */
  readonly notes: readonly string[];
  readonly interrupted: boolean;
}

/** A sample is this many grids long, so that the grid leaves less than a hundredth of it open. */
export const GRIDS = 128;
/** No sample need be longer, in ms: a coarser clock has to say what it cannot tell. */
export const MOST_SPAN = 250;

/** A contestant and what is known of it so far. */
interface Racer {
  readonly contestant: Contestant;
  runs: number;
  /** Of one run in each round, in ms; NaN where the clock gave no time. */
  readonly samples: number[];
}

/** A contestant that cannot go on. */
class Dropped extends Error {}
class Interrupted extends Error {}

/**
 * Measures contestants against each other: in rounds, each of which holds one sample of everyone in an
 * order that changes, so that whatever makes the device faster or slower touches all alike.
 */
export async function measure(
  contestants: readonly Contestant[],
  options: ClockOptions = {},
): Promise<Standings> {
  const { budget = 2000, leastRounds = 12, mostRounds = 200, precision = 0.01 } = options;
  const { now = () => performance.now(), pause = gap } = options;
  const started = now();
  const elapsed = () => now() - started;
  const dropped: { name: string; why: string }[] = [];
  let racers: Racer[] = contestants.map((contestant) => ({ contestant, runs: 1, samples: [] }));
  let rounds = 0;
  let interrupted = false;
  const tell = () => options.onProgress?.(Math.min(1, Math.max(elapsed() / budget, rounds / mostRounds)));
  /** Lets each have its turn; one that cannot go on is out, with its name and the reason. */
  const turns = async (order: readonly Racer[], turn: (racer: Racer) => Promise<void>) => {
    for (const racer of order) {
      try {
        await turn(racer);
      } catch (error) {
        if (!(error instanceof Dropped)) throw error;
        racers = racers.filter((other) => other !== racer);
        dropped.push({ name: racer.contestant.name, why: error.message });
      }
      tell();
    }
  };
  try {
    await turns(racers, (racer) => calibrate(racer, options, () => elapsed() > budget / 2));
    while (racers.length && rounds < mostRounds) {
      const before = elapsed();
      await turns(orderOf(racers, rounds), (racer) => sample(racer, options));
      rounds++;
      await pause();
      const took = elapsed() - before;
      if (elapsed() + took > budget) break;
      if (rounds >= leastRounds && settle(racers, options).timings.every(isWithin(precision))) break;
    }
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    interrupted = true;
  }
  for (const { contestant, samples } of racers)
    if (samples.length && !samples.some(isNumber))
      dropped.push({
        name: contestant.name,
        why: `the clock gave no positive time in ${samples.length} rounds; give it more time`,
      });
  const { timings, warmUp } = settle(racers, options);
  const notes = notesOf(timings, warmUp, rounds, interrupted);
  return { timings, dropped, warmUp, notes, interrupted };
}

const gap = () => new Promise<void>((resolve) => setTimeout(resolve));

const isWithin =
  (share: number) =>
  ({ low, high, median: middle }: Timing) =>
    high - low <= share * middle;

/** Begins with another one every round and turns back every other: nobody always follows the same one. */
function orderOf(racers: readonly Racer[], round: number): Racer[] {
  const first = (round >> 1) % racers.length;
  const order = [...racers.slice(first), ...racers.slice(0, first)];
  return round % 2 ? order.reverse() : order;
}

/** The shortest span of a sample, in ms. */
function spanOf({ grid = 0, leastSpan = 0 }: ClockOptions): number {
  return Math.max(leastSpan, Math.min(GRIDS * grid, MOST_SPAN));
}

/** Finds how many runs make a sample long enough; the first calls warm up caches and compilers as well. */
async function calibrate(racer: Racer, options: ClockOptions, isLate: () => boolean): Promise<void> {
  const { mostRuns = 65_536 } = options;
  const least = spanOf(options);
  for (;;) {
    const took = await call(racer, options);
    if (took >= least && took > 0) return;
    if (racer.runs >= mostRuns || isLate()) {
      if (took > 0) return;
      throw new Dropped(
        `the clock gave ${took} ms for ${racer.runs} runs; it is too coarse for it, or stands still`,
      );
    }
    const growth = took > 0 ? Math.min(Math.max((1.2 * least) / took, 1.5), 16) : 8;
    racer.runs = Math.min(Math.ceil(racer.runs * growth), mostRuns);
  }
}

/** One sample. What is not positive is no time: it is left out, and whoever gives nothing else is dropped. */
async function sample(racer: Racer, options: ClockOptions): Promise<void> {
  const { mostRuns = 65_536 } = options;
  const took = await call(racer, options);
  racer.samples.push(took > 0 && Number.isFinite(took) ? took / racer.runs : NaN);
  const missing = racer.samples.filter(Number.isNaN).length;
  if (missing >= 3 && 2 * missing > racer.samples.length)
    throw new Dropped(
      `the clock gave no positive time in ${missing} of ${racer.samples.length} rounds, the last ${took} ms`,
    );
  // It runs faster than when it was calibrated: longer samples from here on.
  const least = spanOf(options);
  if (took > 0 && took < least / 2)
    racer.runs = Math.min(Math.ceil(racer.runs * Math.min(least / took, 4)), mostRuns);
}

/** One call, in no more than its time. @throws Dropped, Interrupted */
async function call(
  { contestant, runs }: Racer,
  { timeout = 10_000, signal }: ClockOptions,
): Promise<number> {
  if (signal?.aborted) throw new Interrupted();
  const abort = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let onAbort: (() => void) | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Dropped(`it did not end within ${timeout / 1000} s (${runs} runs)`)),
      timeout,
    );
    onAbort = () => reject(new Interrupted());
    signal?.addEventListener('abort', onAbort, { once: true });
  });
  const work = Promise.resolve()
    .then(() => contestant.run(runs, abort.signal))
    .catch((error: Error) => {
      throw new Dropped(`it threw: ${error?.message ?? error}`);
    });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort!);
    // Whoever was left behind may stop; its late answer, or error, is nobody's.
    abort.abort();
    work.catch(() => {});
  }
}

/** Leaves the warm-up out and takes medians. */
function settle(racers: readonly Racer[], { grid = 0 }: ClockOptions): { timings: Timing[]; warmUp: WarmUp } {
  const rounds = Math.max(0, ...racers.map(({ samples }) => samples.length));
  const usual = racers.map(({ samples }) => median(samples.slice(rounds >> 1).filter(isNumber)));
  const speeds = Array.from({ length: rounds }, (_, round) =>
    median(racers.map(({ samples }, i) => samples[round] / usual[i]).filter(isNumber)),
  );
  const warmUp = findWarmUp(speeds.map((speed) => (isNumber(speed) ? speed : 1)));
  const timings = racers.flatMap(({ contestant: { name }, samples, runs }) => {
    const perRound = samples.slice(warmUp.rounds);
    const values = perRound.filter(isNumber);
    if (!values.length) return [];
    const { low, high, confidence } = medianInterval(values);
    const open = grid / runs;
    const middle = median(values);
    return {
      ...{ name, median: middle, low: Math.max(0, low - open), high: high + open, confidence },
      ...{ samples: values.length, runs, resolution: open / middle, perRound },
    };
  });
  return { timings, warmUp };
}

const isNumber = (value: number) => Number.isFinite(value);
const percent = (share: number) => `${Math.abs(100 * share).toFixed(0)}%`;

function notesOf(
  timings: readonly Timing[],
  { rounds: left, slower, drift }: WarmUp,
  rounds: number,
  interrupted: boolean,
): string[] {
  const notes: string[] = [];
  if (interrupted) notes.push(`Interrupted after ${rounds} rounds: this is what was measured by then`);
  if (left)
    notes.push(
      `The first ${left} of ${rounds} rounds were ${percent(slower)} ${slower < 0 ? 'faster' : 'slower'} than the later ones: left out as warm-up`,
    );
  if (drift)
    notes.push(
      `The last rounds were ${percent(drift)} ${drift < 0 ? 'faster' : 'slower'} than those before: the device has not come to rest; measure longer`,
    );
  const few = timings.filter(({ confidence }) => confidence < 0.95);
  if (few.length)
    notes.push(
      `Too few rounds for a confidence of 95%: ${few.map(({ name, samples, confidence }) => `${name} (${samples}, ${percent(confidence)})`).join(', ')}`,
    );
  return notes;
}
