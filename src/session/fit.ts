import type { Model } from '../network/model.ts';
import type { Examples } from '../network/residentData.ts';
import { decide } from './decide.ts';
import type { FitOptions, History } from './options.ts';
import { Recorder } from './recorder.ts';
import { firstChoice, makeVerified, setUp } from './setUp.ts';
import { Training } from './training.ts';
import type { Verification } from './verify.ts';

/** Trains a model on examples; what `Network.fit` does: a training that is run once, to its end. */
export async function fit(model: Model, data: Examples, options: FitOptions = {}): Promise<History> {
  if (options.signal?.aborted) {
    const run = decide(model, data, options);
    return new Recorder(options, { ...run, rows: data.rows }, performance.now()).finish(true);
  }
  const training = await Training.create(model, data, options);
  try {
    await training.run();
    return training.history;
  } finally {
    training.dispose();
  }
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
