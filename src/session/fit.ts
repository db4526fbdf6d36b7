import { UsageError } from '../errors.ts';
import { type Schedule, checkSchedule, rateAt } from '../network/learningRate.ts';
import { checkLoss, defaultLoss } from '../network/layers.ts';
import type { Model } from '../network/model.ts';
import { type Optimizer, checkOptimizer, sgd } from '../network/optimizer.ts';
import type { Method } from '../network/plan.ts';
import { type Examples, ResidentData } from '../network/resident.ts';
import { type BatchOptions, batchAt, stepsPerEpoch } from '../network/schedule.ts';
import { IN_FLIGHT, MOST_STEPS, type Order, type SubmitReport, Trainer } from '../network/trainer.ts';
import { findDivergence } from './divergence.ts';
import { Judge } from './judge.ts';
import { type FitOptions, type History, PLANS, defaultBatchSize, positive } from './options.ts';
import { Pace } from './pace.ts';
import { Recorder } from './recorder.ts';
import { CpuRunner, type Runner } from './runner.ts';
import { checkExamples, smoothed, weightsOf } from './targets.ts';
import { type Verification, verified } from './verify.ts';
import { Watch } from './watch.ts';

/** Everything that is decided before the first step. */
interface Run {
  readonly method: Method;
  readonly batches: BatchOptions;
  readonly schedule: Schedule;
  /** Steps of this call. */
  readonly total: number;
  /** Whether the validation set is judged after this epoch (from 0). */
  readonly judged: (epoch: number) => boolean;
  readonly notes: readonly string[];
}

/** Trains a model on examples; what `Network.fit` does. */
export async function fit(model: Model, data: Examples, options: FitOptions = {}): Promise<History> {
  const started = performance.now();
  const run = decide(model, data, options);
  const recorder = new Recorder(options, { ...run, rows: data.rows }, started);
  if (options.signal?.aborted) return recorder.finish(true);

  const { method } = run;
  const { validation, verify = 'auto' } = options;
  const { examples, resident, make } = setUp(model, data, run, options);
  const watch = new Watch(model, run.schedule, options.earlyStopping);
  let trainer: Trainer | undefined;
  let runner: Runner | undefined;
  let judge: Judge | undefined;
  try {
    if (options.plan === 'cpu')
      runner = await CpuRunner.create(model, examples, method, run.batches.batchSize);
    else if (verify === 'never') trainer = await make();
    else {
      const made = await verified(model, examples, orderAt(model.steps, 0, run, 1), make, {
        always: verify === 'always',
      });
      ({ trainer } = made);
      recorder.verification = made.verification;
      await options.onVerified?.(made.verification);
    }
    if (validation) judge = await Judge.create(model, smooth(validation, run, options), method);
    runner ??= trainer!;
    const sick = await loop(model.steps, run, { runner, judge, recorder, watch, signal: options.signal });
    model.gpu.check();
    if (sick && trainer) recorder.divergence = await findDivergence(model, trainer, examples, sick);
    recorder.best = watch.best;
    return recorder.finish(options.signal?.aborted === true && recorder.steps < run.total);
  } finally {
    watch.finish();
    (runner ?? trainer)?.dispose();
    judge?.dispose();
    resident.dispose();
  }
}

/** Judges the first step of a training by the oracle, without training; what `Network.verify` does. */
export async function verifyFit(
  model: Model,
  data: Examples,
  options: FitOptions = {},
): Promise<Verification> {
  const run = decide(model, data, options);
  const { examples, resident, make } = setUp(model, data, run, options);
  try {
    const order = orderAt(model.steps, 0, run, 1);
    const { trainer, verification } = await verified(model, examples, order, make, { always: true });
    trainer.dispose();
    return verification;
  } finally {
    resident.dispose();
  }
}

/** The data on the GPU as this training wants it, and what makes its trainer. */
function setUp(model: Model, data: Examples, run: Run, options: FitOptions) {
  const { batchSize } = run.batches;
  const examples = { ...smooth(data, run, options), weight: weightsOf(data, options.classWeight) };
  const resident = new ResidentData(model.gpu, model.architecture, examples);
  const batchRows = [...new Set([batchSize, data.rows % batchSize || batchSize])];
  const make = () => Trainer.create(model, resident, { ...run.method, batchRows });
  return { examples, resident, make };
}

function smooth(examples: Examples, { method }: Run, { labelSmoothing = 0 }: FitOptions): Examples {
  const { rows, y } = examples;
  return { ...examples, y: smoothed(y, y.length / rows, method.loss, labelSmoothing) };
}

interface Crew {
  readonly runner: Runner;
  readonly judge: Judge | undefined;
  readonly recorder: Recorder;
  readonly watch: Watch;
  readonly signal: AbortSignal | undefined;
}

/**
 * Sends steps and takes what comes back. Nothing waits for the step it has just sent: up to three
 * submits are on their way, and the loop waits for the oldest. Only an epoch whose end decides how to
 * go on (validation, early stopping, a plateau) is finished before the next begins.
 * @returns the submit in which training went wrong, if it did
 */
