import type { Model } from '../network/model.ts';
import type { Examples } from '../network/residentData.ts';
import type { SubmitReport } from '../network/submits.ts';
import type { GpuChoice } from './choice.ts';
import { type Run, decide } from './decide.ts';
import type { Equipment, Made } from './equipment.ts';
import { GpuImprover } from './improver.ts';
import type { FitOptions } from './options.ts';
import { type Materials, firstChoice, makeFirst, makeVerified, setUp } from './setUp.ts';
import { recall } from './tuned.ts';
import type { Verification } from './verify.ts';

/** Uploads the data, compiles, and verifies the device unless told otherwise. */
export async function equipGpu(
  model: Model,
  run: Run,
  data: Examples,
  options: FitOptions,
): Promise<Equipment> {
  // While the data is uploaded.
  const recalling = run.plan === 'auto' ? recall(model.gpu, model.architecture, run) : undefined;
  const materials = setUp(model, data, run, options);
  try {
    const tuned = await recalling;
    const first = await makeFirst(model, run, options, materials, tuned);
    const isTuned = run.plan !== 'auto' || tuned !== undefined;
    return {
      first,
      improver: isTuned ? undefined : new GpuImprover(first, model, run, options, materials),
      check: () => model.gpu.check(),
      findDivergence: (made, sick) => lookBack(model, materials, made, sick),
      dispose: () => materials.resident.dispose(),
    };
  } catch (error) {
    materials.resident.dispose();
    throw error;
  }
}

async function lookBack(
  model: Model,
  { examples, make }: Materials,
  { trainer, choice }: Made,
  sick: SubmitReport,
) {
  if (!trainer) return undefined;
  const { findDivergence } = await import('./divergence.ts');
  const look = (by: GpuChoice) => findDivergence(model, () => make(by, true), examples, sick);
  // The textbook plan stores every number on the way; if nothing is wrong in it, its own plan is.
  return (await look({ plan: 'textbook' })) ?? (await look(choice as GpuChoice));
}

/** Judges the first step of a training by the oracle, without training; what `Network.verify` does. */
export async function verifyFit(
  model: Model,
  data: Examples,
  options: FitOptions = {},
): Promise<Verification> {
  const run = decide(model, data, options);
  const materials = setUp(model, data, run, options);
  try {
    const choice = () => firstChoice(model, run, materials);
    const made = await makeVerified(model, run, { verify: 'always' }, materials, choice);
    made.runner.dispose();
    return made.verification!;
  } finally {
    materials.resident.dispose();
  }
}
