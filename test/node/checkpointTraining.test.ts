import { beforeAll, describe, expect, it } from 'vitest';
import { DataError, UsageError } from '../../src/errors.ts';
import { dense } from '../../src/network/layers.ts';
import { adam, adamw, momentum, nesterov, rmsprop, sgd } from '../../src/network/optimizer.ts';
import { Random } from '../../src/random.ts';
import { CpuNetwork } from '../../src/session/cpuNetwork.ts';
import type { FitOptions, History } from '../../src/session/options.ts';

const random = new Random(6);
const ROWS = 53;
const x = Float32Array.from({ length: 4 * ROWS }, () => random.normal());
const y = new Float32Array(3 * ROWS);
for (let i = 0; i < ROWS; i++) y[3 * i + (x[4 * i] > 0 ? 0 : x[4 * i + 1] > 0 ? 1 : 2)] = 1;
const data = { rows: ROWS, x, y };
const validation = { rows: 20, x: x.slice(0, 80).map((value) => value + 0.3), y: y.slice(0, 60) };
const layers = [dense(7, 'tanh', { dropout: 0.3 }), dense(3, 'softmax')];
const make = (seed = 2) => CpuNetwork.create({ inputs: 4, layers, init: { seed } });

/** Weights and all of a history that does not depend on the clock. */
async function outcome(network: CpuNetwork, history: History) {
  const { stopped, steps, loss, accuracy, epochs, best, segments } = history;
  return { weights: await network.parameters(), stopped, steps, loss, accuracy, epochs, best, segments };
}

/** The same training without a stop, and with one after each of these steps, each time in a new network. */
async function both(options: FitOptions, stops: readonly number[]) {
  const whole = await make();
  const straight = await outcome(whole, await whole.fit(data, options));
  let resume: Uint8Array | undefined;
  let before = 0;
  for (const stop of stops) {
    // Of another seed: its weights come from the checkpoint.
    const network = await make(resume ? 99 : 2);
    const training = await network.train(data, { ...options, resume });
    expect(training.steps).toBe(before);
    await training.run(stop - before);
    resume = await training.checkpoint();
    training.dispose();
    before = stop;
  }
  const network = await make(99);
  const resumed = await outcome(network, await network.fit(data, { ...options, resume }));
  return { straight, resumed };
}

describe('a resumed training', () => {
  const mixed: Partial<FitOptions> = { batchSize: 16, seed: 4 };
  it.each<[string, FitOptions]>([
    ['sgd', { ...mixed, steps: 30, optimizer: sgd({ learningRate: 0.3, l1: 0.001 }) }],
    ['momentum', { ...mixed, steps: 30, optimizer: momentum(), schedule: { kind: 'cosine', warmup: 7 } }],
    ['nesterov', { ...mixed, steps: 30, optimizer: nesterov(), clip: 0.5 }],
    ['adam', { ...mixed, steps: 30, optimizer: adam({ learningRate: 0.02 }), labelSmoothing: 0.1 }],
    ['adamw', { ...mixed, steps: 30, optimizer: adamw({ learningRate: 0.02 }), shuffle: false }],
    [
      'rmsprop',
      { ...mixed, steps: 30, optimizer: rmsprop({ momentum: 0.5 }), schedule: { kind: 'step', every: 2 } },
    ],
    ['a history without steps', { ...mixed, steps: 30, keepHistory: false, classWeight: [1, 2, 3] }],
    ['a validation', { ...mixed, steps: 30, validation, validationFrequency: 2 }],
    [
      'a plateau',
      {
        ...mixed,
        epochs: 12,
        optimizer: adam({ learningRate: 0.3 }),
        validation,
        schedule: { kind: 'plateau', patience: 0 },
      },
    ],
  ])('is the same to the last bit as one that never stopped: %s', async (_name, options) => {
    const { straight, resumed } = await both(options, [5, 6, 17, 28]);
    expect(resumed).toEqual(straight);
    expect(straight.stopped).toBe('done');
  });

  it('keeps what early stopping has seen, and the best weights', async () => {
    const options: FitOptions = {
      ...mixed,
      optimizer: adam({ learningRate: 0.4 }),
      validation,
      epochs: 60,
      earlyStopping: { patience: 6 },
    };
    const { straight, resumed } = await both(options, [3, 14, 21]);
    expect(straight.stopped).toBe('early');
    expect(straight.steps).toBeGreaterThan(21);
    expect(resumed).toEqual(straight);
  });

  it('goes on with the steps of the network, where it was trained before', async () => {
    const first: FitOptions = { ...mixed, steps: 11, optimizer: adam() };
    const second: FitOptions = { ...mixed, steps: 20, optimizer: adam() };
    const straight = await make();
    await straight.fit(data, first);
    const whole = await outcome(straight, await straight.fit(data, second));
    const stopped = await make();
    await stopped.fit(data, first);
    const training = await stopped.train(data, second);
    await training.run(9);
    const resume = await training.checkpoint();
    const network = await make(99);
    expect(await outcome(network, await network.fit(data, { ...second, resume }))).toEqual(whole);
    expect(network.steps).toBe(31);
    // Its optimizer goes on, too.
    const next = { ...mixed, steps: 5, optimizer: adam() };
    expect(await outcome(network, await network.fit(data, next))).toEqual(
      await outcome(straight, await straight.fit(data, next)),
    );
  });

  it('has nothing left to do once it is finished', async () => {
    const options: FitOptions = { ...mixed, steps: 10 };
    const network = await make();
    const training = await network.train(data, options);
    await training.run();
    const whole = await outcome(network, training.history);
    const again = await make(99);
    const history = await again.fit(data, { ...options, resume: await training.checkpoint() });
    expect(await outcome(again, history)).toEqual(whole);
  });
});

