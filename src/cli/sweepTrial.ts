import { CommanderError } from 'commander';
import { folds } from '../data/folds.ts';
import { DataError, UsageError } from '../errors.ts';
import type { EpochReport, Progress } from '../session/options.ts';
import { type Prepared, prepare } from '../session/prepare.ts';
import { scoresOf } from '../sweep/metric.ts';
import type { CurvePoint, TrialResult } from '../sweep/results.ts';
import type { Trial } from '../sweep/trials.ts';
import { type Loaded, loadData } from './data.ts';
import type { HarnessPage } from './harness.ts';
import { sha256 } from './hash.ts';
import type { RunHead } from './inBrowser.ts';
import { type TrainOptions, trainOptions } from './trainOptions.ts';
import { trainRequest } from './trainRequest.ts';
import type { TrainAnswer, TrainRequest } from './trainTask.ts';
import { wordsFor } from './optionWords.ts';

/** The options of a training, parsed. */
export type TrialOptions = TrainOptions;

type Experiment = Trial['experiment'];

/** A trial ready for the page. */
export interface Ready {
  readonly loaded: Loaded;
  readonly options: TrialOptions;
  readonly prepared: Prepared;
  readonly request: TrainRequest;
}

/** Most points of a curve that a result holds. */
const MOST_POINTS = 100;
/** Data sets that are kept for the trials to come. */
const MOST_LOADED = 4;

/** Trains trials in pages: finds the data, prepares it, asks the page, and makes of the answer what is kept. */
export class Trainer {
  readonly #loaded = new Map<string, Promise<Loaded>>();

  /** @param locate where the data of a trial lies on this machine, if not where its experiment says */
  constructor(private readonly locate: (trial: Trial) => Promise<Experiment> = async (t) => t.experiment) {}

  /** The options of an experiment and its data. @throws UsageError and DataError for either */
  async open(experiment: Experiment): Promise<Pick<Ready, 'loaded' | 'options'>> {
    const options = await optionsFrom(experiment);
    const { data, label, task, sampleWeight, missing, split } = options;
    const key = JSON.stringify([data, label, task, sampleWeight, missing, split]);
    if (!this.#loaded.has(key)) {
      if (this.#loaded.size >= MOST_LOADED) this.#loaded.delete(this.#loaded.keys().next().value!);
      this.#loaded.set(key, loadData(options));
    }
    return { options, loaded: await this.#loaded.get(key)! };
  }

  /** @throws UsageError and DataError for options that do not fit the data or each other */
  async prepare(trial: Trial): Promise<Ready> {
    const { loaded, options } = await this.open(await this.locate(trial));
    if (loaded.sha256 !== trial.data.sha256)
      throw new DataError(
        `The data '${loaded.data.name}' here is not that of the sweep (its SHA-256 is another); install the same version of Katman everywhere`,
      );
    const prepared = prepareFor(options, loaded, trial.fold);
    // The outputs of a fold's rows are not wanted: scores are enough.
    const request = trainRequest({ ...options, folds: undefined }, loaded.data, prepared);
    return { loaded, options, prepared, request };
  }

  /**
   * @param page that trains it
   * @param onStep hears how far it is
   * @param parameters whether the trained weights are wanted
   * @throws what the page throws
   */
  async train(
    trial: Trial,
    { page, head, parameters = false }: { page: HarnessPage; head: RunHead; parameters?: boolean },
    onStep: (progress: Progress) => void = () => {},
  ): Promise<TrialResult> {
    const started = performance.now();
    const { request, prepared } = await this.prepare(trial);
    const answer: TrainAnswer = await page.run('train', request, { onEvent: onStep });
    const { history, metrics, kernels } = answer;
    const { adapter, browser } = head;
    const diverged = history.stopped === 'diverged';
    return {
      id: trial.id,
      outcome: diverged ? 'diverged' : history.stopped === 'early' ? 'early' : 'done',
      ...(!diverged && { scores: scoresOf(metrics) }),
      ...(diverged && {
        error: history.divergence?.sentence ?? `The loss of step ${history.steps} is not finite`,
      }),
      rows: {
        train: prepared.train.rows,
        validation: prepared.validation?.rows,
        test: prepared.test?.rows,
      },
      curve: curveOf(history.epochs),
      steps: history.steps,
      weights: sha256(...answer.parameters.flatMap(({ w, b }) => [w, b])),
      segments: history.segments,
      machine: { adapter, browser, kernels },
      seconds: (performance.now() - started) / 1000,
      ...(parameters && {
        parameters: answer.parameters.map(({ w, b }) => ({ w: toBase64(w), b: toBase64(b) })),
      }),
    };
  }
}

/** Whether to try again would only end the same. */
export function isFinal(error: unknown): boolean {
  return ['UsageError', 'DataError', 'ShapeError'].includes((error as Error)?.name);
}

/** An experiment's options, each parsed as on the command line. @throws UsageError that says which is wrong */
async function optionsFrom(experiment: Experiment): Promise<TrialOptions> {
  let found: TrialOptions | undefined;
  const command = trainOptions(async (options) => void (found = options))
    .exitOverride()
    .configureOutput({ writeErr: () => {} });
  const words = Object.entries(experiment).flatMap(([name, value]) => {
    const option = command.options.find((one) => one.attributeName() === name);
    return option ? (wordsFor(option.long!, value) ?? []) : [];
  });
  try {
    await command.parseAsync(words, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    throw new UsageError(error.message.replace(/^error: /, ''));
  }
  return found!;
}

/** The rows of a trial as `katman train` takes them, with these options. */
function prepareFor(options: TrialOptions, loaded: Loaded, fold: number | undefined): Prepared {
  const { testSplit, split, seed } = options;
  const { data, wholeByDefault } = loaded;
  const own = testSplit !== undefined && !split ? undefined : loaded.testRows;
  return prepare(data, {
    testRows: fold === undefined ? own : foldsOf(options, loaded)[fold],
    testShare: testSplit ?? (wholeByDefault ? 0 : 0.2),
    validationShare: options.validationSplit,
    standardize: options.standardize,
    standardizeTargets: options.standardizeTargets,
    impute: options.missing === 'impute',
    seed,
  });
}

function foldsOf({ folds: count, seed }: TrialOptions, loaded: Loaded): readonly (readonly number[])[] {
  return loaded.folds?.length === count ? loaded.folds! : folds(loaded.data, count!, seed);
}

/** As many points as a chart shows, the last among them. */
function curveOf(epochs: readonly EpochReport[]): CurvePoint[] {
  const every = Math.ceil(epochs.length / MOST_POINTS);
  return epochs
    .filter(({ validation }, i) => validation || i % every === 0 || i === epochs.length - 1)
    .filter(({ loss }) => Number.isFinite(loss))
    .map(({ epoch, loss, accuracy, validation }) => ({
      ...{ epoch, loss, accuracy },
      ...(validation && { validationLoss: validation.loss, validationAccuracy: validation.accuracy }),
    }));
}

function toBase64({ buffer, byteOffset, byteLength }: Float32Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64');
}

export function fromBase64(text: string): Float32Array {
  return new Float32Array(Uint8Array.from(Buffer.from(text, 'base64')).buffer);
}
