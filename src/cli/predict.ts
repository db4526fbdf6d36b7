import type { Command } from 'commander';
import path from 'node:path';
import { listed } from '../data/cells.ts';
import { type Table, rowNumber } from '../data/csv.ts';
import { applyPreprocessing } from '../data/preprocess.ts';
import { datasetFeatures, inputColumns, tableFeatures } from '../data/schema.ts';
import { unstandardize } from '../data/standardize.ts';
import { withoutMissing } from '../data/tabular.ts';
import { KatmanError, UsageError } from '../errors.ts';
import { writePredictions } from '../formats/predictions.ts';
import { adapterName } from '../gpu/adapter.ts';
import { openSource, refuseColumns } from './data.ts';
import { inBrowser } from './inBrowser.ts';
import type { Context } from './main.ts';
import { checkWritable, writeResult } from './output.ts';
import { type LoadedModel, loadModel, missingFor } from './predictModel.ts';
import { type PredictOptions, predictOptions } from './predictOptions.ts';
import type { PredictRequest } from './predictTask.ts';

const say = (text: string) => void process.stderr.write(`${text}\n`);

/** `katman predict`: what a saved model says to the rows of a file, in their order. */
export function predictCommand({ signal }: Context): Command {
  return predictOptions(async (options) => {
    const { model: file, data, out } = options;
    for (const input of [file, data]) refuseOverwriting(input, out);
    await checkWritable(out);
    const model = await loadModel(options);
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
    const answer: Float32Array = await inBrowser({ ...options, signal }, (page, { adapter }) => {
      say(`Computing on ${adapterName(adapter)} (${adapter.kind}) ...`);
      return page.run('predict', request);
    });
    const outputs = unstandardize(answer, preprocessing.targetStandardization);
    const units = architecture.layers.at(-1)!.units;
    checkFinite(outputs, units);
    await writeResult(out, writePredictions({ outputs, units, targets, classes }));
    if (out !== '-') say(`${rows} predictions are in ${out}`);
  });
}

/** What the model takes of the data. */
async function features(
  { data, missing }: PredictOptions,
  model: LoadedModel,
): Promise<{ x: Float32Array; notes: readonly string[] }> {
  const { preprocessing } = model;
  const how = missingFor(model, missing);
  const source = await openSource(data);
  if ('ready' in source) {
    refuseColumns({ missing }, source.kind);
    return { x: datasetFeatures(source.ready.data, preprocessing), notes: [] };
  }
  const { table } = source;
  const inputs = inputColumns(table, preprocessing);
  const { table: used, rows, notes } = withoutMissing(table, inputs, how);
  const features = tableFeatures(used, preprocessing, { impute: how === 'impute' });
  return { x: features.x, notes: [...notes, ...leftOut(table, rows), ...features.notes] };
}

/** Which rows of a table have no prediction, by their numbers in the file. */
function leftOut(table: Table, kept: readonly number[] | undefined): string[] {
  if (!kept) return [];
  const rows = new Set(kept);
  const out = [...table.cells.keys()].filter((r) => !rows.has(r));
  return [`There is no prediction for row ${listed(out.map((r) => String(rowNumber(table, r))))}`];
}

/** @throws UsageError if the result would take the place of what it is made from */
function refuseOverwriting(input: string, out: string): void {
  if (out !== '-' && path.resolve(input) === path.resolve(out)) {
    throw new UsageError(`--out would overwrite '${input}', which is read; choose another file`);
  }
}

/** @throws KatmanError naming the first row without a number for a prediction */
function checkFinite(outputs: Float32Array | Float64Array, units: number): void {
  const wrong = outputs.findIndex((value) => !Number.isFinite(value));
  if (wrong < 0) return;
  throw new KatmanError(
    `The prediction for row ${Math.floor(wrong / units) + 1} of the data is ${outputs[wrong]}, no finite number; look for a value there that is far from those the model was trained on`,
  );
}
