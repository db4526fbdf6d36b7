import { describe, expect, it } from 'vitest';
import { choose, compare, leaders } from '../../src/lab/clock/compare.ts';
import { findWarmUp, gridOf, median, medianInterval } from '../../src/lab/clock/statistics.ts';
import { type ClockOptions, type Contestant, GRIDS, measure } from '../../src/lab/clock.ts';
import { Random } from '../../src/random.ts';

/** Chrome's: timestamps are multiples of 2^16 ns. */
const COARSE = 0.065536;

interface Behaviour {
  /** True time of one run, in ms, at this moment (ms) of the simulated device. */
  time(at: number, random: Random): number;
}

/** A device whose time is made up: nothing here waits. */
class Simulation {
  at = 0;
  readonly calls: string[] = [];
  readonly #random: Random;

  constructor(
    readonly grid = 0,
    seed = 1,
  ) {
    this.#random = new Random(seed);
  }

  contestant(name: string, { time }: Behaviour): Contestant {
    return {
      name,
      run: async (count) => {
        this.calls.push(name);
        // Starts anywhere within a grid.
        this.at += this.#random.uniform(0, 0.2);
        const began = this.at;
        this.at += count * time(this.at, this.#random);
        return this.#read(this.at) - this.#read(began);
      },
    };
  }

  /** Everything but the contestants costs nothing. */
  measure(contestants: readonly Contestant[], options: ClockOptions = {}) {
    return measure(contestants, {
      grid: this.grid,
      now: () => this.at,
      pause: async () => {},
      ...options,
    });
  }

  #read(time: number): number {
    return this.grid ? Math.floor(time / this.grid) * this.grid : time;
  }
}

const noisy = (ms: number, share = 0.02): Behaviour => ({
  time: (_at, random) => ms * (1 + share * Math.abs(random.normal())),
});
const steady = (ms: number): Behaviour => ({ time: () => ms });

describe('the statistics of the clock', () => {
  it('takes medians', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
    expect(median([])).toBeNaN();
  });

  it('has the intervals that the tables have', () => {
    const upTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1);
    // Sign test, two-sided, at 95%: n = 6: the extremes; 10: 2nd and 9th; 20: 6th and 15th; 100: 40th and 61st.
    for (const [n, low, high, confidence] of [
      [6, 1, 6, 0.9688],
      [10, 2, 9, 0.9785],
      [20, 6, 15, 0.9586],
      [100, 40, 61, 0.9648],
    ]) {
      const interval = medianInterval(upTo(n));
      expect([interval.low, interval.high]).toEqual([low, high]);
      expect(interval.confidence).toBeCloseTo(confidence, 4);
    }
  });

  it('says what confidence few samples give', () => {
    expect(medianInterval([5, 3, 4])).toEqual({ low: 3, high: 5, confidence: 0.75 });
    expect(medianInterval([5])).toEqual({ low: 5, high: 5, confidence: 0 });
    expect(medianInterval([])).toEqual({ low: -Infinity, high: Infinity, confidence: 0 });
  });

  it('covers the median as often as promised, of a skewed distribution', () => {
    const random = new Random(3);
    let held = 0;
    for (let trial = 0; trial < 2000; trial++) {
      const values = Array.from({ length: 15 }, () => -Math.log(1 - random.uniform()));
      const { low, high } = medianInterval(values);
      if (low <= Math.LN2 && Math.LN2 <= high) held++;
    }
    expect(held / 2000).toBeGreaterThan(0.95);
  });

  it('finds the grid', () => {
    const read = (grid: number) =>
      Array.from({ length: 500 }, (_, i) => Math.floor((i * 1373) / grid) * grid);
    expect(gridOf(read(65_536))).toBe(65_536);
    expect(gridOf(read(100))).toBe(1300);
    expect(gridOf([7, 7, 7])).toBe(0);
    // Set back: no step.
    expect(gridOf([1000, 2000, 500, 1500])).toBe(1000);
  });

  it.each([
    ['a ramp up of the clock: slow at first', [2, 1.7, 1.4, 1.2], 4, 0.55],
    ['a device that grows warm: fast at first', [0.8, 0.85, 0.9], 3, -0.15],
    ['one slow round', [3], 1, 2],
    ['nothing', [], 0, 0],
  ])('finds %s', (_what, first, rounds, slower) => {
    const random = new Random(5);
    const later = Array.from({ length: 20 }, () => 1 + 0.005 * random.normal());
    const found = findWarmUp([...first, ...later]);
    expect(found.rounds).toBe(rounds);
    expect(found.slower).toBeCloseTo(slower, 1);
    expect(found.drift).toBe(0);
  });

  it('keeps an outlier in the middle, and says nothing of few rounds', () => {
    expect(findWarmUp([1, 1, 1, 5, 1, 1, 1, 1, 1, 1]).rounds).toBe(0);
    expect(findWarmUp([5, 1, 1, 1]).rounds).toBe(0);
  });
});

