import type { Gpu } from '../gpu/gpu.ts';
import type { LayerParameters } from '../network/initialize.ts';
import type { Architecture } from '../network/layers.ts';
import { Model } from '../network/model.ts';
import type { Method } from '../network/plan.ts';
import { refusalOf } from '../network/plans.ts';
import { type Examples, ResidentData } from '../network/residentData.ts';
import { type RecordedStep, Trainer } from '../network/trainer.ts';
import type { Random } from '../random.ts';
import type { GpuChoice } from './choice.ts';

/** A network and a method, drawn at random, of which one step is to be made. */
export interface Drawn {
  readonly architecture: Architecture;
  readonly method: Method;
  /** Rows of the batch. */
  readonly rows: number;
  readonly learningRate: number;
}

/** What the step is made on. */
export interface Numbers {
  readonly examples: Examples;
  readonly parameters: readonly LayerParameters[];
  /** What the optimizer keeps of so many parameters, as if it had made steps before: none below 0 where they are squares. */
  readonly moments: (length: number) => Float32Array<ArrayBuffer>;
}

/** Whether a plan can make this step; there are networks that one of them refuses. */
export function isPossible({ plan }: GpuChoice, { architecture, method, rows }: Drawn): boolean {
  const data = [{ start: 0, held: rows }];
  return refusalOf(plan, architecture, { ...method, m: rows, steps: 1, data }) === undefined;
}

/** Makes one step of a plan, every tensor of it stored. */
export async function makeStep(
  gpu: Gpu,
  { plan, tile }: GpuChoice,
  { architecture, method, rows, learningRate }: Drawn,
  { examples, parameters, moments }: Numbers,
  random: Random,
): Promise<RecordedStep> {
  const model = new Model(gpu, architecture);
  const data = new ResidentData(gpu, architecture, examples);
  const trainer = await Trainer.create(model, data, { ...method, batchRows: [rows], plan, tile, keep: true });
  try {
    model.write(parameters);
    for (const buffer of model.moments(method.optimizer).tensors.buffers.values())
      gpu.write(buffer, moments(buffer.bytes / 4));
    const keys = { shuffleKey: random.integer(), dropoutKey: random.integer() };
    return await trainer.record({ index: 0, epoch: 0, first: 0, rows, ...keys, learningRate }, examples);
  } finally {
    trainer.dispose();
    data.dispose();
    model.dispose();
  }
}
