import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readSweep } from '../../src/cli/sweepSpec.ts';
import { Trainer } from '../../src/cli/sweepTrial.ts';
import type { TrainRequest } from '../../src/cli/trainTask.ts';
import { initialize } from '../../src/network/initialize.ts';
import { rateAt } from '../../src/network/learningRate.ts';
import { type Playground, commandOf, playgroundOf } from '../../src/page/sweep/state/reproduce.ts';
import { readReport } from '../../src/page/sweep/state/read.ts';
import { fromLink } from '../../src/page/state/link.ts';
import { prepare } from '../../src/page/worker/data.ts';
import { fitOptions } from '../../src/page/worker/options.ts';
import { defaultBatchSize } from '../../src/session/options.ts';
import type { SweepReport } from '../../src/sweep/report.ts';
import { type Crew, Sweep } from '../../src/sweep/sweep.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'katman-again-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const stepsOf = ({ fit, train }: TrainRequest) =>
  fit.steps ?? (fit.epochs ?? 40) * Math.ceil(train.rows / (fit.batchSize ?? defaultBatchSize(train.rows)));

/** The report of a sweep whose trials are prepared as far as their requests, and these requests. */
async function sweepOf(
  fields: object,
): Promise<{ report: SweepReport; requests: Map<string, TrainRequest> }> {
  const file = path.join(folder, 'sweep.json');
  writeFileSync(file, JSON.stringify({ format: 'katman-sweep/1', ...fields }));
  const requests = new Map<string, TrainRequest>();
  const trainer = new Trainer();
  const crew: Crew = {
    async run(trials, onResult) {
      for (const trial of trials) {
        const { request, prepared } = await trainer.prepare(trial);
        requests.set(trial.id, request);
        const rows = { train: prepared.train.rows };
        onResult({ id: trial.id, outcome: 'done', rows, steps: stepsOf(request) });
      }
    },
  };
  const sweep = new Sweep(await readSweep(file));
  await sweep.run(crew);
  return { report: JSON.parse(JSON.stringify(sweep.report('done'))), requests };
}

/** A training in the playground is that of a request, to the bit: rows, first weights, and all that moves them. */
async function expectSame({ hash }: Playground, request: TrainRequest): Promise<void> {
  const { story, ignored } = fromLink(hash);
  expect(ignored).toEqual([]);
  const { start } = story;
  const { fit, train, test } = request;
  const steps = stepsOf(request);
  expect(story.steps).toBe(steps);
  const there = await prepare(start, undefined);
  expect([there.train.x, there.train.y]).toEqual([train.x, train.y]);
  expect(there.test?.x).toEqual(test?.x);
  const layers = ({ architecture }: Pick<TrainRequest, 'architecture'>) =>
    architecture.layers.map(({ units, activation, dropout }) => [units, activation, dropout || 0]);
  expect(layers(there)).toEqual(layers(request));
  const { init: kind, initScale, bias, seed } = start;
  const scale = ['normal', 'uniform'].includes(kind) ? initScale : undefined;
  expect(initialize(there.architecture, { kind, bias, seed, scale })).toEqual(
    initialize(request.architecture, request.init),
  );
  const options = fitOptions(start, train.rows, 0);
  expect(there.loss).toBe(fit.loss);
  expect(options.optimizer).toEqual(fit.optimizer);
  expect(options.steps).toBe(steps);
  expect(options.batchSize).toBe(fit.batchSize ?? defaultBatchSize(train.rows));
  const named = (from: typeof options) => [from.shuffle, from.seed, from.clip, from.classWeight, from.plan];
  expect(named(options)).toEqual(named(fit));
  expect(options.labelSmoothing ?? 0).toBe(fit.labelSmoothing ?? 0);
  expect(options.huberDelta).toBe(fit.huberDelta ?? 1);
  for (let step = 0; step < steps; step += 7) {
    const at = { step, steps, epoch: Math.floor((step * options.batchSize!) / train.rows), reduction: 1 };
    expect(rateAt(0.1, options.schedule!, at)).toBe(rateAt(0.1, fit.schedule!, at));
  }
}

describe('a trial from a report', () => {
  it.each([
    ['iris', { experiment: { epochs: 3 } }],
    [
      'iris',
      { experiment: { optimizer: 'adam', layers: [16, 8], activation: ['relu', 'tanh'], batch: 'full' } },
    ],
    ['wine', { grid: { optimizer: ['sgd', 'nesterov', 'rmsprop', 'adamw'] }, experiment: { steps: 50 } }],
    ['digits', { experiment: { dropout: [0.1], init: 'uniform', biasInit: 'xavier', l2: 0.001, clip: 1 } }],
    ['flower', { experiment: { schedule: 'cosine', warmup: 5, learningRate: 0.2 } }],
    [
      'breast-cancer',
      { experiment: { schedule: 'step', scheduleEvery: 3, labelSmoothing: 0.1 }, seeds: [7] },
    ],
    ['moons', { experiment: { init: 'normal', classWeight: 'balanced' } }],
    ['plane', { experiment: { loss: 'huber', huberDelta: 0.5, shuffle: false, epochs: 5 } }],
  ])('opens in the playground as the same training: %s %j', async (data, fields) => {
    const { report, requests } = await sweepOf({ data, ...fields });
    for (const trial of readReport(report)!.trials) {
      const playground = playgroundOf(trial)!;
      expect(playground.differs).toEqual([]);
      await expectSame(playground, requests.get(trial.id)!);
    }
  });

  it.each([
    ['validationSplit', { experiment: { validationSplit: 0.2 } }],
    ['folds', { folds: 3 }],
    ['testRows', { experiment: { testSplit: 0.3 } }],
    ['preprocessing', { experiment: { standardize: false } }],
    ['dropout', { experiment: { layers: [8, 8], dropout: [0, 0.5] } }],
    ['classWeight', { experiment: { classWeight: [1, 2, 3] } }],
    ['watch', { experiment: { patience: 2 } }],
    ['range', { experiment: { learningRate: 1e30 } }],
  ])('says what is otherwise there: %s', async (name, fields) => {
    const { report } = await sweepOf({ data: 'iris', ...fields });
    expect(playgroundOf(readReport(report)!.trials[0])!.differs).toEqual([name]);
  });

  it('has no link where the playground has not its data, and a command that a shell reads as it is meant', () => {
    const experiment = {
      ...{ format: 'katman-experiment/1', data: "it's here.csv", layers: [], learningRate: 0.1 },
      ...{ shuffle: false, restoreBest: true, classWeight: [1, 2] },
    };
    const report = { format: 'katman-sweep-report/1', trials: [{ id: 'a', experiment }] };
    const [trial] = readReport(report)!.trials;
    expect(playgroundOf(trial)).toBeUndefined();
    expect(commandOf(trial).join(' ')).toBe(
      "npx katman train --data 'it'\\''s here.csv' --layers none --learning-rate 0.1 --no-shuffle --class-weight 1,2",
    );
  });
});
