import type { Task } from '../../src/cli/tasks.ts';
import { openGpu } from '../../src/gpu/open.ts';
import { dense } from '../../src/network/layers.ts';
import { adam } from '../../src/network/optimizer.ts';
import { Network } from '../../src/session/network.ts';

const MIB = 2 ** 20;

export const tasks: Record<string, Task> = {
  /** Networks and data beyond what all buffers may have together: what is said, what is left, and what still works. */
  async budget({ memory }: { memory: number }) {
    const gpu = await openGpu();
    const stated = gpu.memory;
    gpu.memory = memory;
    const said = async (work: () => Promise<unknown>) => {
      const { buffers } = gpu.counts;
      const message = await work().then(
        () => 'nothing was thrown',
        (error: Error) => `${error.name}: ${error.message}`,
      );
      return { message, bytes: gpu.counts.bytes, made: gpu.counts.buffers - buffers };
    };
    try {
      const small = await Network.create(gpu, {
        inputs: 64,
        layers: [dense(64, 'tanh'), dense(1, 'identity')],
      });
      const free = gpu.counts.bytes;
      const rows = memory / (4 * 64);
      const x = new Float32Array(rows * 64).fill(0.5);
      const data = { rows, x, y: new Float32Array(rows) };
      const few = { rows: 8, x: x.slice(0, 8 * 64), y: new Float32Array(8) };
      const found = {
        network: await said(() =>
          Network.create(gpu, { inputs: 1024, layers: [dense(memory / 1024, 'relu')] }),
        ),
        data: await said(() => small.fit(data, { steps: 1 })),
        optimizer: await said(async () => {
          const units = Math.floor((0.6 * memory) / 4 / 1024);
          const large = await Network.create(gpu, { inputs: 1024, layers: [dense(units, 'identity')] });
          try {
            const wide = { rows: 1, x: new Float32Array(1024), y: new Float32Array(units) };
            await large.fit(wide, { steps: 1, optimizer: adam(), plan: 'textbook', verify: 'never' });
          } finally {
            large.dispose();
          }
        }),
      };
      const predicted = await small.predict(few.x);
      const trained = await small.fit(few, { steps: 3 });
      gpu.memory = 4 * memory;
      const raised = await said(() => small.fit(data, { steps: 1, batchSize: 64, verify: 'never' }));
      small.dispose();
      return {
        ...{ stated: stated / MIB, free, found, predicted: predicted.every(Number.isFinite) },
        ...{ steps: trained.steps, raised: raised.message, left: gpu.counts.bytes },
      };
    } finally {
      gpu.dispose();
    }
  },
};
