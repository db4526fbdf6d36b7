import { choose } from '../lab/clock/compare.ts';
import { type Timing, measure } from '../lab/clock.ts';
import { type Choice, choiceName } from './choice.ts';
import type { Made } from './equipment.ts';

/** What is known of one way to make the steps: how fast it is here, or why it was passed over. */
export interface Candidate {
  /** Its plan, and how it cuts its products. */
  readonly name: string;
  /** Steps per second; NaN where it was not measured. */
  readonly stepsPerSecond: number;
  /** From where the median lies, with a confidence of 95 % where there were enough rounds. */
  readonly low: number;
  /** To where it lies. */
  readonly high: number;
  /** Why it was passed over; empty if it was measured. */
  readonly note: string;
}

/** Gaps may take this share of the expected run, and this many milliseconds in any case. */
const SHARE = 0.02;
const LEAST_BUDGET = 300;
/** Shortest sample, in ms: a wait for the GPU of some tenths is to be small against it. */
const SPAN = 8;

export interface TunerOptions {
  /** What is tried, in this order, beside what makes the steps now. */
  readonly choices: readonly Choice[];
  /** Compiles, while others go on; what it gives makes and verifies, when nothing else is on its way. */
  readonly prepare: (choice: Choice) => Promise<() => Promise<Made>>;
  /** Makes this many steps; how long they took, in ms. */
  readonly rehearse: (made: Made, count: number) => Promise<number>;
  /** Does some work, and undoes the steps that were made in it. */
  readonly undoable: <T>(work: () => Promise<T>) => Promise<T>;
  /** How long the run will take as it is, in ms. */
  readonly expected: () => number;
  /** A run that takes less, in ms, is not disturbed by compiling for it. */
  readonly worthCompiling: number;
  readonly signal: AbortSignal;
}

/**
 * Finds the fastest way to make the steps while they are being made: each candidate is compiled beside the
 * training, verified, and timed against the best so far in interleaved rounds of steps that are undone. What
 * cannot be ranked leaves things as they are.
 */
export class Tuner {
  readonly #left: Choice[];
  readonly #candidates = new Map<string, Candidate>();
  #waiting: { choice: Choice; make: () => Promise<Made> } | undefined;
  #spent = 0;
  #isOver = false;

  constructor(
    private best: Made,
    private readonly options: TunerOptions,
  ) {
    this.#left = [...options.choices];
    this.#prepareNext();
  }

  /** Whether a candidate waits to be compared: when no step is on its way, `compare` may be called. */
  get isReady(): boolean {
    return this.#waiting !== undefined;
  }

  /** Whether nothing is left to be tried. */
  get isOver(): boolean {
    return this.#isOver;
  }

  get candidates(): readonly Candidate[] {
    return [...this.#candidates.values()];
  }

  /** Compares the candidate that waits with the best so far; the better of both, the other disposed of. */
  async compare(): Promise<Made> {
    const { choice, make } = this.#waiting!;
    this.#waiting = undefined;
    const started = performance.now();
    try {
      const rival = await make();
      const isBetter = await this.options.undoable(() => this.#isBetter(rival));
      (isBetter ? this.best : rival).runner.dispose();
      if (isBetter) this.best = rival;
      await this.best.runner.resume?.();
    } catch (error) {
      this.#pass(choice, error as Error);
    }
    this.#spent += performance.now() - started;
    this.#prepareNext();
    return this.best;
  }

  /** Gives up what is not decided yet. */
  dispose(): void {
    this.#isOver = true;
    this.#waiting = undefined;
  }

  get #budget(): number {
    return Math.max(LEAST_BUDGET, SHARE * this.options.expected()) - this.#spent;
  }

  async #isBetter(rival: Made): Promise<boolean> {
    const contestants = [this.best, rival].map((made) => ({
      name: choiceName(made.choice),
      run: (count: number) => this.options.rehearse(made, count),
    }));
    const { timings, dropped } = await measure(contestants, {
      budget: Math.max(this.#budget, LEAST_BUDGET / 2),
      leastRounds: 8,
      mostRounds: 16,
      precision: 0.05,
      leastSpan: SPAN,
      signal: this.options.signal,
    });
    for (const timing of timings) this.#candidates.set(timing.name, candidateOf(timing));
    const why = dropped.find(({ name }) => name === contestants[1].name)?.why;
    if (why) this.#pass(rival.choice, new Error(why));
    return choose(timings) === contestants[1].name;
  }

  #pass(choice: Choice, { message }: Error): void {
    const name = choiceName(choice);
    const note = message.split('\n')[0];
    this.#candidates.set(name, { name, stepsPerSecond: NaN, low: NaN, high: NaN, note });
  }

  #prepareNext(): void {
    const choice = this.#left.shift();
    if (!choice || this.#isOver || this.#budget <= 0) {
      for (const passed of choice ? [choice, ...this.#left] : [])
        this.#pass(passed, new Error('there was no time left to try it'));
      this.#isOver = true;
      return;
    }
    if (choice.plan !== 'cpu' && this.options.expected() < this.options.worthCompiling) {
      this.#pass(choice, new Error('the run is too short for its compilation'));
      this.#prepareNext();
      return;
    }
    this.options.prepare(choice).then(
      (make) => {
        if (!this.#isOver) this.#waiting = { choice, make };
      },
      (error: Error) => {
        this.#pass(choice, error);
        this.#prepareNext();
      },
    );
  }
}

function candidateOf({ name, median, low, high }: Timing): Candidate {
  return { name, stepsPerSecond: 1000 / median, low: 1000 / high, high: 1000 / low, note: '' };
}

/** `fused 8 x 8 in 4s: 1,280 steps/s (1,240 to 1,310)`, or why it was passed over. */
export function describeCandidate({ name, stepsPerSecond, low, high, note }: Candidate): string {
  const count = (value: number) => Math.round(value).toLocaleString('en');
  return note
    ? `${name}: ${note}`
    : `${name}: ${count(stepsPerSecond)} steps/s (${count(low)} to ${count(high)})`;
}
