import type { Task } from '../../src/cli/tasks.ts';
import type { Gpu } from '../../src/gpu/gpu.ts';
import { openGpu } from '../../src/gpu/open.ts';
import { dense } from '../../src/network/layers.ts';
import { adam } from '../../src/network/optimizer.ts';
import { Random } from '../../src/random.ts';
import { Network } from '../../src/session/network.ts';
import type { FitOptions } from '../../src/session/options.ts';

/** The GPU is opened once and never again, as on a page that stays open. */
let opened: Promise<Gpu> | undefined;
const open = () => (opened ??= openGpu());

const ROWS = 256;
const INPUTS = 8;

function examples() {
  const random = new Random(5);
  const x = Float32Array.from({ length: ROWS * INPUTS }, () => random.normal());
  return { rows: ROWS, x, y: Float32Array.from({ length: ROWS }, (_, i) => Number(x[INPUTS * i] > 0)) };
}

/** What a training that may go on for hours is given. */
const FIT: FitOptions = { batchSize: 32, optimizer: adam({ learningRate: 1e-3 }), keepHistory: false };

const create = (gpu: Gpu, seed: number) =>
  Network.create(gpu, { inputs: INPUTS, layers: [dense(16, 'tanh'), dense(1, 'sigmoid')], init: { seed } });

/** Networks that were never disposed of. */
const forgotten: Network[] = [];

const finite = (numbers: Float32Array) => numbers.every(Number.isFinite);

export const tasks: Record<string, Task> = {
  /** Steps of one training, a turn of so many after the other. */
  async soakTrain(
    { steps, turns, plan }: { steps: number; turns: number; plan: FitOptions['plan'] },
    { emit },
  ) {
    const gpu = await open();
    const network = await create(gpu, 1);
    const training = await network.train(examples(), { ...FIT, plan, steps: steps * turns });
    try {
      for (let turn = 0; turn < turns; turn++) {
        const start = performance.now();
        await training.run(steps);
        emit({ ms: performance.now() - start, ...gpu.counts });
      }
    } finally {
      training.dispose();
      network.dispose();
    }
    return { bytes: gpu.counts.bytes };
  },

  /** Networks that are made, trained a little, asked and disposed of. */
  async soakNetworks({ count }: { count: number }) {
    const gpu = await open();
    for (let i = 0; i < count; i++) {
      const network = await create(gpu, i);
      const { x, ...data } = examples();
      await network.fit({ x, ...data }, { ...FIT, steps: 3 });
      if (!finite(await network.predict(x))) throw new Error(`network ${i} predicts what is no number`);
      network.dispose();
    }
    return { bytes: gpu.counts.bytes };
  },

  /** Networks that nobody disposes of, for as long as the page is open. */
  async soakKept({ count }: { count: number }) {
    const gpu = await open();
    for (let i = 0; i < count; i++) forgotten.push(await create(gpu, i));
  },

  /** Trainings that are aborted at random moments: how many ended so, and what they left. */
  async soakAborts({ count, seed }: { count: number; seed: number }) {
    const gpu = await open();
    const random = new Random(seed);
    const network = await create(gpu, 2);
    const stopped: Record<string, number> = {};
    for (let i = 0; i < count; i++) {
      const abort = new AbortController();
      setTimeout(() => abort.abort(), random.uniform(0, 30));
      const history = await network.fit(examples(), { ...FIT, steps: 1e6, signal: abort.signal });
      stopped[history.stopped] = (stopped[history.stopped] ?? 0) + 1;
    }
    if (!finite(await network.predict(examples().x)))
      throw new Error('the network predicts what is no number');
    network.dispose();
    return { stopped, bytes: gpu.counts.bytes };
  },

  /** A training and predictions of the same network at the same time. */
  async soakPredictions({ steps }: { steps: number }) {
    const gpu = await open();
    const network = await create(gpu, 3);
    const { x, ...data } = examples();
    let ended = false;
    let predictions = 0;
    const training = network.fit({ x, ...data }, { ...FIT, steps }).finally(() => (ended = true));
    while (!ended) {
      if (!finite(await network.predict(x))) throw new Error('a prediction is no number');
      predictions++;
    }
    const { stopped, steps: made } = await training;
    network.dispose();
    return { stopped, steps: made, predictions, bytes: gpu.counts.bytes };
  },
};
