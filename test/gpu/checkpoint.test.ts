import puppeteer, { type Browser } from 'puppeteer';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type HarnessPage, openPage } from '../../src/cli/harness.ts';
import { dense } from '../../src/network/layers.ts';
import { adam, adamw, momentum, nesterov, rmsprop, sgd } from '../../src/network/optimizer.ts';
import { Random } from '../../src/random.ts';
import type { FitOptions } from '../../src/session/options.ts';

let browser: Browser;
let page: HarnessPage;
beforeAll(async () => {
  browser = await puppeteer.connect({ browserWSEndpoint: inject('browserWSEndpoint') });
  page = await openPage(browser, inject('serverUrl'), { tasks: '/test/gpu/checkpointTasks.ts' });
});
afterAll(async () => {
  await page?.close();
  await browser?.disconnect();
});

const random = new Random(7);
const rows = 90;
const x = Float32Array.from({ length: 5 * rows }, () => random.normal());
const y = new Float32Array(3 * rows);
for (let i = 0; i < rows; i++) y[3 * i + (x[5 * i] > 0 ? 0 : x[5 * i + 1] > 0 ? 1 : 2)] = 1;
const data = { rows, x, y };
const validation = { rows: 30, x: x.slice(0, 150).map((value) => value + 0.4), y: y.slice(0, 90) };
const network = {
  inputs: 5,
  layers: [dense(9, 'tanh', { dropout: 0.25 }), dense(3, 'softmax')],
  init: { seed: 5 },
};
const plans = ['textbook', 'fused', 'resident', 'cpu'] as const;
const fit: FitOptions = {
  batchSize: 32,
  steps: 40,
  seed: 3,
  optimizer: adam({ learningRate: 0.02 }),
  verify: 'never',
};

async function both(fit: FitOptions, stops: number[]) {
  const input = { network, data, fit, stops };
  const { bytes, ...resumed } = await page.run('resumed', input);
  expect(bytes).toBe(0);
  return { straight: await page.run('straight', input), resumed };
}

describe('resumed on another device, every plan ends with the bits of a training that never stopped', () => {
  it.each(plans)('%s', async (plan) => {
    const { straight, resumed } = await both({ ...fit, plan }, [1, 7, 33]);
    expect(straight.history.steps).toBe(40);
    expect(resumed).toEqual(straight);
  });

  it.each([
    sgd({ learningRate: 0.3 }),
    momentum(),
    nesterov(),
    adamw({ learningRate: 0.02 }),
    rmsprop(),
    rmsprop({ momentum: 0.5 }),
  ])('$name', async (optimizer) => {
    const { straight, resumed } = await both({ ...fit, optimizer, plan: 'fused' }, [11]);
    expect(resumed).toEqual(straight);
  });

  it.each(['fused', 'cpu'] as const)('%s, with early stopping and a plateau', async (plan) => {
    const options: FitOptions = {
      ...fit,
      plan,
      optimizer: adam({ learningRate: 0.3 }),
      steps: 600,
      validation,
      schedule: { kind: 'plateau', patience: 2, factor: 0.5 },
      earlyStopping: { patience: 9 },
    };
    const { straight, resumed } = await both(options, [4, 21]);
    expect(straight.history.stopped).toBe('early');
    expect(straight.history.best.epoch).toBeGreaterThan(1);
    expect(resumed).toEqual(straight);
  });

  it('auto keeps what made the steps before, and measures no more', async () => {
    const { history } = await page.run('resumed', {
      network,
      data,
      fit: { ...fit, plan: 'auto' },
      stops: [20],
    });
    expect(history.steps).toBe(40);
    expect(history.segments.length).toBe(1);
  });
});