async function loop(
  origin: number,
  run: Run,
  { runner, judge, recorder, watch, signal }: Crew,
): Promise<SubmitReport | undefined> {
  const { batches, total, judged } = run;
  const perEpoch = stepsPerEpoch(batches);
  /** How many epochs are whole at the next stop: the end of one that is judged, or else of one that is watched. */
  const stops = (epoch: number): number => {
    if (!judge) return watch.needed ? epoch + 1 : Infinity;
    while (!judged(epoch)) epoch++;
    return epoch + 1;
  };
  const pace = new Pace();
  const pending: Promise<SubmitReport>[] = [];
  let sick: SubmitReport | undefined;
  const settle = async () => {
    const submit = await pending[0];
    pending.shift();
    pace.arrived(submit.steps.length, performance.now());
    if (recorder.diverged) return;
    await recorder.take(submit);
    if (recorder.diverged) sick = submit;
  };
  try {
    let sent = 0;
    while (sent < total && !signal?.aborted && !recorder.diverged && !recorder.early) {
      const at = origin + sent;
      const untilStop = stops(Math.floor(at / perEpoch)) * perEpoch - at;
      const count = Math.min(pace.steps, total - sent, untilStop, MOST_STEPS);
      const orders = Array.from({ length: count }, (_, i) => orderAt(origin, sent + i, run, watch.reduction));
      const reports = runner.run(orders);
      // Whoever awaits it still sees the error; this only keeps the browser from calling it unhandled.
      reports.catch(() => {});
      pending.push(reports);
      sent += count;
      const waits = count === untilStop;
      while (pending.length >= (waits ? 1 : IN_FLIGHT)) await settle();
      if (!waits || recorder.diverged) continue;
      if (judge) await recorder.judge(await judge.run());
      recorder.early = watch.epoch(recorder.lastEpoch!);
    }
    while (pending.length) await settle();
    return sick;
  } finally {
    await Promise.allSettled(pending);
  }
}

/** What step `done` of this fit does; `origin` is the index of its first. */
function orderAt(
  origin: number,
  done: number,
  { batches, schedule, total, method }: Run,
  reduction: number,
): Order {
  const batch = batchAt(origin + done, batches);
  const first = Math.floor(origin / stepsPerEpoch(batches));
  const position = { step: done, steps: total, epoch: batch.epoch - first, reduction };
  return { ...batch, learningRate: rateAt(method.optimizer.learningRate, schedule, position) };
}

function decide({ architecture }: Model, data: Examples, options: FitOptions): Run {
  const { rows } = data;
  const {
    epochs = 40,
    batchSize = defaultBatchSize(rows),
    shuffle = true,
    seed = 1,
    plan = 'textbook',
    validation,
    validationFrequency = 1,
    schedule = { kind: 'constant' },
    earlyStopping,
  } = options;
  if (!PLANS.includes(plan))
    throw new UsageError(`Unknown plan '${plan}'; choose one of ${PLANS.join(', ')}`);
  positive('validationFrequency', validationFrequency);
  positive('The number of rows', rows);
  checkSchedule(schedule);
  if (earlyStopping) positive('patience', earlyStopping.patience);
  const method = decideMethod(architecture, data, options);
  checkExamples(data, method.loss);
  if (validation) checkExamples(validation, method.loss);
  const notes: string[] = [];
  if (positive('batchSize', batchSize) > rows && options.batchSize !== undefined) {
    notes.push(`The batch of ${batchSize} is larger than the data: all ${rows} rows are used`);
  }
  const batches = { rows, batchSize: Math.min(batchSize, rows), shuffle, seed };
  const total =
    options.steps === undefined
      ? positive('epochs', epochs) * stepsPerEpoch(batches)
      : positive('steps', options.steps);
  const last = validationFrequency - 1;
  return {
    method,
    batches,
    schedule,
    total,
    judged: (epoch) => validation !== undefined && epoch % validationFrequency === last,
    notes,
  };
}

function decideMethod(
  architecture: Model['architecture'],
  { weight }: Examples,
  { loss = defaultLoss(architecture), huberDelta = 1, clip, classWeight, ...options }: FitOptions,
): Method {
  checkLoss(architecture, loss);
  const optimizer: Optimizer = options.optimizer ?? sgd();
  checkOptimizer(optimizer);
  const { labelSmoothing = 0 } = options;
  if (!(huberDelta > 0 && Number.isFinite(Math.fround(huberDelta))))
    throw new UsageError(`huberDelta is a positive number, not ${huberDelta}`);
  if (clip !== undefined && !(clip > 0 && Number.isFinite(Math.fround(clip))))
    throw new UsageError(`clip is a positive number, the largest global norm of the gradient, not ${clip}`);
  if (!(labelSmoothing >= 0 && labelSmoothing < 1))
    throw new UsageError(`labelSmoothing is at least 0 and below 1, not ${labelSmoothing}`);
  return {
    loss,
    huberDelta,
    optimizer,
    clip,
    weighted: weight !== undefined || classWeight !== undefined,
    accuracy: options.accuracy ?? loss.endsWith('CrossEntropy'),
  };
}
