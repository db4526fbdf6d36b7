import { mkdir } from 'node:fs/promises';
import { KatmanError } from '../errors.ts';
import type { ModelFile } from '../formats/model.ts';
import { writeModelFiles } from '../formats/modelFiles.ts';
import type { SweepReport } from '../sweep/report.ts';
import type { TrialResult } from '../sweep/results.ts';
import type { Crew, Sweep } from '../sweep/sweep.ts';
import { type Trial, idOf } from '../sweep/trials.ts';
import { writeResult } from './output.ts';
import { Trainer, fromBase64 } from './sweepTrial.ts';

/**
 * Trains the best configuration once more, for its weights: no trial kept them. The best trial is repeated, which gives
 * the same weights on the same adapter; after a cross-validation, where each has seen a part of the rows, all rows are
 * trained on.
 * @param crew returns parameters
 * @throws KatmanError if no configuration has a value
 */
export async function saveBest(
  file: string,
  { sweep, report, crew }: { sweep: Sweep; report: SweepReport; crew: Crew },
): Promise<void> {
  if (!report.best)
    throw new KatmanError(
      'No model is saved: no configuration has a result in all its trials; look at the table for what went wrong',
    );
  const trial = await modelTrial(sweep.trial(report.best.trial)!);
  let result: TrialResult | undefined;
  await crew.run([trial], (got) => (result = got));
  if (result?.outcome !== 'done' && result?.outcome !== 'early')
    throw new KatmanError(
      `The best configuration could not be trained again for its model: ${result?.error ?? 'it has no result'}; run the sweep again with --resume`,
    );
  const { loaded, prepared, request } = await new Trainer().prepare(trial);
  const { targets, classes } = loaded.data;
  const model: ModelFile = {
    network: { ...request.architecture, loss: request.fit.loss!, huberDelta: request.fit.huberDelta },
    parameters: result.parameters!.map(({ w, b }) => ({ w: fromBase64(w), b: fromBase64(b) })),
    preprocessing: prepared.preprocessing,
    targets,
    classes,
    metrics: { ...result.scores },
  };
  for (const { suffix, content } of await writeModelFiles(model, file)) {
    if (suffix) await mkdir(file, { recursive: true });
    await writeResult(file + suffix, content);
  }
  process.stderr.write(`The model of the best configuration is in ${file}\n`);
}

/** The trial whose weights are the model; of a cross-validation the training on all rows. */
async function modelTrial(trial: Trial): Promise<Trial> {
  if (trial.fold === undefined) return { ...trial, id: `model-${trial.id}` };
  const { folds: _folds, ...experiment } = trial.experiment;
  const whole = { ...trial, experiment: { ...experiment, testSplit: 0 }, fold: undefined };
  return { ...whole, id: `model-${await idOf(whole)}` };
}
