import type { Model } from '../network/model.ts';
import type { Examples } from '../network/residentData.ts';
import { decide } from './decide.ts';
import type { FitOptions } from './options.ts';
import { firstChoice, makeVerified, setUp } from './setUp.ts';
import type { Verification } from './verify.ts';

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
