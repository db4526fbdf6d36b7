import type { Command } from 'commander';
import type { Dataset } from '../data/dataset.ts';
import { KatmanError, UsageError } from '../errors.ts';
import { writeModel } from '../formats/model.ts';
import { type Activation, dense } from '../network/layers.ts';
import { sgd } from '../network/optimizer.ts';
import { type Prepared, lossFor, outputLayer, prepare, targetsFor } from '../session/prepare.ts';
import { loadData } from './data.ts';
import { openPage } from './harness.ts';
import { launch } from './launch.ts';
import type { Context } from './main.ts';
import { checkWritable, writeResult } from './output.ts';
import { ProgressBar } from './progress.ts';
import { type Receipt, addAnswer, addBrowser, addData, addNetwork, startReceipt } from './receipt.ts';
import { startServer } from './server.ts';
import { describeRun } from './table.ts';
import { type TrainOptions, trainOptions } from './trainOptions.ts';
import type { TrainAnswer, TrainRequest } from './trainTask.ts';

const say = (text: string) => void process.stderr.write(`${text}\n`);

/** `katman train`: data from here, training in a headless browser, results back here. */
export function trainCommand({ signal, words }: Context): Command {
  return trainOptions(async (options) => {
    const receipt = startReceipt(words, options);
    await checkWritable(options.json);
    await checkWritable(options.save);
    try {
      await train(options, receipt, signal);
    } catch (thrown) {
      const error: Error = signal.aborted ? signal.reason : thrown;
      receipt.error = error.message;
      throw error;
    } finally {
      if (options.json) await writeResult(options.json, `${JSON.stringify(receipt, null, 2)}\n`);
    }
  });
}

async function train(options: TrainOptions, receipt: Receipt, signal: AbortSignal): Promise<void> {
  const { data, notes, prepared } = await takeData(options);
  addData(receipt, data);
  notes.forEach(say);
  const request = describe(options, data, prepared);
  addNetwork(receipt, request);

  const answer = await inBrowser(options, request, receipt, signal);
  await addAnswer(receipt, answer);
  answer.history.notes.forEach(say);
  if (answer.history.stopped === 'diverged') {
    throw new KatmanError(
      `Training diverged: the loss of step ${answer.history.steps} is not a finite number; use a smaller --learning-rate than ${options.learningRate}`,
    );
  }
  const table = describeRun(data, prepared, request, receipt);
  if (options.json === '-') say(table);
  else console.log(table);
  if (options.save) {
    await writeResult(options.save, model(data, prepared, request, answer));
    say(`The model is in ${options.save}`);
  }
}

/** The data, split and standardised. */
async function takeData(
  options: TrainOptions,
): Promise<{ data: Dataset; notes: string[]; prepared: Prepared }> {
  const { data, testRows, wholeByDefault, notes } = await loadData(options);
  const asked = options.testSplit !== undefined && !options.split;
  const prepared = prepare(data, {
    testRows: asked ? undefined : testRows,
    testShare: options.testSplit ?? (wholeByDefault ? 0 : 0.2),
    validationShare: options.validationSplit,
    standardize: options.standardize,
    impute: options.missing === 'impute',
    seed: options.seed,
  });
  const what = data.classes
    ? `classification, ${data.classes.length} classes (${shorten(data.classes)})`
    : `regression of ${data.targets.join(', ')}`;
  return {
    data,
    notes: [`${data.name}: ${data.rows} rows, ${data.features.length} features; ${what}`, ...notes],
    prepared,
  };
}

function shorten(names: readonly string[]): string {
  return names.length <= 10 ? names.join(', ') : `${names.slice(0, 9).join(', ')}, ...`;
}

/** What the page is asked to do. */
function describe(options: TrainOptions, data: Dataset, { train, validation, test }: Prepared): TrainRequest {
  const loss = options.loss ?? lossFor(data);
  const layers = [
    ...options.layers.map((units) => dense(units, options.activation as Activation)),
    outputLayer(data, loss),
  ];
  if (options.initScale !== undefined && options.init !== 'normal') {
    throw new UsageError('--init-scale belongs to --init normal; give both, or neither');
  }
  const examples = (part: Dataset) => ({ rows: part.rows, x: part.x, y: targetsFor(part, loss) });
  return {
    architecture: { inputs: data.features.length, layers },
    init: { kind: options.init, scale: options.initScale, seed: options.seed },
    train: examples(train),
    validation: validation && examples(validation),
    test: test && examples(test),
    fit: {
      loss,
      optimizer: sgd({ learningRate: options.learningRate }),
      epochs: options.epochs,
      steps: options.steps,
      batchSize: options.batch === 'full' ? train.rows : options.batch,
      shuffle: options.shuffle,
      seed: options.seed,
      plan: options.plan,
      accuracy: data.classes !== undefined,
    },
  };
}

async function inBrowser(
  { require }: TrainOptions,
  request: TrainRequest,
  receipt: Receipt,
  signal: AbortSignal,
): Promise<TrainAnswer> {
  const server = await startServer();
  const bar = new ProgressBar();
  try {
    say('Starting a browser ...');
    const launched = await launch(server, { require, signal });
    // Closing the browser ends whatever the page is at, even a page that does not answer.
    const onAbort = () => void launched.close();
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      addBrowser(receipt, launched);
      const page = await openPage(launched.browser, server);
      return await page.run('train', request, { onEvent: (progress) => bar.update(progress) });
    } finally {
      signal.removeEventListener('abort', onAbort);
      await launched.close();
    }
  } finally {
    bar.stop();
    await server.close();
  }
}

function model(
  { targets, classes }: Dataset,
  { preprocessing }: Prepared,
  { architecture, fit }: TrainRequest,
  { parameters, metrics }: TrainAnswer,
): Uint8Array {
  return writeModel({
    network: { ...architecture, loss: fit.loss! },
    parameters,
    preprocessing,
    targets,
    classes,
    metrics,
  });
}
