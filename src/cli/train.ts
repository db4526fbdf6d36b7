import type { Command } from 'commander';
import type { Dataset } from '../data/dataset.ts';
import { quoted } from '../data/cells.ts';
import { unstandardize } from '../data/standardize.ts';
import { folds } from '../data/folds.ts';
import { KatmanError, UsageError } from '../errors.ts';
import type { ModelFile } from '../formats/model.ts';
import { modelFormat, writeModelFiles } from '../formats/modelFiles.ts';
import { type Metrics, kindOf, mean, score } from '../session/metrics.ts';
import { type Prepared, prepare } from '../session/prepare.ts';
import { type Loaded, loadData } from './data.ts';
import { movedTo } from './experiment.ts';
import type { HarnessPage } from './harness.ts';
import { inBrowser } from './inBrowser.ts';
import type { Context } from './main.ts';
import { mkdir } from 'node:fs/promises';
import { checkWritable, writeResult } from './output.ts';
import { ProgressBar } from './progress.ts';
import { type Receipt, addAnswer, addData, addNetwork, startReceipt } from './receipt.ts';
import { describeFolds, describeRun } from './table.ts';
import { fitNotes, targetNotes } from './trainAdvice.ts';
import { type TrainOptions, trainOptions } from './trainOptions.ts';
import { trainRequest } from './trainRequest.ts';
import { Checkpoints } from './trainCheckpoints.ts';
import { Ending } from './trainEnding.ts';
import type { TrainAnswer, TrainEvent, TrainRequest } from './trainTask.ts';

const say = (text: string) => void process.stderr.write(`${text}\n`);

/** `katman train`: data from here, training in a headless browser, results back here. */
export function trainCommand({ signal, words }: Context): Command {
  return trainOptions(async (options, experiment, expected) => {
    const receipt = startReceipt(words, options, experiment);
    if (options.folds && options.checkpoint)
      throw new UsageError(
        '--folds trains several networks, and --checkpoint keeps one; leave one of them out',
      );
    if (options.every && !options.checkpoint && !options.resume)
      throw new UsageError('--every belongs to --checkpoint or --resume; give both, or neither');
    if (options.folds && options.save)
      throw new UsageError('--folds trains several networks, and --save writes one; leave one of them out');
    await checkWritable(options.json);
    if (options.save) modelFormat(options.save);
    await checkWritable(options.save);
    try {
      await train(options, receipt, { signal, expected });
    } catch (thrown) {
      const error: Error = signal.aborted ? signal.reason : thrown;
      receipt.error = error.message;
      throw error;
    } finally {
      if (options.json) await writeReceipt(options.json, receipt);
    }
  });
}

async function writeReceipt(file: string, receipt: Receipt): Promise<void> {
  const placed = file === '-' ? receipt : { ...receipt, experiment: movedTo(file, receipt.experiment) };
  await writeResult(file, `${JSON.stringify(placed, null, 2)}\n`);
}

/** @param surroundings `expected`: the SHA-256 that the data is to have, if a receipt says so */
async function train(
  options: TrainOptions,
  receipt: Receipt,
  { signal, expected }: { signal: AbortSignal; expected: string | undefined },
): Promise<void> {
  const loaded = await loadData(options);
  const { data } = loaded;
  addData(receipt, loaded);
  const what = data.classes
    ? `classification, ${data.classes.length} classes (${shorten(data.classes)})`
    : `regression of ${shorten(data.targets)}`;
  say(`${data.name}: ${data.rows} rows, ${data.features.length} features; ${what}`);
  loaded.notes.forEach(say);
  if (options.resume === undefined && expected !== undefined && expected !== loaded.sha256)
    say('The data is not that of the receipt (its SHA-256 is another), so the results will differ');
  if (!options.standardizeTargets) targetNotes(data).forEach(say);
  const splits = options.folds ? foldsOf(options.folds, options, loaded) : [testRowsOf(options, loaded)];
  // What is wrong with the options shows before a browser is started.
  const runs = splits.map((testRows) => {
    const prepared = prepareWith(options, loaded, testRows);
    return { prepared, request: trainRequest(options, data, prepared) };
  });
  addNetwork(receipt, runs[0].request);
  const checkpoints = await Checkpoints.open(options, receipt, expected);
  const ending = new Ending(signal, checkpoints !== undefined);
  const answers = await inBrowser({ ...options, signal: ending.now }, async (page, head) => {
    Object.assign(receipt, head);
    const answers: TrainAnswer[] = [];
    for (const { request } of runs) answers.push(await trainOn(page, request, ending, checkpoints));
    return answers;
  }).finally(() => checkpoints?.close());
  addAnswer(receipt, answers[0]);
  const diverged = answers.find(({ history }) => history.stopped === 'diverged');
  if (diverged) throw await divergenceOf(diverged, receipt);
  fitNotes(answers.map(({ metrics }) => metrics.train)).forEach(say);
  const print = options.json === '-' ? say : console.log;
  if (options.folds) {
    receipt.folds = answers.map(({ metrics }) => metrics.test!);
    receipt.metrics = { train: answers[0].metrics.train, test: pooled(runs, answers) };
    print(describeFolds(data, receipt));
    return;
  }
  const [{ prepared, request }] = runs;
  print(describeRun(data, prepared, request, receipt));
  if (!options.save) return;
  await writeModelResult(options.save, model(data, prepared, request, answers[0]));
  say(`The model is in ${options.save}`);
}

