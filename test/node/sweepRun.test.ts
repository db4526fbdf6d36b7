import { describe, expect, it } from 'vitest';
import { Random } from '../../src/random.ts';
import { rungsOf, survivors } from '../../src/sweep/halving.ts';
import { metricOf } from '../../src/sweep/metric.ts';
import type { SweepEvent, SweepReport } from '../../src/sweep/report.ts';
import type { TrialResult } from '../../src/sweep/results.ts';
import { specOf } from '../../src/sweep/spec.ts';
import { type Crew, Sweep } from '../../src/sweep/sweep.ts';
import { describeSweep } from '../../src/sweep/table.ts';
import type { Trial } from '../../src/sweep/trials.ts';

const KNOWN = ['learningRate', 'layers', 'epochs'];
const RATES = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28];

const sweepOf = (
  fields: { experiment?: object; [field: string]: unknown },
  onEvent?: (event: SweepEvent) => void,
) =>
  new Sweep(
    {
      spec: specOf({ format: 'katman-sweep/1', data: 'set', ...fields }, 'sweep.json', KNOWN),
      base: { format: 'katman-experiment/1', data: 'set', ...fields.experiment },
      metric: metricOf('test.accuracy'),
      epochs: 40,
      data: { sha256: 'abc' },
      described: { name: 'set', rows: 100, features: 2, sha256: 'abc' },
    },
    onEvent,
  );

/** What a trial would come to: better with the rate up to 0.16, and with epochs; worse beyond. */
function outcomeOf({ id, seed, fold = 0, experiment }: Trial): TrialResult {
  const { learningRate: rate = 0.1, epochs = 40 } = experiment as { learningRate?: number; epochs?: number };
  if (rate > 1) return { id, outcome: 'diverged', error: 'w of layer 1' };
  const accuracy = 0.5 + rate / (0.5 + 4 * rate * rate) / 4 + epochs / 1000 + seed / 1e4 + fold / 1e5;
  return { id, outcome: 'done', scores: { test: { accuracy } }, rows: { test: fold ? 10 : 30 }, seconds: 1 };
}

/** A crew that ends its trials in an order of its own, and tells some of them twice. */
const crewOf = (seed: number, ran: string[] = [], most = Infinity): Crew => ({
  async run(trials, onResult) {
    for (const i of new Random(seed).permutation(trials.length)) {
      if (ran.length >= most) throw new Error('interrupted');
      await Promise.resolve();
      ran.push(trials[i].id);
      onResult(outcomeOf(trials[i]));
      if (i % 3 === 0) onResult({ ...outcomeOf(trials[i]), seconds: 9 });
    }
  },
});

const lasting = ({ times: _, ...rest }: SweepReport) => rest;

