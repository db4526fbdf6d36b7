import type { Task } from '../../src/cli/tasks.ts';
import { openGpu } from '../../src/gpu/open.ts';
import { Model } from '../../src/network/model.ts';
import { adam } from '../../src/network/optimizer.ts';
import { ResidentData } from '../../src/network/residentData.ts';
import { batchAt } from '../../src/network/schedule.ts';
import { Trainer } from '../../src/network/trainer.ts';
import type { GpuChoice } from '../../src/session/choice.ts';
import { GpuHome } from '../../src/session/gpuHome.ts';
import { Network } from '../../src/session/network.ts';
import { CpuRunner } from '../../src/session/runner.ts';
import { ask } from '../../src/session/store.ts';
import type { TrainInput } from './tasks.ts';

interface SubmitsInput extends Pick<TrainInput, 'network' | 'data' | 'fit'> {
  choice: GpuChoice;
  keep: boolean;
}

interface AutoInput extends Pick<TrainInput, 'network' | 'data' | 'fit'> {
  limits?: 'default';
  /** Whether what is kept of former tunings is replaced by what another version might have kept. */
  spoil?: boolean;
  /** The step after which the device is lost. */
  loses?: number;
}

/** Puts records of another version, and such that are cut off, in the place of every record. */
async function spoilTuned(): Promise<void> {
  const wrong = [{ plan: 'warp', version: 9 }, '{"plan":"fus', null, { plan: 'fused', tile: { rows: 7 } }];
  const keys = (await ask('tuned', (store) => store.getAllKeys(), 'readonly')) ?? [];
  for (const [i, key] of keys.entries())
    await ask('tuned', (store) => store.put(wrong[i % wrong.length], key), 'readwrite');
}

/** Tasks of the tests of plans: what makes the steps, and what it asks of the device. */
export const planTasks: Record<string, Task> = {
  /** One trainer, driven by submits: what 20 of 50 steps ask of the device, and what comes of the weights. */
  async submits({ network: options, data, fit, choice, keep }: SubmitsInput) {
    const gpu = await openGpu();
    const model = new Model(gpu, options);
    const resident = new ResidentData(gpu, model.architecture, data);
    const method = {
      loss: fit.loss!,
      huberDelta: 1,
      optimizer: fit.optimizer!,
      clip: fit.clip,
      weighted: false,
      accuracy: true,
    };
    const batches = { rows: data.rows, batchSize: fit.batchSize!, shuffle: true, seed: 3 };
    const batchRows = [fit.batchSize!, data.rows % fit.batchSize! || fit.batchSize!];
    const trainer = await Trainer.create(model, resident, { ...method, ...choice, batchRows, keep });
    let index = 0;
    const orders = () =>
      Array.from({ length: 50 }, () => ({
        ...batchAt(index++, batches),
        learningRate: fit.optimizer!.learningRate,
      }));
    try {
      await trainer.run(orders());
      const before = { ...gpu.counts };
      for (let i = 0; i < 20; i++) await trainer.run(orders());
      const after = { ...gpu.counts };
      const asked = Object.fromEntries(
        Object.entries(after).map(([what, count]) => [what, count - before[what as keyof typeof before]]),
      );
      return { asked, parameters: await model.read() };
    } finally {
      trainer.dispose();
      resident.dispose();
      model.dispose();
      gpu.dispose();
    }
  },

  /** Trains with `auto`; `limits` as for `openGpu`; `record` is put where what was tuned is kept; `loses` the device. */
  async auto({ network: options, data, fit, limits, spoil, loses }: AutoInput) {
    if (spoil) await spoilTuned();
    const gpu = await openGpu({ limits });
    const network = await Network.create(gpu, options);
    try {
      const history = await network.fit(data, {
        ...fit,
        plan: 'auto',
        onProgress: ({ step }) => {
          if (loses && step > loses) gpu.device.destroy();
        },
      });
      return { history, parameters: await network.parameters() };
    } catch (error) {
      return { error: { name: (error as Error).name, message: (error as Error).message } };
    } finally {
      network.dispose();
      gpu.dispose();
    }
  },

  /** Five steps on the CPU, straight away and after twenty that were undone. */
  async rehearse({ network: options, data }: TrainInput) {
    const gpu = await openGpu();
    const model = new Model(gpu, { ...options });
    const optimizer = adam();
    const method = {
      ...{ loss: 'softmaxCrossEntropy' as const, huberDelta: 1, optimizer, clip: undefined },
      ...{ weighted: false, accuracy: false },
    };
    const batches = { rows: data.rows, batchSize: 30, shuffle: true, seed: 1 };
    const orders = (count: number) =>
      Array.from({ length: count }, (_, i) => ({ ...batchAt(i, batches), learningRate: 0.01 }));
    try {
      const first = await model.read();
      await (await CpuRunner.create(new GpuHome(model), data, method, 30)).run(orders(5));
      const straight = await model.read();
      model.write(first);
      model.forget();
      const runner = await CpuRunner.create(new GpuHome(model), data, method, 30);
      const undo = model.remember(optimizer);
      await runner.run(orders(20));
      undo();
      await runner.resume();
      await runner.run(orders(5));
      return { straight, rehearsed: await model.read() };
    } finally {
      model.dispose();
      gpu.dispose();
    }
  },
};