function shorten(names: readonly string[]): string {
  const listed = names.map(quoted);
  return listed.length <= 10 ? listed.join(', ') : `${listed.slice(0, 9).join(', ')}, ...`;
}

/** The rows for the test as told, or as the set itself has them; undefined leaves it to a share. */
function testRowsOf({ testSplit, split }: TrainOptions, { testRows }: Loaded): readonly number[] | undefined {
  return testSplit !== undefined && !split ? undefined : testRows;
}

/** The folds that the set itself has, or as many drawn. */
function foldsOf(count: number, { seed }: TrainOptions, loaded: Loaded): readonly (readonly number[])[] {
  return loaded.folds?.length === count ? loaded.folds : folds(loaded.data, count, seed);
}

function prepareWith(
  options: TrainOptions,
  { data, wholeByDefault }: Loaded,
  testRows: readonly number[] | undefined,
): Prepared {
  return prepare(data, {
    testRows,
    testShare: options.testSplit ?? (wholeByDefault ? 0 : 0.2),
    validationShare: options.validationSplit,
    standardize: options.standardize,
    standardizeTargets: options.standardizeTargets,
    impute: options.missing === 'impute',
    seed: options.seed,
  });
}

async function trainOn(
  page: HarnessPage,
  request: TrainRequest,
  ending: Ending,
  checkpoints: Checkpoints | undefined,
): Promise<TrainAnswer> {
  const bar = new ProgressBar();
  const onEvent = async (event: TrainEvent) => {
    if (!('checkpoint' in event)) return bar.update(event);
    await checkpoints!.take(event.checkpoint);
    if (checkpoints!.failure) ending.endSoon();
  };
  let answer: TrainAnswer;
  ending.hasBegun = true;
  try {
    answer = await page
      .run('train', { ...request, ...checkpoints?.request }, { onEvent, signal: ending.soon })
      .finally(() => bar.stop());
    if (checkpoints?.failure) throw checkpoints.failure;
    ending.signal.throwIfAborted();
  } catch (thrown) {
    const error = checkpoints?.failure ?? (thrown as Error);
    if (checkpoints && !(error instanceof UsageError)) {
      if (ending.signal.aborted) say(checkpoints.advice);
      else error.message += `. ${checkpoints.advice}`;
    }
    throw error;
  }
  const { history } = answer;
  history.notes.forEach(say);
  if (history.stopped === 'early') {
    const { epoch, loss } = history.best!;
    say(
      `Stopped early: the loss has not fallen since epoch ${epoch} (${loss.toPrecision(4)}), whose weights are kept`,
    );
  }
  return answer;
}

/** Where the replay of a training that went wrong is written. */
const REPLAY = 'katman-divergence.json';

/** The error of a training that diverged; an experiment that trains exactly up to there is written. */
async function divergenceOf({ history }: TrainAnswer, { experiment }: Receipt): Promise<KatmanError> {
  const { divergence, steps } = history;
  const { epochs: _epochs, patience: _patience, ...rest } = experiment;
  const replay = { ...rest, steps: (divergence?.step ?? steps - 1) + 1 };
  await writeResult(REPLAY, `${JSON.stringify(replay, null, 2)}\n`);
  const where =
    divergence?.sentence ??
    `The loss of step ${steps} is not a finite number; take a smaller --learning-rate`;
  return new KatmanError(
    `Training diverged. ${where}. 'katman train --experiment ${REPLAY}' replays exactly this`,
  );
}

/** The metrics of all rows, each predicted by the network that had not seen it. */
function pooled(
  runs: readonly { prepared: Prepared; request: TrainRequest }[],
  answers: readonly TrainAnswer[],
): Metrics {
  const undone = (t: Float32Array, i: number) => [...unstandardize(t, runs[i].request.targets)];
  const outputs = answers.flatMap(({ testOutputs }, i) => undone(testOutputs!, i));
  const y = runs.flatMap(({ request }, i) => undone(request.test!.y, i));
  const rows = runs.reduce((sum, { request }) => sum + request.test!.rows, 0);
  const { loss, accuracy } = runs[0].request.fit;
  const losses = answers.map(({ metrics }, i) => metrics.test!.loss * runs[i].request.test!.rows);
  return {
    loss: (mean(losses) * losses.length) / rows,
    ...score(outputs, { rows, y }, kindOf({ rows, y }, { loss: loss!, accuracy: accuracy! })),
  };
}

function model(
  { targets, classes }: Dataset,
  { preprocessing }: Prepared,
  { architecture, fit }: TrainRequest,
  { parameters, metrics }: TrainAnswer,
): ModelFile {
  return {
    network: { ...architecture, loss: fit.loss!, huberDelta: fit.huberDelta },
    parameters,
    preprocessing,
    targets,
    classes,
    metrics: { ...metrics },
  };
}

/** Writes a model in the format that its name asks for; one of several files into a folder of that name. */
async function writeModelResult(file: string, model: ModelFile): Promise<void> {
  for (const { suffix, content } of await writeModelFiles(model, file)) {
    if (suffix) await mkdir(file, { recursive: true });
    await writeResult(file + suffix, content);
  }
}
