import { describe, expect, it } from 'vitest';
import { train as oracleTrain } from '../../src/oracle/network.ts';
import { Random } from '../../src/random.ts';
import { initialize } from '../../src/network/initialize.ts';
import { dense } from '../../src/network/layers.ts';
import { sgd } from '../../src/network/optimizer.ts';
import { batchAt } from '../../src/network/schedule.ts';
import { shuffled } from '../../src/random.ts';
import { usePage } from './page.ts';

const page = usePage();

describe('memory', () => {
  it('10,000 steps make no buffer and no bind group after the first, and dispose gives every byte back', async () => {
    const { steps, first, last, after } = await page.run('memory', { steps: 10_000 });
    expect(steps).toBe(10_000);
    expect(last.buffers).toBe(first.buffers);
    expect(last.bindGroups).toBe(first.bindGroups);
    expect(last.pipelines).toBe(first.pipelines);
    // A network as small as this takes many steps in a dispatch.
    expect(last.dispatches).toBeGreaterThan(first.dispatches);
    expect(after.bytes).toBe(0);
  });
});

describe('fit', () => {
  it('draws the shuffled batches that the oracle draws, the last one short', async () => {
    const random = new Random(11);
    const rows = 50;
    const x = Float32Array.from({ length: rows * 3 }, () => random.normal());
    const y = Float32Array.from({ length: rows }, (_, i) => Number(x[3 * i] > x[3 * i + 1]));
    const architecture = { inputs: 3, layers: [dense(5, 'tanh'), dense(1, 'sigmoid')] };
    const init = initialize(architecture, { seed: 3 });
    const { history } = await page.run('fit', {
      network: { ...architecture, init: { seed: 3 } },
      data: { rows, x, y },
      fit: { epochs: 3, batchSize: 16, seed: 5, optimizer: sgd({ learningRate: 0.5 }) },
    });
    // The same order, laid out as rows in a row, for the oracle.
    const schedule = { rows, batchSize: 16, shuffle: true, seed: 5 };
    const steps = Array.from({ length: 12 }, (_, i) => batchAt(i, schedule));
    const order = steps.flatMap(({ first, rows: m, shuffleKey }) =>
      Array.from({ length: m }, (_, i) => shuffled(first + i, rows, shuffleKey)),
    );
    let start = 0;
    const want = oracleTrain({
      sizes: [3, 5, 1],
      activations: ['tanh', 'sigmoid'],
      loss: 'binaryCrossEntropy',
      learningRate: 0.5,
      steps: 12,
      batches: steps.map(({ rows: m }): [number, number] => [start, (start += m)]),
      x: order.flatMap((row) => [...x.subarray(3 * row, 3 * row + 3)]),
      y: order.map((row) => y[row]),
      init,
    });
    expect(history.steps).toBe(12);
    history.loss.forEach((loss: number, i: number) =>
      expect(Math.abs(loss - want.losses[i])).toBeLessThan(1e-5),
    );
  });

  it('tells its callbacks of every epoch, goes on when called again, and stops on a signal', async () => {
    const { first, again, aborted, epochs, steps } = await page.run('callbacks', {});
    expect(epochs.map(({ epoch }: any) => epoch)).toEqual([1, 2, 3, 4, 5, 6]);
    for (const { loss, accuracy, validation } of epochs) {
      expect(loss).toBeGreaterThan(0);
      expect(accuracy).toBeGreaterThan(0.3);
      expect(validation.accuracy).toBeGreaterThan(0.3);
    }
    expect(first.stopped).toBe('done');
    expect(first.steps).toBe(18);
    expect(again.steps).toBe(6);
    expect(aborted).toMatchObject({ stopped: 'aborted', steps: 0 });
    expect(steps).toBe(24);
  });

  it('resolves as aborted, with the steps done until then', async () => {
    const { first, epochs } = await page.run('callbacks', { abortAfter: 2 });
    expect(first.stopped).toBe('aborted');
    expect(first.steps).toBeLessThan(18);
    expect(epochs.length).toBeGreaterThanOrEqual(2);
  });

  it('says that it diverged, and when', async () => {
    const random = new Random(1);
    const rows = 32;
    const x = Float32Array.from({ length: rows * 2 }, () => 100 * random.normal());
    const { history } = await page.run('fit', {
      network: { inputs: 2, layers: [dense(8, 'relu'), dense(1, 'identity')] },
      data: { rows, x, y: Float32Array.from({ length: rows }, (_, i) => x[2 * i] * 50) },
      fit: { steps: 1000, batchSize: 32, optimizer: sgd({ learningRate: 10 }) },
    });
    expect(history.stopped).toBe('diverged');
    expect(history.steps).toBeLessThan(1000);
    expect(Number.isFinite(history.loss[history.steps - 1])).toBe(false);
    expect(Number.isFinite(history.loss[history.steps - 2])).toBe(true);
  });

  it('gives the same bits for the same seed', async () => {
    const input = {
      network: { inputs: 2, layers: [dense(6, 'relu'), dense(3, 'softmax')], init: { seed: 9 } },
      data: {
        rows: 60,
        x: Float32Array.from({ length: 120 }, (_, i) => Math.sin(i)),
        y: Float32Array.from({ length: 180 }, (_, i) => Number(i % 3 === Math.floor(i / 3) % 3)),
      },
      fit: { epochs: 20, batchSize: 16, seed: 2 },
    };
    const [one, two] = [await page.run('fit', input), await page.run('fit', input)];
    expect(one.parameters).toEqual(two.parameters);
    expect(one.history.loss).toEqual(two.history.loss);
    const other = await page.run('fit', { ...input, fit: { ...input.fit, seed: 3 } });
    expect(other.parameters).not.toEqual(one.parameters);
  });

  it('counts no step as done that a lost device only pretends to do', async () => {
    const { error, steps, counted } = await page.run('lostDevice', {});
    expect(error).toBe('DeviceLostError');
    expect(counted).toBeLessThanOrEqual(steps + 3 * 1024);
    expect(counted).toBeGreaterThan(20);
  });
});

