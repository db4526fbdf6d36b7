import type { Command } from 'commander';
import type { Dataset } from '../data/dataset.ts';
import { preprocess } from '../data/preprocess.ts';
import { type Schema, datasetAs, tableAs } from '../data/schema.ts';
import type { Metrics } from '../session/metrics.ts';
import { targetsFor } from '../session/prepare.ts';
import { openSource, readSplit, refuseColumns } from './data.ts';
import { describeMetrics } from './evaluateTable.ts';
import { type RunHead, inBrowser } from './inBrowser.ts';
import type { Context } from './main.ts';
import { checkWritable, writeResult } from './output.ts';
import { type LoadedModel, loadModel, missingFor } from './predictModel.ts';
import { type EvaluateOptions, evaluateOptions } from './predictOptions.ts';
import type { EvaluateRequest } from './predictTask.ts';

const say = (text: string) => void process.stderr.write(`${text}\n`);

/** What `katman evaluate` writes with `--json`. */
export interface Evaluation extends RunHead {
  readonly schema: 'katman-evaluation/1';
  readonly command: readonly string[];
  /** The file of the model. */
  readonly model: string;
  readonly data: { readonly name: string; readonly rows: number };
  readonly metrics: Metrics;
}

/** `katman evaluate`: how good a saved model is on data whose labels are known. */
export function evaluateCommand({ signal, words }: Context): Command {
  return evaluateOptions(async (options) => {
    await checkWritable(options.json);
    const model = await loadModel(options);
    const { data, notes } = await takeData(options, model);
    notes.forEach(say);
    const asked = request(model, data);
    const { head, metrics } = await inBrowser({ ...options, signal }, async (page, head) => {
      return { head, metrics: (await page.run('evaluate', asked)) as Metrics };
    });
    const evaluation: Evaluation = {
      schema: 'katman-evaluation/1',
      command: words,
      model: options.model,
      data: { name: data.name, rows: data.rows },
      ...head,
      metrics,
    };
    const table = [
      `${options.model} on ${data.rows} rows of ${data.name}`,
      '',
      describeMetrics(metrics, model.classes),
    ].join('\n');
    if (options.json === '-') say(table);
    else console.log(table);
    if (options.json) await writeResult(options.json, `${JSON.stringify(evaluation, null, 2)}\n`);
  });
}

/** The rows that are asked for, as the model sees them before its preprocessing. */
async function takeData(
  { data: name, label, missing, split }: EvaluateOptions,
  model: LoadedModel,
): Promise<{ data: Dataset; notes: readonly string[] }> {
  const { preprocessing, targets, classes } = model;
  const schema: Schema = { columns: preprocessing.columns, targets, classes };
  const how = missingFor(model, missing);
  const source = await openSource(name);
  if ('ready' in source) {
    refuseColumns({ label, missing }, source.kind);
    const data = datasetAs(source.ready.data, schema);
    if (split) return { data: data.pick(await readSplit(split)), notes: [] };
    const own = source.ready.testRows;
    const note = `${name}: all ${data.rows} rows are taken, of which ${own?.length} are its own for the test; --split takes some`;
    return { data, notes: own ? [note] : [] };
  }
  const { table } = source;
  const { data, notes, rows } = tableAs(table, schema, { label, missing: how });
  return { data: split ? data.pick(await readSplit(split, table, rows)) : data, notes };
}

function request(
  { architecture, parameters, preprocessing, loss, huberDelta }: LoadedModel,
  data: Dataset,
): EvaluateRequest {
  const ready = preprocess(data, preprocessing);
  return {
    architecture,
    parameters,
    examples: { rows: ready.rows, x: ready.x, y: targetsFor(ready, loss) },
    loss,
    huberDelta,
    accuracy: data.classes !== undefined,
    targets: preprocessing.targetStandardization,
  };
}
