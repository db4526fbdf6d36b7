import type { Task } from '../../src/cli/tasks.ts';
import { openGpu } from '../../src/gpu/open.ts';
import { Network, type NetworkOptions } from '../../src/session/network.ts';
import type { FitOptions, History } from '../../src/session/options.ts';

interface ResumeInput {
  network: NetworkOptions;
  data: { rows: number; x: Float32Array; y: Float32Array };
  fit: FitOptions;
  /** Steps after which training is stopped, and resumed in another network on another device. */
  stops: number[];
}

interface LostInput extends Pick<ResumeInput, 'network' | 'data' | 'fit'> {
  /** How many devices are lost on the way: the training waits for each in its turn. */
  losses: number;
}

/** All of a history that does not depend on the clock. */
function facts({ stopped, steps, loss, accuracy, epochs, best, segments, recoveries, notes }: History) {
  return { stopped, steps, loss, accuracy, epochs, best, segments, recoveries, notes };
}

async function onNetwork<T>(
  options: NetworkOptions,
  recover: boolean,
  work: (network: Network, gpu: Awaited<ReturnType<typeof openGpu>>) => Promise<T>,
): Promise<T> {
  const gpu = await openGpu({ recover });
  const network = await Network.create(gpu, options);
  try {
    return await work(network, gpu);
  } finally {
    network.dispose();
    gpu.dispose();
  }
}

export const tasks: Record<string, Task> = {
  /** A training without a stop. */
  straight: ({ network: options, data, fit }: ResumeInput) =>
    onNetwork(options, false, async (network) => {
      const history = await network.fit(data, fit);
      return { history: facts(history), parameters: await network.parameters() };
    }),

  /** The same training with stops. */
  async resumed({ network: options, data, fit, stops }: ResumeInput) {
    let resume: Uint8Array | undefined;
    for (const stop of stops)
      resume = await onNetwork(
        { ...options, init: { seed: 5 + (resume ? stop : 0) } },
        false,
        async (network) => {
          const training = await network.train(data, { ...fit, resume });
          await training.run(stop - training.steps);
          return training.checkpoint();
        },
      );
    return onNetwork({ ...options, init: { seed: 99 } }, true, async (network, gpu) => {
      const history = await network.fit(data, { ...fit, resume });
      const parameters = await network.parameters();
      network.dispose();
      return { history: facts(history), parameters, bytes: gpu.counts.bytes };
    });
  },

  /** A training that loses its device again and again; emits `{ step }`, and `{ back }`, the ms from a loss to the next step. */
  async lost({ network: options, data, fit, losses }: LostInput, { emit }) {
    return onNetwork(options, true, async (network, gpu) => {
      let lost = 0;
      let at: number | undefined;
      let known: unknown;
      const watch = () => {
        if (gpu.lost === known) return;
        known = gpu.lost;
        void gpu.lost.then(() => {
          lost++;
          at = performance.now();
        });
      };
      const backs: number[] = [];
      const epochs: number[] = [];
      const history = await network.fit(data, {
        ...fit,
        onEpochEnd: ({ epoch }) => void epochs.push(epoch),
        onProgress: async ({ step, steps }) => {
          watch();
          if (at !== undefined) {
            backs.push(performance.now() - at);
            at = undefined;
            emit({ back: backs.at(-1) });
          }
          emit({ step });
          // Not further than its share of the losses, which come from outside.
          while (lost < Math.min(losses, Math.floor(((losses + 1) * step) / steps))) {
            await new Promise((resolve) => setTimeout(resolve, 10));
            // Whoever ends the GPU process may have missed it, being at the loss before.
            emit({ step });
          }
        },
      });
      const parameters = await network.parameters();
      network.dispose();
      return { history: facts(history), parameters, backs, epochs, bytes: gpu.counts.bytes };
    });
  },

  /** What becomes of another network on the same GPU, and of the weights after a training. */
  async bystander({ network: options, data, fit, losses }: LostInput, context) {
    const gpu = await openGpu({ recover: true });
    const [network, other] = [await Network.create(gpu, options), await Network.create(gpu, options)];
    const before = await other.parameters();
    let lost = 0;
    void gpu.lost.then(() => void lost++);
    const said = async (work: () => Promise<unknown>) =>
      work().then(
        () => 'done',
        ({ name, message }: Error) => `${name}: ${message}`,
      );
    try {
      await network.fit(data, {
        ...fit,
        onProgress: async ({ step }) => {
          context.emit({ step });
          while (!lost) await new Promise((resolve) => setTimeout(resolve, 2));
        },
      });
      const read = await said(() => other.parameters());
      const trained = await said(() => other.fit(data, fit));
      other.setParameters(before);
      const again = await said(() => other.fit(data, fit));
      return { lost, read, trained, again, trainedWell: await said(() => network.fit(data, fit)), losses };
    } finally {
      network.dispose();
      other.dispose();
      gpu.dispose();
    }
  },
};
