import type { Model } from '../network/model.ts';
import type { GpuPlanName } from '../network/plans.ts';
import { type Examples, ResidentData } from '../network/resident.ts';
import { Trainer } from '../network/trainer.ts';
import { type Run, orderAt } from './decide.ts';
import type { FitOptions, PlanName } from './options.ts';
import type { Runner } from './runner.ts';
import { smoothed, weightsOf } from './targets.ts';
import { type Verification, verified } from './verify.ts';

/** The data on the GPU as a training wants it. */
export interface Materials {
  /** What was uploaded: targets smoothed, rows weighted by their class. */
  readonly examples: Examples;
  readonly resident: ResidentData;
  /** Makes the trainer of a plan on the GPU, without the kernels in `model.avoid`; `keep`: storing every tensor. */
  readonly make: (plan: GpuPlanName, keep: boolean) => Promise<Trainer>;
}

/** What makes the steps of a training. */
export interface Made {
  readonly runner: Runner;
  /** The runner, if it is a plan on the GPU. */
  readonly trainer?: Trainer;
  readonly verification?: Verification;
}

/** Uploads the data; the caller frees `resident`. */
export function setUp(model: Model, data: Examples, run: Run, options: FitOptions): Materials {
  const { batchSize } = run.batches;
  const examples = { ...smooth(data, run, options), weight: weightsOf(data, options.classWeight) };
  const resident = new ResidentData(model.gpu, model.architecture, examples);
  const batchRows = [...new Set([batchSize, data.rows % batchSize || batchSize])];
  const make = (plan: GpuPlanName, keep: boolean) =>
    Trainer.create(model, resident, { ...run.method, batchRows, plan, keep });
  return { examples, resident, make };
}

/** Targets as the loss gets to see them. */
export function smooth(examples: Examples, { method }: Run, { labelSmoothing = 0 }: FitOptions): Examples {
  const { rows, y } = examples;
  return { ...examples, y: smoothed(y, y.length / rows, method.loss, labelSmoothing) };
}

/** The plan that a name stands for on the GPU: that of a verification, too, where the CPU is to train. */
export function gpuPlan(plan: PlanName): GpuPlanName {
  return plan === 'cpu' ? 'textbook' : plan;
}

/**
 * Makes what makes the steps. A plan on the GPU is verified first, unless that is not wanted; the code of
 * the CPU plan is loaded where it is needed.
 */
export async function makeRunner(
  model: Model,
  run: Run,
  { verify = 'auto' }: FitOptions,
  { examples, make }: Materials,
): Promise<Made> {
  if (run.plan === 'cpu') {
    const { CpuRunner } = await import('./runner.ts');
    return { runner: await CpuRunner.create(model, examples, run.method, run.batches.batchSize) };
  }
  const plan = gpuPlan(run.plan);
  if (verify === 'never') {
    const trainer = await make(plan, false);
    return { runner: trainer, trainer };
  }
  const order = orderAt(model.steps, 0, run, 1);
  const always = verify === 'always';
  const { trainer, verification } = await verified(model, examples, order, (keep) => make(plan, keep), {
    always,
  });
  return { runner: trainer, trainer, verification };
}
