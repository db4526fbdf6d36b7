import type { Task } from '../../src/cli/tasks.ts';
import { openGpu } from '../../src/gpu/open.ts';
import { type Attempt, judgeAttempt, onOwnDevice } from '../../src/lab/workbench/index.ts';
import { dense } from '../../src/network/layers.ts';
import { Random } from '../../src/random.ts';
import { Network } from '../../src/session/network.ts';

const rows = 64;
const random = new Random(11);
const x = Float32Array.from({ length: 4 * rows }, () => random.normal());
const data = { rows, x, y: Float32Array.from({ length: rows }, (_, i) => Number(x[4 * i] > 0)) };
const network = { inputs: 4, layers: [dense(8, 'tanh'), dense(1, 'sigmoid')], init: { seed: 6 } };
const options = { batchSize: 16, plan: 'textbook', verify: 'never', keepHistory: false } as const;

/** Longer than the lab's, for a machine that does other things: a loop that is cut short ends by itself. */
const PATIENCE = 20_000;

/** A training that goes on until it is told to end: its steps so far, and its parameters at the end. */
async function training(isOver: (steps: number) => boolean) {
  const gpu = await openGpu();
  const trained = await Network.create(gpu, network);
  const run = await trained.train(data, options);
  try {
    while (!isOver(run.steps)) await run.run(10);
    return { steps: run.steps, parameters: await trained.parameters() };
  } finally {
    run.dispose();
    trained.dispose();
    gpu.dispose();
  }
}

/** The longest time in which nothing else of the page had its turn, in ms. */
function ticking(): () => number {
  let [last, longest] = [performance.now(), 0];
  const tick = () => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
  };
  const timer = setInterval(tick, 5);
  return () => {
    tick();
    clearInterval(timer);
    return longest;
  };
}

export const tasks: Record<string, Task> = {
  /** Texts judged one after the other on a device of their own, while a network trains on another. */
  async judgeBesideTraining({ attempts }: { attempts: Attempt[] }) {
    let isOver = false;
    const beside = training(() => isOver);
    const verdicts = await onOwnDevice(async (gpu) => {
      const found = [];
      for (const attempt of attempts) {
        const started = performance.now();
        const verdict = await judgeAttempt(gpu, attempt, { patience: PATIENCE });
        found.push({ ...verdict, ms: performance.now() - started });
      }
      return found;
    });
    isOver = true;
    return { verdicts, trained: await beside };
  },

  /** The same training alone, to so many steps. */
  trainAlone: ({ steps }: { steps: number }) => training((made) => made >= steps),

  /** Texts that take a compiler long: what is said of each, how long it took, and how long the page stood still. */
  judgeTicking: ({ attempts }: { attempts: Attempt[] }) =>
    onOwnDevice(async (gpu) => {
      const found = [];
      for (const attempt of attempts) {
        const [started, longest] = [performance.now(), ticking()];
        const verdict = await judgeAttempt(gpu, attempt);
        found.push({ verdict, ms: performance.now() - started, still: longest() });
      }
      return found;
    }),
};
