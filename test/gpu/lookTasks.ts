import type { Task } from '../../src/cli/tasks.ts';
import { openGpu } from '../../src/gpu/open.ts';
import { lookAtStep } from '../../src/session/lookAtStep.ts';
import { Network, type NetworkOptions } from '../../src/session/network.ts';
import type { FitOptions } from '../../src/session/options.ts';

interface LookInput {
  network: NetworkOptions;
  data: { rows: number; x: Float32Array; y: Float32Array };
  options: FitOptions;
  /** Steps that are trained before the look. */
  trained?: number;
}

export const tasks: Record<string, Task> = {
  /** A look at the next step; the parameters before and after it, and after the step was really made. */
  async lookAtStep({ network: wanted, data, options, trained = 0 }: LookInput) {
    const gpu = await openGpu();
    const network = await Network.create(gpu, wanted);
    try {
      if (trained) await network.fit(data, { ...options, steps: trained });
      const before = await network.parameters();
      const { bytes } = gpu.counts;
      const look = await lookAtStep(network.model, data, options);
      const left = gpu.counts.bytes - bytes;
      const after = await network.parameters();
      await network.fit(data, { ...options, steps: 1, plan: 'textbook', verify: 'never' });
      return { look, before, after, stepped: await network.parameters(), left };
    } finally {
      network.dispose();
      gpu.dispose();
    }
  },
};
