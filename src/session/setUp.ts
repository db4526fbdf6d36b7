import { ShaderError } from '../errors.ts';
import { adapterName } from '../gpu/adapter.ts';
import type { Model } from '../network/model.ts';
import { refusalOf } from '../network/plans.ts';
import { type Examples, ResidentData } from '../network/residentData.ts';
import { Trainer, type TrainerOptions } from '../network/trainer.ts';
import { type Choice, type GpuChoice, choiceName, choicesFor, quickestFor } from './choice.ts';
import { type Run, orderAt } from './decide.ts';
import type { Made } from './equipment.ts';
import type { FitOptions } from './options.ts';
import { Pace } from './pace.ts';
import { trainedOn } from './targets.ts';
import { verified } from './verify.ts';

/** The data on the GPU as a training wants it. */
export interface Materials {
  /** What was uploaded: targets smoothed, rows weighted by their class. */
  readonly examples: Examples;
  readonly resident: ResidentData;
  /** Why a plan on the GPU cannot train this; undefined if it can. */
  readonly refusal: (plan: GpuChoice['plan']) => string | undefined;
  /** Makes a trainer on the GPU, without the kernels in `model.avoid`; `keep`: storing every tensor. */
  readonly make: (choice: GpuChoice, keep: boolean, own?: TrainerOptions['own']) => Promise<Trainer>;
}

/** Uploads the data; the caller frees `resident`. */
export function setUp(model: Model, data: Examples, run: Run, options: FitOptions): Materials {
  const { gpu, architecture, avoid } = model;
  const { batchSize } = run.batches;
  const examples = trainedOn(data, run, options);
  const resident = new ResidentData(gpu, architecture, examples);
  const batchRows = [...new Set([batchSize, data.rows % batchSize || batchSize])];
  const planned = { ...run.method, avoid, m: batchSize, steps: 1, data: resident.parts };
  return {
    examples,
    resident,
    refusal: (plan) => refusalOf(plan, architecture, planned),
    make: ({ plan, tile }, keep, own) =>
      Trainer.create(model, resident, {
        ...{ ...run.method, batchRows, plan, tile, keep, own },
        timed: options.timed,
      }),
  };
}

/**
 * What a training begins with: the plan that was named, else the first for this adapter that can train this; with
 * `auto` what is compiled soonest.
 * It depends on nothing that is measured, so that the same seed gives the same bits.
 */
export function firstChoice(
  { gpu, architecture }: Model,
  { plan, batches }: Run,
  { refusal }: Materials,
  isUsable: (choice: GpuChoice) => boolean = (choice) => refusal(choice.plan) === undefined,
): GpuChoice {
  const choices = choicesFor(gpu, architecture, batches.batchSize);
  const quickest = plan === 'auto' && quickestFor(gpu, architecture, batches.batchSize);
  if (quickest && isUsable(quickest)) return quickest;
  if (plan === undefined || plan === 'auto' || plan === 'cpu')
    return choices.find(isUsable) ?? { plan: 'textbook' };
  return (
    choices.find((choice) => choice.plan === plan) ??
    (plan === 'textbook' ? { plan } : { plan, tile: choices[0].tile })
  );
}

/**
 * Verifies a choice on this device, and makes its trainer.
 * @param strictly whether a kernel that is wrong ends it, though another could take its place
 * @throws MismatchError if it computes wrongly
 */
export async function makeVerified(
  model: Model,
  run: Run,
  { verify = 'auto' }: FitOptions,
  { examples, make }: Materials,
  choice: () => GpuChoice,
  { strictly = false } = {},
): Promise<Made> {
  const parts = { adapter: adapterName(model.gpu.adapter), pace: new Pace() };
  if (verify === 'never') {
    const trainer = await make(choice(), false);
    return { choice: choice(), runner: trainer, trainer, ...parts };
  }
  const order = orderAt(model.steps, 0, run, 1);
  const again = (keep: boolean) => make(choice(), keep);
  const always = verify === 'always';
  const { trainer, verification } = await verified(model, examples, order, again, { always, strictly });
  return { choice: choice(), runner: trainer, trainer, verification, ...parts };
}

/**
 * Makes what makes the first steps. The code of the CPU plan is loaded where it is needed.
 * @param tuned what was fastest here before
 */
export async function makeFirst(
  model: Model,
  run: Run,
  options: FitOptions,
  materials: Materials,
  tuned?: Choice,
): Promise<Made> {
  if (run.plan === 'cpu' || (tuned?.plan === 'cpu' && !options.gpuOnly))
    return makeCpu(model, run, materials);
  const broken = new Set<string>();
  const isUsable = (choice: Choice): choice is GpuChoice =>
    choice.plan !== 'cpu' && !broken.has(choiceName(choice)) && !materials.refusal(choice.plan);
  const choice = () => (tuned && isUsable(tuned) ? tuned : firstChoice(model, run, materials, isUsable));
  const notes: string[] = [];
  for (;;) {
    const tried = choice();
    try {
      return { ...(await makeVerified(model, run, options, materials, choice)), notes };
    } catch (error) {
      const isNamed = run.plan !== undefined && run.plan !== 'auto';
      if (!(error instanceof ShaderError) || isNamed || tried.plan === 'textbook') throw error;
      broken.add(choiceName(tried));
      notes.push(`${error.message}: ${choiceName(choice())} takes its place`);
    }
  }
}

/** The plan of the CPU. */
export async function makeCpu(model: Model, run: Run, { examples }: Materials): Promise<Made> {
  const [{ CpuRunner }, { GpuHome }] = await Promise.all([import('./runner.ts'), import('./gpuHome.ts')]);
  const runner = await CpuRunner.create(new GpuHome(model), examples, run.method, run.batches.batchSize);
  return { choice: { plan: 'cpu' }, runner, pace: new Pace() };
}
