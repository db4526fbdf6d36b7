import type { Certificate } from '../lab/certificate.ts';
import type { Divergence } from '../session/divergence.ts';
import type { Metrics } from '../session/metrics.ts';
import type { History } from '../session/options.ts';
import type { Verification } from '../session/verify.ts';
import type { Loaded } from './data.ts';
import { type Experiment, RECEIPT_FORMAT } from './experiment.ts';
import { sha256 } from './hash.ts';
import type { RunHead } from './inBrowser.ts';
import type { TrainOptions } from './trainOptions.ts';
import type { TrainAnswer, TrainRequest } from './trainTask.ts';

/** Most points of the loss that a receipt holds; of a longer run every k-th step is kept, and the last. */
const MOST_POINTS = 20_000;

/**
 * What a run writes with `--json`: everything needed to repeat and to judge it. It is filled as the
 * run goes on, so that a run that failed says how far it came.
 */
export interface Receipt {
  readonly schema: typeof RECEIPT_FORMAT;
  readonly command: readonly string[];
  readonly seed: number;
  /** The plan as it was asked for. */
  readonly plan?: string;
  /** What made the steps, and from which on: the same list gives the same bits on the same adapter. */
  segments?: History['segments'];
  /** What `--plan auto` measured. */
  candidates?: History['candidates'];
  /** What was trained on; `sha256` as `Loaded` says. */
  data?: { name: string; rows: number; features: number; sha256: string };
  network?: { layers: number[]; activations: string[]; loss: string };
  /** All that `--experiment` needs to train the same again. */
  readonly experiment: Experiment;
  /** The optimizer with all its numbers, its schedule and clipping. */
  optimizer?: { name: string; learningRate: number; schedule?: object; clip?: number } & object;
  adapter?: RunHead['adapter'];
  /** Whose limits the device had: all that the adapter can hold, or WebGPU's guaranteed ones. */
  readonly limits: TrainOptions['limits'];
  browser?: RunHead['browser'];
  /** SHA-256 of the final text of every kernel variant that ran. */
  kernels?: Readonly<Record<string, string>>;
  /** What holds on this device, measured on it. */
  certificate?: Certificate;
  steps?: number;
  /** Step from 0, and the loss of its batch before its update. */
  loss?: [number, number][];
  metrics?: TrainAnswer['metrics'];
  /** Of each fold: its test rows. `metrics.test` is then of all rows, each by the network that had not seen it. */
  folds?: readonly Metrics[];
  /** Why training ended: done, early, aborted or diverged. */
  stopped?: string;
  /** SHA-256 of all final weights and biases, in the order of the layers. */
  weights?: string;
  msToFirstStep?: number;
  stepsPerSecond?: number;
  /** One step of this training, judged by the oracle on this device before the first. */
  checks?: Verification;
  /** Where numbers first went wrong, if training diverged. */
  divergence?: Divergence;
  /** Why the run failed, if it did. */
  error?: string;
}

export function startReceipt(
  command: readonly string[],
  { seed, plan, limits }: TrainOptions,
  experiment: Experiment,
): Receipt {
  return { schema: RECEIPT_FORMAT, command, seed, plan, limits, experiment };
}

export function addData(receipt: Receipt, { data: { name, rows, features }, sha256 }: Loaded): void {
  receipt.data = { name, rows, features: features.length, sha256 };
}

export function addNetwork(receipt: Receipt, { architecture, fit }: TrainRequest): void {
  receipt.network = {
    layers: [architecture.inputs, ...architecture.layers.map(({ units }) => units)],
    activations: architecture.layers.map(({ activation }) => activation),
    loss: fit.loss!,
  };
  const used = Object.entries(fit.optimizer!).filter(
    ([name, value]) => name === 'learningRate' || value !== 0,
  );
  const schedule = fit.schedule?.kind === 'constant' && !fit.schedule.warmup ? undefined : fit.schedule;
  receipt.optimizer = {
    ...(Object.fromEntries(used) as { name: string; learningRate: number }),
    schedule,
    clip: fit.clip,
  };
}

export function addAnswer(receipt: Receipt, answer: TrainAnswer): void {
  const { kernels, history, metrics, parameters } = answer;
  const every = Math.ceil(history.loss.length / MOST_POINTS);
  receipt.kernels = kernels;
  receipt.certificate = answer.certificate;
  receipt.steps = history.steps;
  receipt.stopped = history.stopped;
  receipt.segments = history.segments;
  if (history.candidates.length) receipt.candidates = history.candidates;
  receipt.checks = history.verification;
  receipt.divergence = history.divergence;
  receipt.loss = Array.from(history.loss, (value, step): [number, number] => [step, value]).filter(
    ([step]) => step % every === 0 || step === history.steps - 1,
  );
  receipt.metrics = metrics;
  receipt.weights = sha256(...parameters.flatMap(({ w, b }) => [w, b]));
  receipt.msToFirstStep = history.msToFirstStep;
  receipt.stepsPerSecond = history.stepsPerSecond;
}
