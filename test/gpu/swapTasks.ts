import type { Task } from '../../src/cli/tasks.ts';
import { openGpu } from '../../src/gpu/open.ts';
import { Network, type NetworkOptions } from '../../src/session/network.ts';
import type { FitOptions } from '../../src/session/options.ts';
import { OwnKernel, type Swap } from '../../src/session/swap.ts';

interface SwapInput {
  network: NetworkOptions;
  data: { rows: number; x: Float32Array; y: Float32Array };
  options: FitOptions & { steps: number };
  /** What is swapped in after how many steps: undefined to go back. */
  swaps: { at: number; swap?: Swap }[];
}

export const tasks: Record<string, Task> = {
  /** A checkpoint of a training with a kernel of one's own, and what goes on from it. */
  async resumeSwapped({ network: wanted, data, options, swaps: [{ at, swap }] }: SwapInput) {
    const gpu = await openGpu();
    const network = await Network.create(gpu, wanted);
    try {
      const training = await network.train(data, options);
      await training.run(at);
      await training.swap(await OwnKernel.judge(network.model, data, options, swap!));
      await training.run(2);
      const resume = await training.checkpoint();
      await training.run();
      training.dispose();
      const straight = await network.parameters();
      const { segments, notes } = await network.fit(data, { ...options, resume });
      return { segments, notes, straight, resumed: await network.parameters() };
    } finally {
      network.dispose();
      gpu.dispose();
    }
  },

  /** Trains with kernels swapped on the way; what was refused, the history, and the weights at the end. */
  async swap({ network: wanted, data, options, swaps }: SwapInput) {
    const gpu = await openGpu();
    const network = await Network.create(gpu, wanted);
    const refused: { name: string; message: string; same: boolean }[] = [];
    try {
      const training = await network.train(data, options);
      for (const { at, swap } of swaps) {
        if (at > training.steps) await training.run(at - training.steps);
        const before = JSON.stringify(await network.parameters());
        const { bytes } = gpu.counts;
        try {
          const own = swap && (await OwnKernel.judge(network.model, data, options, swap));
          await training.swap(own);
        } catch (error) {
          const same = JSON.stringify(await network.parameters()) === before && gpu.counts.bytes === bytes;
          refused.push({ name: (error as Error).name, message: (error as Error).message, same });
        }
      }
      await training.run();
      const { history } = training;
      training.dispose();
      return {
        refused,
        segments: history.segments,
        loss: history.loss,
        parameters: await network.parameters(),
      };
    } finally {
      network.dispose();
      gpu.dispose();
    }
  },
};
