import type { Gpu } from '../gpu/gpu.ts';
import { Model } from '../network/model.ts';
import type { Method } from '../network/plan.ts';
import type { Examples } from '../network/residentData.ts';
import type { Run } from './decide.ts';
import type { Equipment } from './equipment.ts';
import { equipGpu } from './gpuEquipment.ts';
import type { Forward } from './judge.ts';
import type { FitOptions } from './options.ts';
import { type NetworkOptions, Trainable } from './trainable.ts';
import type { Verification } from './verify.ts';

export type { NetworkOptions } from './trainable.ts';

/**
 * A network of dense layers on a GPU. Its weights live there from `create` to `dispose`, and `fit`
 * may be called again to go on.
 */
export class Network extends Trainable {
  private constructor(
    /** @internal Its numbers on the GPU, for whoever draws them. */
    override readonly model: Model,
  ) {
    super();
  }

  /**
   * @throws UsageError for an impossible architecture
   * @throws GpuUnavailableError for one that exceeds the adapter's limits, naming the limit and its value
   */
  static async create(gpu: Gpu, { init, ...architecture }: NetworkOptions): Promise<Network> {
    return new Network(new Model(gpu, architecture, init));
  }

  async verify(data: Examples, options: FitOptions = {}): Promise<Verification> {
    const { verifyFit } = await import('./verifyFit.ts');
    return this.alone(() => verifyFit(this.model, data, options));
  }

  protected equip(run: Run, data: Examples, options: FitOptions): Promise<Equipment> {
    return equipGpu(this.model, run, data, options);
  }

  protected async forward(rows: number, judge?: Pick<Method, 'loss' | 'huberDelta'>): Promise<Forward> {
    const { Evaluator } = await import('../network/evaluator.ts');
    return Evaluator.create(this.model, rows, judge);
  }
}