describe('a network that is disposed of', () => {
  it('ends its training, still answers what it was asked, frees what it held, and disturbs no other network', async () => {
    const ended = { left: 0, outputs: 400 };
    expect(await page.run('disposeMeanwhile', {})).toEqual({
      fit: { said: 'aborted', ...ended },
      run: { said: 'aborted', ...ended },
      open: { said: 'This training has been disposed of; make another', ...ended },
      reading: { said: '400 true 2', ...ended },
      afterwards: { said: 'This network has been disposed of; make another', ...ended },
    });
  });
});

describe('misuse', () => {
  it('is answered by one sentence that names what is wrong, and leaves nothing behind', async () => {
    const { errors, notes, bytesBefore, bytes } = await page.run('misuse', {});
    const expected: Record<string, [string, RegExp]> = {
      x: ['ShapeError', /x has 7 numbers, but 4 rows of 2 inputs need 8/],
      y: ['ShapeError', /y has 8 numbers, but 4 rows of 1 outputs need 4/],
      epochs: ['UsageError', /epochs is a positive whole number, not 0/],
      batch: ['UsageError', /batchSize is a positive whole number, not -1/],
      steps: ['UsageError', /steps is a positive whole number, not 1.5/],
      rate: ['UsageError', /learning rate is a finite number, not NaN/],
      loss: ['UsageError', /softmaxCrossEntropy needs a softmax output layer/],
      plan: ['UsageError', /Unknown plan 'magic'; choose one of auto, textbook, fused/],
      predict: ['ShapeError', /x has 3 numbers/],
      parameters: ['ShapeError', /network has 2 layers, but parameters of 1 were given/],
      tooLarge: [
        'GpuUnavailableError',
        /'parameters' needs 17180131328 bytes, but this adapter's max\w+ is \d+/,
      ],
      twice: ['UsageError', /being trained already/],
      callback: ['TypeError', /from the callback/],
    };
    for (const [name, [type, message]] of Object.entries(expected)) {
      expect(errors[name], name).toMatchObject({ name: type, message: expect.stringMatching(message) });
    }
    expect(Object.keys(errors).sort()).toEqual(Object.keys(expected).sort());
    expect(notes).toEqual(['The batch of 100 is larger than the data: all 4 rows are used']);
    expect(bytesBefore).toBeGreaterThan(0);
    expect(bytes).toBe(0);
  });
});
