import { describe, expect, it } from 'vitest';
import { dense } from '../../src/network/layers.ts';
import { sgd } from '../../src/network/optimizer.ts';
import { Random } from '../../src/random.ts';
import { usePage } from './page.ts';

const page = usePage();

const random = new Random(4);
const rows = 90;
const x = Float32Array.from({ length: 2 * rows }, () => random.normal());
const y = Float32Array.from({ length: rows }, (_, i) => Number(x[2 * i] * x[2 * i + 1] > 0));
const input = {
  network: { inputs: 2, layers: [dense(8, 'tanh'), dense(1, 'sigmoid')], init: { seed: 7 } },
  data: { rows, x, y },
  fit: { steps: 60, batchSize: 20, optimizer: sgd({ learningRate: 0.5 }) },
};

describe('a training that is driven step by step', () => {
  it('takes the steps that fit takes, and reports the last of each run', async () => {
    const { history, parameters, outputs } = await page.run('fit', input);
    const driven = await page.run('drive', { ...input, runs: [1, 30, 2, 'rest'] });
    expect(driven.reports.map(({ steps }: any) => steps)).toEqual([1, 30, 2, 27]);
    expect(driven.reports.map(({ stopped }: any) => stopped)).toEqual(Array(4).fill('done'));
    expect(driven.history.loss).toEqual(history.loss);
    expect(driven.parameters).toEqual(parameters);
    expect(driven.outputs).toEqual(outputs);
    expect(driven.history.epochs).toEqual(history.epochs);
    const last = [0, 30, 32, 59];
    driven.reports.forEach(({ loss, accuracy, stepsPerSecond }: any, i: number) => {
      expect(loss).toBe(history.loss[last[i]]);
      expect(accuracy).toBe(history.accuracy[last[i]]);
      expect(stepsPerSecond).toBeGreaterThan(0);
    });
  });

  it('makes nothing anew in a run, and waits once in a submit of many steps', async () => {
    const runs = [1, 300, 300, 1000];
    const { made, counts, left, progress } = await page.run('drive', { ...input, runs });
    for (const now of counts)
      for (const kind of ['buffers', 'bytes', 'bindGroups', 'pipelines'] as const)
        expect(now[kind], kind).toBe(made[kind]);
    const [, , before, after] = counts;
    expect(after.maps - before.maps).toBe(after.submits - before.submits);
    expect(after.submits - before.submits).toBeLessThan(200);
    expect(progress[progress.length - 1]).toBe(1601);
    expect(left).toBe(0);
  });

  it('goes on beyond the end of its schedule, at its last rate', async () => {
    const fit = { ...input.fit, steps: 10, schedule: { kind: 'cosine', minimum: 0.01 } };
    const { reports, history } = await page.run('drive', { ...input, fit, runs: ['rest', 'rest', 20] });
    expect(reports.map(({ steps }: any) => steps)).toEqual([10, 0, 20]);
    expect(reports[1].loss).toBeNaN();
    expect(history.epochs.at(-1).learningRate).toBeCloseTo(0.01, 6);
  });

  it('judges its validation set and stops early in whichever run that falls', async () => {
    const fit = {
      ...input.fit,
      optimizer: sgd({ learningRate: 0.1 }),
      validation: { rows, x, y: y.map((value) => 1 - value) },
      earlyStopping: { patience: 3 },
    };
    const runs = Array(12).fill(7);
    const { reports, history } = await page.run('drive', { ...input, fit, runs });
    const { stopped, epochs } = history;
    expect(stopped).toBe('early');
    expect(epochs.every(({ validation }: any) => validation.loss > 0)).toBe(true);
    expect(history.best.epoch).toBe(epochs.length - 3);
    const ended = reports.findIndex((report: any) => report.stopped === 'early');
    expect(ended).toBeGreaterThan(0);
    for (const report of reports.slice(ended + 1))
      expect(report).toMatchObject({ stopped: 'early', steps: 0 });
  });

  it('says that it diverged, with the step, and goes no further', async () => {
    const fit = { ...input.fit, optimizer: sgd({ learningRate: 1e38 }) };
    const wild = { inputs: 2, layers: [dense(8, 'relu'), dense(1, 'identity')] };
    const { reports, history } = await page.run('drive', { ...input, network: wild, fit, runs: [2, 20, 20] });
    expect(reports[2]).toMatchObject({ stopped: 'diverged', steps: 0 });
    expect(history.stopped).toBe('diverged');
    expect(history.divergence.oracleAgrees).toBe(true);
  });

  it('is made by the cpu plan, too', async () => {
    const fit = { ...input.fit, plan: 'cpu' };
    const { history } = await page.run('fit', { ...input, fit });
    const driven = await page.run('drive', { ...input, fit, runs: [5, 55] });
    expect(driven.history.loss).toEqual(history.loss);
  });

  it('answers misuse with a sentence, and leaves the network free when disposed of', async () => {
    const { errors, stopped, steps, again } = await page.run('driveWrongly', {});
    expect(errors).toEqual({
      none: 'steps is a positive whole number, not 0',
      twice: 'This training is running already; wait for that run',
      fit: expect.stringMatching(/being trained already/),
      disposed: 'This training has been disposed of; make another',
      callback: 'from the callback',
      failed: 'An error has ended this training; dispose of it and make another',
      options: 'epochs is a positive whole number, not 0',
    });
    expect(stopped).toBe('aborted');
    expect(steps).toBeLessThan(500);
    expect(again).toBe(3);
  });
});
