import type { Task } from '../../src/cli/tasks.ts';
import { openGpu } from '../../src/gpu/open.ts';
import { passesOf } from '../../src/network/plan.ts';
import { planOf } from '../../src/network/plans.ts';
import type { GpuChoice } from '../../src/session/choice.ts';
import { decide } from '../../src/session/decide.ts';
import { Network, type NetworkOptions } from '../../src/session/network.ts';
import type { FitOptions } from '../../src/session/options.ts';
import { profileStep } from '../../src/session/profileStep.ts';

interface ProfileInput {
  network: NetworkOptions;
  data: { rows: number; x: Float32Array; y: Float32Array };
  options: FitOptions;
  choices: GpuChoice[];
  wall?: boolean;
}

export const tasks: Record<string, Task> = {
  /** Trains ten steps, with profiles in the middle or without; what was measured, and what became of the weights. */
  async profile({ network: wanted, data, options, choices, wall }: ProfileInput) {
    const gpu = await openGpu();
    const network = await Network.create(gpu, wanted);
    try {
      const training = await network.train(data, { ...options, steps: 10 });
      await training.run(5);
      const { bytes } = gpu.counts;
      const before = await network.parameters();
      const profiles = [];
      for (const choice of choices)
        profiles.push(await profileStep(network.model, data, { ...options, choice, wall }));
      const after = await network.parameters();
      const left = gpu.counts.bytes - bytes;
      await training.run();
      training.dispose();
      const { method, batches } = decide(network.model, data, options);
      const parts = [{ start: 0, held: data.rows }];
      const labels: string[][] = [];
      for (const { plan, tile } of choices) {
        const options = { ...method, tile, m: batches.batchSize, steps: 1, data: parts };
        labels.push(passesOf(await planOf(plan, wanted, options)).map(({ label }) => label));
      }
      return { profiles, before, after, left, labels, trained: await network.parameters() };
    } finally {
      network.dispose();
      gpu.dispose();
    }
  },
};