describe('checkpoints of fit', () => {
  it('are saved every so many steps and at the end, and each leads to the same end', async () => {
    const saved: [number, Uint8Array][] = [];
    const save = (bytes: Uint8Array, steps: number) => void saved.push([steps, bytes]);
    const options: FitOptions = { batchSize: 16, steps: 23, optimizer: adam(), validation };
    const network = await make();
    const plain = await make();
    const whole = await outcome(plain, await plain.fit(data, options));
    const kept = await network.fit(data, { ...options, checkpoint: { everySteps: 6, save } });
    expect(await outcome(network, kept)).toEqual(whole);
    expect(saved.map(([steps]) => steps)).toEqual([6, 12, 18, 23]);
    for (const [, resume] of saved) {
      const again = await make(99);
      expect(await outcome(again, await again.fit(data, { ...options, resume }))).toEqual(whole);
    }
  });

  it('are saved by the clock, and when training is aborted; what it has kept as best is no end', async () => {
    const abort = new AbortController();
    const saved: number[] = [];
    let last: Uint8Array | undefined;
    const save = (bytes: Uint8Array, steps: number) => {
      saved.push(steps);
      last = bytes;
      if (saved.length === 3) abort.abort();
    };
    const options: FitOptions = {
      batchSize: 16,
      steps: 40_000,
      validation,
      earlyStopping: { patience: 20_000 },
    };
    const network = await make();
    const { stopped, steps } = await network.fit(data, {
      ...options,
      signal: abort.signal,
      checkpoint: { everySeconds: 0.02, save },
    });
    expect(stopped).toBe('aborted');
    expect(saved.length).toBeGreaterThanOrEqual(3);
    expect(saved.at(-1)).toBe(steps);
    const shorter = await (await make(99)).train(data, { ...options, resume: last });
    expect(shorter.steps).toBe(steps);
  });

  it('end the training with what saving throws', async () => {
    const network = await make();
    const save = () => Promise.reject(new TypeError('the disk is full'));
    await expect(network.fit(data, { steps: 10, checkpoint: { everySteps: 2, save } })).rejects.toThrow(
      'the disk is full',
    );
    expect((await network.fit(data, { steps: 2 })).steps).toBe(2);
  });

  it('refuse impossible options', async () => {
    const network = await make();
    const save = () => {};
    await expect(network.fit(data, { checkpoint: { everySteps: 0, save } })).rejects.toThrow(
      /^everySteps is a positive whole number, not 0$/,
    );
    await expect(network.fit(data, { checkpoint: { everySeconds: -1, save } })).rejects.toThrow(
      /^everySeconds is a number above 0, not -1$/,
    );
  });
});

describe('a checkpoint of something else is refused, with what differs', () => {
  const options: FitOptions = { batchSize: 16, steps: 20, optimizer: adam(), validation };
  let bytes: Uint8Array;
  beforeAll(async () => {
    const training = await (await make()).train(data, options);
    await training.run(5);
    bytes = await training.checkpoint();
  });

  it.each<[string, Partial<FitOptions>, RegExp]>([
    [
      'learning rate',
      { optimizer: adam({ learningRate: 0.5 }) },
      /its optimizer\.learningRate is 0\.001, and here it is 0\.5/,
    ],
    ['optimizer', { optimizer: sgd() }, /its optimizer\.name is "adam", and here it is "sgd"/],
    ['batch', { batchSize: 8 }, /its batchSize is 16, and here it is 8/],
    ['seed', { seed: 3 }, /its seed is 1, and here it is 3/],
    ['steps', { steps: 30 }, /its steps is 20, and here it is 30/],
    ['plan', { plan: 'cpu' }, /its plan is "the first that can", and here it is "cpu"/],
    [
      'schedule',
      { schedule: { kind: 'cosine' } },
      /its schedule\.kind is "constant", and here it is "cosine"/,
    ],
    [
      'stopping',
      { earlyStopping: { patience: 3 } },
      /its earlyStopping is nothing, and here it is \{"patience":3\}/,
    ],
    [
      'validation',
      { validation: { ...validation, x: validation.x.slice().fill(1, 0, 1) } },
      /with other validation: validation\.x is not/,
    ],
  ])('%s', async (_name, changed, message) => {
    const network = await make();
    const refused = network.fit(data, { ...options, ...changed, resume: bytes });
    await expect(refused).rejects.toThrow(DataError);
    await expect(refused).rejects.toThrow(message);
    // The network is as it was, and free.
    expect(await network.parameters()).toEqual(await (await make()).parameters());
    expect((await network.fit(data, { steps: 1 })).steps).toBe(1);
  });

  it('data', async () => {
    const other = { ...data, y: data.y.slice().reverse() };
    await expect((await make()).fit(other, { ...options, resume: bytes })).rejects.toThrow(
      /of a training with other data: data\.y is not the same; resume with the data/,
    );
  });

  it('network', async () => {
    const wider = await CpuNetwork.create({
      inputs: 4,
      layers: [dense(8, 'tanh', { dropout: 0.3 }), layers[1]],
    });
    await expect(wider.fit(data, { ...options, resume: bytes })).rejects.toThrow(
      /of another network: its network\.layers\[0\]\.units is 7, and here it is 8/,
    );
  });

  it('a training that is running, has diverged or was disposed of gives none', async () => {
    const network = await make();
    const training = await network.train(data, {
      ...options,
      optimizer: momentum({ learningRate: 1e30, l2: 1e30 }),
    });
    const running = training.run();
    await expect(training.checkpoint()).rejects.toThrow(UsageError);
    expect((await running).stopped).toBe('diverged');
    await expect(training.checkpoint()).rejects.toThrow(/has diverged/);
    training.dispose();
    await expect(training.checkpoint()).rejects.toThrow(/has been disposed of/);
  });
});