describe('the clock', () => {
  it('makes spans of many grids, and then is right on a coarse one', async () => {
    const device = new Simulation(COARSE);
    const { timings, notes } = await device.measure([
      device.contestant('a', noisy(0.013)),
      device.contestant('b', noisy(0.02)),
    ]);
    for (const [i, truth] of [0.013, 0.02].entries()) {
      const { median: found, low, high, runs, resolution, confidence } = timings[i];
      expect(runs * truth).toBeGreaterThan(GRIDS * COARSE * 0.9);
      expect(found / truth).toBeGreaterThan(1);
      expect(found / truth).toBeLessThan(1.05);
      expect(low).toBeLessThan(found);
      expect(high).toBeGreaterThan(found);
      expect(confidence).toBeGreaterThan(0.95);
      expect(resolution).toBeLessThan(0.01);
    }
    expect(compare(timings[0], timings[1]).verdict).toBe('faster');
    expect(compare(timings[1], timings[0]).verdict).toBe('slower');
    expect(leaders(timings)).toEqual(['a']);
    expect(notes).toEqual([]);
  });

  it('does not rank what its grid cannot tell apart', async () => {
    // In step with the grid every sample is the same: no scatter warns of it.
    const still = (name: string, ms: number): Contestant => ({
      name,
      run: async (count) => Math.floor((count * ms) / COARSE) * COARSE,
    });
    const contestants = [still('a', 0.0131), still('b', 0.01309)];
    const { timings } = await measure(contestants, { grid: COARSE, pause: async () => {} });
    expect(compare(timings[0], timings[1]).verdict).toBe('cannot be ranked');
  });

  it.each([1, 2, 3, 4, 5])(
    'does not rank two that are equal, and keeps the simpler one (seed %i)',
    async (seed) => {
      const device = new Simulation(COARSE, seed);
      const { timings } = await device.measure([
        device.contestant('simple', noisy(0.1, 0.1)),
        device.contestant('clever', noisy(0.1, 0.1)),
      ]);
      expect(compare(timings[0], timings[1]).verdict).toBe('cannot be ranked');
      expect(choose(timings)).toBe('simple');
      expect(leaders(timings)).toHaveLength(2);
    },
  );

  it('keeps the clever one where it is surely faster', async () => {
    const device = new Simulation(COARSE);
    const contestants = [1, 0.99, 0.8].map((ms, i) => device.contestant(`c${i}`, noisy(ms, 0.05)));
    const { timings } = await device.measure(contestants, { budget: 5000 });
    expect(choose(timings)).toBe('c2');
  });

  it('ranks by rounds while the device drifts further than they differ', async () => {
    const device = new Simulation();
    const drifting = (ms: number): Behaviour => ({
      time: (at, random) => ms * (1 + at / 2000) * (1 + 0.005 * random.normal()),
    });
    const { timings, notes } = await device.measure(
      [device.contestant('slow', drifting(1.1)), device.contestant('fast', drifting(1))],
      { leastSpan: 10 },
    );
    // Twice as slow in the end as at first: the intervals of the medians alone would overlap.
    expect(timings[0].low).toBeLessThan(timings[1].high);
    expect(compare(timings[1], timings[0]).verdict).toBe('faster');
    expect(notes.join()).toMatch(/not come to rest/);
  });

  it('leaves a ramp out, and says so', async () => {
    const device = new Simulation();
    const ramp = (ms: number): Behaviour => ({
      time: (at, random) => ms * (1 + 2 * Math.exp(-at / 60)) * (1 + 0.005 * random.normal()),
    });
    const { timings, warmUp, notes } = await device.measure([
      device.contestant('a', ramp(1)),
      device.contestant('b', ramp(2)),
    ]);
    expect(warmUp.rounds).toBeGreaterThan(0);
    expect(warmUp.slower).toBeGreaterThan(0.1);
    expect(notes.join()).toMatch(
      /The first \d+ of \d+ rounds were \d+% slower than the later ones: left out/,
    );
    expect(timings[0].median).toBeCloseTo(1, 1);
    expect(timings[1].median).toBeCloseTo(2, 1);
    expect(timings[0].samples).toBe(timings[0].perRound.length);
  });

  it('is not moved by outliers', async () => {
    const device = new Simulation();
    const disturbed = (ms: number): Behaviour => ({
      time: (_at, random) => (random.uniform() < 0.2 ? 20 * ms : ms * (1 + 0.01 * random.normal())),
    });
    const { timings } = await device.measure(
      [device.contestant('a', disturbed(1)), device.contestant('b', disturbed(1.2))],
      { budget: 1000 },
    );
    expect(timings[0].median).toBeCloseTo(1, 1);
    expect(compare(timings[0], timings[1]).verdict).toBe('faster');
  });

  it('gives everyone every place, and a sample in every round', async () => {
    const device = new Simulation();
    const names = ['a', 'b', 'c'];
    const { timings } = await device.measure(
      names.map((name) => device.contestant(name, steady(1))),
      {
        mostRounds: 12,
        leastRounds: 12,
        precision: 0,
        budget: 1e6,
      },
    );
    const rounds = device.calls.slice(3);
    expect(rounds).toHaveLength(36);
    const orders = Array.from({ length: 12 }, (_, i) => rounds.slice(3 * i, 3 * i + 3).join(''));
    expect(new Set(orders).size).toBe(6);
    for (const name of names)
      for (const place of [0, 1, 2]) expect(orders.filter((order) => order[place] === name)).toHaveLength(4);
    expect(timings.map(({ samples }) => samples)).toEqual([12, 12, 12]);
  });

  it('drops a contestant that throws, at once or later, with a note', async () => {
    const device = new Simulation();
    let calls = 0;
    const { timings, dropped } = await device.measure([
      device.contestant('good', noisy(1)),
      { name: 'bad', run: async () => Promise.reject(new Error('no such pipeline')) },
      {
        name: 'late',
        run: async () => {
          if (++calls > 5) throw new Error('lost its way');
          return 1;
        },
      },
    ]);
    expect(timings.map(({ name }) => name)).toEqual(['good']);
    expect(timings[0].samples).toBeGreaterThan(10);
    expect(dropped).toEqual([
      { name: 'bad', why: 'it threw: no such pipeline' },
      { name: 'late', why: 'it threw: lost its way' },
    ]);
  });

  it('drops a contestant that hangs, and lets it know', async () => {
    const device = new Simulation();
    let told = false;
    const hangs: Contestant = {
      name: 'hangs',
      run: (_count, signal) => {
        signal.addEventListener('abort', () => (told = true));
        return new Promise(() => {});
      },
    };
    const { timings, dropped } = await device.measure([hangs, device.contestant('good', noisy(1))], {
      timeout: 30,
    });
    expect(timings.map(({ name }) => name)).toEqual(['good']);
    expect(dropped).toEqual([{ name: 'hangs', why: 'it did not end within 0.03 s (1 runs)' }]);
    expect(told).toBe(true);
  });

  it('leaves out times that are none, and drops who has no others', async () => {
    const device = new Simulation();
    const good = device.contestant('good', noisy(1, 0.01));
    let calls = 0;
    const sometimes: Contestant = {
      name: 'sometimes',
      run: async (count, signal) => {
        const took = await good.run(count, signal);
        return ++calls % 4 ? took : [0, -3, NaN][(calls / 4) % 3];
      },
    };
    const never: Contestant = { name: 'stands still', run: async () => 0 };
    const back: Contestant = { name: 'runs back', run: async (count) => (calls > 3 ? -count : count) };
    const { timings, dropped } = await device.measure([good, sometimes, never, back], { budget: 500 });
    expect(timings.map(({ name }) => name)).toEqual(['good', 'sometimes']);
    expect(timings[1].median).toBeCloseTo(1, 1);
    expect(timings[1].samples).toBeLessThan(timings[0].samples);
    expect(dropped.map(({ name }) => name).sort()).toEqual(['runs back', 'stands still']);
    expect(dropped.find(({ name }) => name === 'stands still')!.why).toMatch(/gave 0 ms for 65536 runs/);
    expect(dropped.find(({ name }) => name === 'runs back')!.why).toMatch(/no positive time in 3 of/);
  });

  it('names who has no time at all, however few the rounds', async () => {
    const device = new Simulation();
    let calls = 0;
    const once: Contestant = { name: 'once', run: async () => (++calls === 1 ? 5 : 0) };
    const { timings, dropped } = await device.measure([once, device.contestant('good', steady(400))], {
      budget: 500,
    });
    expect(timings.map(({ name }) => name)).toEqual(['good']);
    expect(dropped).toEqual([
      { name: 'once', why: 'the clock gave no positive time in 1 rounds; give it more time' },
    ]);
  });

  it('takes what it has when it is interrupted', async () => {
    const device = new Simulation();
    const abort = new AbortController();
    let calls = 0;
    const contestant = device.contestant('a', noisy(1));
    const { timings, interrupted, notes } = await device.measure(
      [
        {
          name: 'a',
          run: (count, signal) => {
            if (++calls === 6) abort.abort();
            return calls < 6 ? contestant.run(count, signal) : new Promise(() => {});
          },
        },
      ],
      { signal: abort.signal },
    );
    expect(interrupted).toBe(true);
    expect(timings[0].samples).toBe(4);
    expect(timings[0].confidence).toBe(0.875);
    expect(notes[0]).toBe('Interrupted after 4 rounds: this is what was measured by then');
    expect(notes[1]).toMatch(/Too few rounds .* a \(4, 88%\)/);
  });

  it('measures nothing after it was interrupted', async () => {
    const { timings, interrupted } = await measure([{ name: 'a', run: async () => 1 }], {
      signal: AbortSignal.abort(),
    });
    expect([timings, interrupted]).toEqual([[], true]);
  });

  it('keeps to its time, but makes one round in any case', async () => {
    const device = new Simulation();
    const heard: number[] = [];
    const short = await device.measure([device.contestant('a', noisy(1, 0.5))], {
      budget: 300,
      leastSpan: 10,
      onProgress: (done) => heard.push(done),
    });
    expect(device.at).toBeLessThan(330);
    expect(short.timings[0].samples).toBeGreaterThan(10);
    expect(heard).toEqual([...heard].sort((a, b) => a - b));
    const long = new Simulation();
    const { timings } = await long.measure([long.contestant('a', steady(5000))], { budget: 300 });
    expect(timings[0]).toMatchObject({ samples: 1, confidence: 0 });
    expect(compare(timings[0], timings[0]).verdict).toBe('cannot be ranked');
  });

  it('stops as soon as it is precise', async () => {
    const device = new Simulation();
    const { timings } = await device.measure([device.contestant('a', noisy(1, 0.001))], { budget: 1e5 });
    expect(timings[0].samples).toBe(12);
  });

  it('gives others their turn between rounds', async () => {
    const device = new Simulation();
    let pauses = 0;
    await device.measure([device.contestant('a', steady(1))], { pause: async () => void pauses++ });
    expect(pauses).toBe(12);
  });
});