describe('a sweep', () => {
  it('runs every trial, counts each once, and ranks configurations by the mean of their trials', async () => {
    const events: SweepEvent[] = [];
    const sweep = sweepOf({ grid: { learningRate: RATES }, seeds: [1, 2, 3] }, (event) => events.push(event));
    expect(sweep.first).toBe(24);
    await sweep.run(crewOf(1));
    const report = sweep.report('done');
    expect(sweep.counts).toEqual({ finished: 24, trials: 24 });
    expect(events.filter(({ type }) => type === 'finished')).toHaveLength(24);
    expect(new Set(report.trials.map(({ id }) => id)).size).toBe(24);
    expect(report.ranking[0]).toBe(5);
    const [best] = report.ranking.map((index) => report.configurations[index]);
    expect(best.options).toEqual({ learningRate: 0.32 });
    expect(best.counts).toEqual({ done: 3, diverged: 0, failed: 0, open: 0 });
    expect(best.mean! - best.seeds[0].value!).toBeCloseTo(1e-4, 10);
    expect(best.deviation).toBeCloseTo(1e-4 * Math.sqrt(2 / 3), 10);
    expect(report.trials.find(({ id }) => id === report.best!.trial)).toMatchObject({
      configuration: 5,
      seed: 3,
    });
    // One that diverged has no value, comes last and says so.
    expect(report.configurations[report.ranking[7]]).toMatchObject({ index: 7, counts: { diverged: 3 } });
    expect(report.configurations[7].mean).toBeUndefined();
    expect(describeSweep(report)).toMatch(/0, 3 diverged/);
    expect(
      Object.values(report.times.trials).every(({ seconds }) => seconds === undefined || seconds === 1),
    ).toBe(true);
  });

  it.each([{}, { folds: 3 }, { stop: { after: 5 } }, { stop: { after: 3, keep: 0.4 }, folds: 2 }])(
    'reports the same with %j, in whatever order its trials end',
    async (fields) => {
      const reports: object[] = [];
      for (const seed of [1, 2, 3]) {
        const sweep = sweepOf({ grid: { learningRate: RATES }, seeds: [1, 2], ...fields });
        await sweep.run(crewOf(seed));
        reports.push(lasting(sweep.report('done')));
      }
      expect(reports[1]).toEqual(reports[0]);
      expect(JSON.stringify(reports[2])).toBe(JSON.stringify(reports[0]));
    },
  );

  it('weighs folds by their rows: an accuracy is that of all rows', async () => {
    const sweep = sweepOf({ experiment: {}, folds: 3 });
    await sweep.run(crewOf(1));
    const { configurations, trials } = sweep.report();
    const values = trials.map(({ scores, rows }) => scores!.test!.accuracy! * rows!.test!);
    expect(configurations[0].mean).toBeCloseTo(values.reduce((a, b) => a + b) / 50, 12);
  });

  it('stops the hopeless: each rung keeps the best share, and trains it longer', async () => {
    const sweep = sweepOf({ grid: { learningRate: RATES }, stop: { after: 5 } });
    await sweep.run(crewOf(1));
    const report = sweep.report();
    expect(report.rungs).toEqual([5, 10, 20, 40]);
    const reached = report.configurations.map(({ rung, stopped }) => [rung, stopped]);
    expect(reached.filter(([rung]) => rung === 3)).toEqual([[3, false]]);
    expect(reached.filter(([rung]) => rung === 0)).toHaveLength(4);
    expect(report.ranking[0]).toBe(5);
    expect(report.trials).toHaveLength(8 + 4 + 2 + 1);
    expect(report.trials.at(-1)!.experiment).toMatchObject({ learningRate: 0.32, epochs: 40 });
  });

  it('goes on where an earlier run ended', async () => {
    const fields = { grid: { learningRate: RATES }, seeds: [1, 2], stop: { after: 10 } };
    const whole = sweepOf(fields);
    await whole.run(crewOf(1));
    const first = sweepOf(fields);
    const begun: string[] = [];
    await expect(first.run(crewOf(2, begun, 18))).rejects.toThrow('interrupted');
    const report = first.report('interrupted');
    expect(report.trials.filter(({ outcome }) => outcome === 'open').length).toBeGreaterThan(0);
    const second = sweepOf(fields);
    second.resume(JSON.parse(JSON.stringify(report)));
    const rest: string[] = [];
    await second.run(crewOf(3, rest));
    expect(rest.filter((id) => begun.includes(id))).toEqual([]);
    expect(begun.length + rest.length).toBe(whole.counts.trials);
    expect(lasting(second.report('done'))).toEqual(lasting(whole.report('done')));
  });

  it('gives trials names by all that decides their outcome', async () => {
    const ids = async (fields: Parameters<typeof sweepOf>[0]) => {
      const sweep = sweepOf(fields);
      await sweep.run(crewOf(1));
      return sweep.report().trials.map(({ id }) => id);
    };
    const [first] = await ids({ grid: { learningRate: [0.1] } });
    expect(await ids({ grid: { learningRate: [0.1, 0.2] } })).toContain(first);
    expect(await ids({ experiment: { learningRate: 0.1 } })).toEqual([first]);
    expect(await ids({ grid: { learningRate: [0.1] }, seeds: [2] })).not.toContain(first);
    expect(await ids({ grid: { learningRate: [0.1] }, folds: 2 })).not.toContain(first);
    expect(await ids({ grid: { learningRate: [0.1] }, requires: { adapter: 'hardware' } })).not.toContain(
      first,
    );
  });
});

describe('successive halving', () => {
  it.each([
    [undefined, 40, [undefined]],
    [{ after: 5, keep: 0.5 }, 40, [5, 10, 20, 40]],
    [{ after: 5, keep: 0.5 }, 37, [5, 10, 20, 37]],
    [{ after: 1, keep: 1 / 3 }, 10, [1, 3, 9, 10]],
    [{ after: 50, keep: 0.5 }, 40, [40]],
    [{ after: 3, keep: 0.9 }, 4, [3, 4]],
  ])('%j of %d epochs has the rungs %j', (stop, epochs, rungs) => {
    expect(rungsOf({ stop }, epochs)).toEqual(rungs);
  });

  it('breaks ties by number, drops what has no value, and keeps one at least', () => {
    const loss = metricOf('validation.loss');
    expect(
      survivors(
        loss,
        new Map([
          [0, 2],
          [1, 1],
          [2, 1],
          [3, undefined],
        ]),
        0.5,
      ),
    ).toEqual([1, 2]);
    expect(
      survivors(
        loss,
        new Map([
          [0, 1],
          [1, 1],
          [2, 1],
        ]),
        0.4,
      ),
    ).toEqual([0, 1]);
    expect(
      survivors(
        loss,
        new Map([
          [0, undefined],
          [1, 5],
        ]),
        0.1,
      ),
    ).toEqual([1]);
    expect(survivors(loss, new Map([[0, undefined]]), 0.5)).toEqual([]);
    expect(
      survivors(
        metricOf('test.r2'),
        new Map([
          [0, 0.1],
          [1, 0.9],
        ]),
        0.5,
      ),
    ).toEqual([1]);
  });
});
