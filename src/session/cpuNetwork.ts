import { CpuEvaluator } from '../cpu/evaluator.ts';
import { CpuModel } from '../cpu/model.ts';
import { UsageError } from '../errors.ts';
import { arraysOf } from '../network/examples.ts';
import type { Method } from '../network/plan.ts';
import type { Examples } from '../network/residentData.ts';
import type { Run } from './decide.ts';
import type { Equipment } from './equipment.ts';
import type { Forward } from './judge.ts';
import type { FitOptions } from './options.ts';
import { Pace } from './pace.ts';
import { CpuRunner } from './runner.ts';
import { trainedOn } from './targets.ts';
import { type NetworkOptions, Trainable } from './trainable.ts';
import type { Verification } from './verify.ts';

/**
 * A network of dense layers in memory, for where there is no GPU: the `cpu` plan makes its steps, on the thread of its
 * caller, which others have a turn on every few milliseconds (between steps; a single long one is not interrupted).
 * Options of `fit` that concern a GPU (`verify`, `gpuOnly`) change nothing.
 */
export class CpuNetwork extends Trainable {
  private constructor(protected override readonly model: CpuModel) {
    super();
  }

  /** @throws UsageError for an impossible architecture */
  static async create({ init, ...architecture }: NetworkOptions): Promise<CpuNetwork> {
    return new CpuNetwork(new CpuModel(architecture, init));
  }

  /** @throws UsageError always: there is no GPU to verify */
  async verify(_data: Examples, _options: FitOptions = {}): Promise<Verification> {
    throw new UsageError('This network is trained without a GPU, so there is none to verify; make a Network');
  }

  protected override decide(data: Examples, options: FitOptions): Run {
    const run = super.decide(data, options);
    if (run.plan !== undefined && run.plan !== 'auto' && run.plan !== 'cpu')
      throw new UsageError(
        `The plan '${run.plan}' needs a GPU, and this network is trained without one; use the plan 'cpu'`,
      );
    return run;
  }

  protected async equip(run: Run, data: Examples, options: FitOptions): Promise<Equipment> {
    const { model } = this;
    const examples = trainedOn(data, run, options);
    arraysOf(model.architecture, examples);
    const runner = await CpuRunner.create(model, examples, run.method, run.batches.batchSize);
    return { first: { choice: { plan: 'cpu' }, runner, pace: new Pace() }, dispose() {} };
  }

  protected async forward(rows: number, judge?: Pick<Method, 'loss' | 'huberDelta'>): Promise<Forward> {
    return new CpuEvaluator(this.model, rows, judge);
  }
}
