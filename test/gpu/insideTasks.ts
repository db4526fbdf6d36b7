import type { Task } from '../../src/cli/tasks.ts';
import { openGpu } from '../../src/gpu/open.ts';
import type { GpuChoice } from '../../src/session/choice.ts';
import { InsideStep, type NumbersInside } from '../../src/session/insideStep.ts';
import { Network, type NetworkOptions } from '../../src/session/network.ts';
import type { FitOptions } from '../../src/session/options.ts';

interface InsideInput {
  network: NetworkOptions;
  data: { rows: number; x: Float32Array; y: Float32Array };
  options: FitOptions;
  /** What makes the steps that are looked into; that which trains if left out. */
  choices?: GpuChoice[];
  /** Which numbers are wanted, beside those of every tensor of small steps: pass, tensor, and a place in it. */
  numbers?: { pass: string; tensor: string; at?: number }[];
}

export const tasks: Record<string, Task> = {
  /** Trains ten steps; after five, looks inside the next by each choice. */
  async inside({ network: wanted, data, options, choices, numbers }: InsideInput) {
    const gpu = await openGpu();
    const network = await Network.create(gpu, wanted);
    try {
      const training = await network.train(data, { ...options, steps: 10 });
      await training.run(5);
      const before = await network.parameters();
      const { bytes } = gpu.counts;
      const steps = [];
      const own = training.history.segments.map(({ plan, tile }) => ({ plan, tile }) as GpuChoice);
      for (const choice of choices ?? own) {
        const inside = await InsideStep.record(network.model, data, {
          ...options,
          ...{ steps: 10, choice, done: 5 },
        });
        const passes = inside.passes.map((label) => inside.look(label));
        const of = async (pass: string, i: number, at?: number): Promise<NumbersInside> =>
          inside.numbers(pass, i, at);
        const seen = [];
        if (numbers)
          for (const { pass, tensor, at } of numbers) {
            const tensors = inside.look(pass).tensors;
            seen.push(
              await of(
                pass,
                tensors.findLastIndex((one) => one.tensor === tensor),
                at,
              ),
            );
          }
        else
          for (const { label, tensors } of passes)
            for (const i of tensors.keys()) seen.push(await of(label, i));
        const { plan, rows, batch } = inside;
        steps.push({ plan, rows, batch, passes, seen });
      }
      const left = gpu.counts.bytes - bytes;
      const after = await network.parameters();
      await training.run(1);
      const next = await network.parameters();
      await training.run();
      training.dispose();
      return { before, after, next, left, steps, trained: await network.parameters() };
    } finally {
      network.dispose();
      gpu.dispose();
    }
  },
};
