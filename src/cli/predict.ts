import type { Command } from 'commander';
import path from 'node:path';
import { applyPreprocessing } from '../data/preprocess.ts';
import { datasetFeatures, tableFeatures } from '../data/schema.ts';
import { KatmanError, UsageError } from '../errors.ts';
import { writePredictions } from '../formats/predictions.ts';
import { adapterName } from '../gpu/adapter.ts';
import { openSource } from './data.ts';
import { inBrowser } from './inBrowser.ts';
import type { Context } from './main.ts';
import { checkWritable, writeResult } from './output.ts';
import { type LoadedModel, loadModel } from './predictModel.ts';
import { type PredictOptions, predictOptions } from './predictOptions.ts';
import type { PredictRequest } from './predictTask.ts';

const say = (text: string) => void process.stderr.write(`${text}\n`);

/** `katman predict`: what a saved model says to the rows of a file, in their order. */
export function predictCommand({ signal }: Context): Command {
  return predictOptions(async (options) => {
    const { model: file, data, out } = options;
    for (const input of [file, data]) refuseOverwriting(input, out);
    await checkWritable(out);
    const model = await loadModel(file);
    const { architecture, parameters, preprocessing, targets, classes } = model;
    const { x, notes } = await features(options, model);
    const rows = x.length / architecture.inputs;
    say(`${data}: ${rows} rows; the model predicts ${targets.join(', ')}`);
    notes.forEach(say);
    const request: PredictRequest = {
      architecture,
      parameters,
      x: applyPreprocessing(x, preprocessing),
    };
    const outputs: Float32Array = await inBrowser({ ...options, signal }, (page, { adapter }) => {
      say(`Computing on ${adapterName(adapter)} (${adapter.kind}) ...`);
      return page.run('predict', request);
    });
    const units = architecture.layers.at(-1)!.units;
    checkFinite(outputs, units);
    await writeResult(out, writePredictions({ outputs, units, targets, classes }));
    if (out !== '-') say(`${rows} predictions are in ${out}`);
  });
}

/** What the model takes of the data. */
async function features(
  { data }: PredictOptions,
  { preprocessing }: LoadedModel,
): Promise<{ x: Float32Array; notes: readonly string[] }> {
  const source = await openSource(data);
  if ('ready' in source) return { x: datasetFeatures(source.ready.data, preprocessing), notes: [] };
  return tableFeatures(source.table, preprocessing, { impute: preprocessing.fill !== undefined });
}

/** @throws UsageError if the result would take the place of what it is made from */
function refuseOverwriting(input: string, out: string): void {
  if (out !== '-' && path.resolve(input) === path.resolve(out)) {
    throw new UsageError(`--out would overwrite '${input}', which is read; choose another file`);
  }
}

/** @throws KatmanError naming the first row without a number for a prediction */
function checkFinite(outputs: Float32Array, units: number): void {
  const wrong = outputs.findIndex((value) => !Number.isFinite(value));
  if (wrong < 0) return;
  throw new KatmanError(
    `The prediction for row ${Math.floor(wrong / units) + 1} of the data is ${outputs[wrong]}, no finite number; look for a value there that is far from those the model was trained on`,
  );
}
