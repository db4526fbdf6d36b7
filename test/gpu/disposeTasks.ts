import type { Task } from '../../src/cli/tasks.ts';
import { datasets } from '../../src/data/generators.ts';
import { openGpu } from '../../src/gpu/open.ts';
import { dense } from '../../src/network/layers.ts';
import { Network } from '../../src/session/network.ts';

export const disposeTasks: Record<string, Task> = {
  /** Networks that are disposed of while they work, each in its way; what became of that work and of another network. */
  async disposeMeanwhile() {
    const gpu = await openGpu();
    const options = { inputs: 2, layers: [dense(3, 'tanh'), dense(1, 'sigmoid')] };
    const other = await Network.create(gpu, options);
    const data = datasets.xor();
    const { bytes } = gpu.counts;
    const ways: Record<string, (network: Network) => Promise<string>> = {
      async fit(network) {
        const fitting = network.fit(data, { steps: 1e6, onProgress: () => network.dispose() });
        return (await fitting).stopped;
      },
      async run(network) {
        const training = await network.train(data, { steps: 1e6 });
        const running = training.run();
        network.dispose();
        return (await running).stopped;
      },
      async open(network) {
        const training = await network.train(data, { steps: 1e6 });
        await training.run(2);
        network.dispose();
        return training.run(1).then(
          () => 'went on',
          (error: Error) => error.message,
        );
      },
      async reading(network) {
        const answers = Promise.all([network.predict(data.x), network.evaluate(data), network.parameters()]);
        network.dispose();
        const [outputs, { loss }, layers] = await answers;
        return `${outputs.length} ${Number.isFinite(loss)} ${layers.length}`;
      },
      async afterwards(network) {
        network.dispose();
        const calls: (() => unknown)[] = [
          () => network.predict(data.x),
          () => network.evaluate(data),
          () => network.parameters(),
          () => network.setParameters([]),
          () => network.fit(data),
          () => network.train(data),
          () => network.verify(data),
        ];
        const said = await Promise.all(
          calls
            .map(async (call) => call())
            .map((answer) =>
              answer.then(
                () => 'answered',
                (error: Error) => error.message,
              ),
            ),
        );
        return [...new Set(said)].join();
      },
    };
    try {
      const found: Record<string, { said: string; left: number; outputs: number }> = {};
      for (const [name, way] of Object.entries(ways)) {
        const said = await way(await Network.create(gpu, options));
        const outputs = (await other.predict(data.x)).length;
        found[name] = { said, left: gpu.counts.bytes - bytes, outputs };
      }
      return found;
    } finally {
      other.dispose();
      gpu.dispose();
    }
  },
};
