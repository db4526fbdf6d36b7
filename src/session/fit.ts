import { UsageError } from '../errors.ts';
import { type Schedule, checkSchedule, rateAt } from '../network/learningRate.ts';
import { checkLoss, defaultLoss } from '../network/layers.ts';
import type { Model } from '../network/model.ts';
import { type Optimizer, checkOptimizer, sgd } from '../network/optimizer.ts';
import type { Method } from '../network/plan.ts';
import { type Examples, ResidentData } from '../network/resident.ts';
import { type BatchOptions, batchAt, stepsPerEpoch } from '../network/schedule.ts';
import { IN_FLIGHT, MOST_STEPS, type Order, type StepReport, Trainer } from '../network/trainer.ts';
import { Judge } from './judge.ts';
import { type FitOptions, type History, PLANS, defaultBatchSize, positive } from './options.ts';
import { Pace } from './pace.ts';
import { Recorder } from './recorder.ts';
import { checkExamples, smoothed, weightsOf } from './targets.ts';
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

  const { batches, method } = run;
  const { labelSmoothing = 0, validation } = options;
  const smooth = (examples: Examples): Examples => ({
    ...examples,
    y: smoothed(examples.y, examples.y.length / examples.rows, method.loss, labelSmoothing),
  });
  const weight = weightsOf(data, options.classWeight);
  const resident = new ResidentData(model.gpu, model.architecture, { ...smooth(data), weight });
  const watch = new Watch(model, run.schedule, options.earlyStopping);
  let trainer: Trainer | undefined;
  let judge: Judge | undefined;
  try {
    const batchRows = [...new Set([batches.batchSize, data.rows % batches.batchSize || batches.batchSize])];
    trainer = await Trainer.create(model, resident, { ...method, batchRows });
    if (validation) judge = await Judge.create(model, smooth(validation), method);
    await loop(model.steps, run, { trainer, judge, recorder, watch, signal: options.signal });
    model.gpu.check();
    recorder.best = watch.best;
    return recorder.finish(options.signal?.aborted === true && recorder.steps < run.total);
  } finally {
    watch.finish();
    trainer?.dispose();
    judge?.dispose();
    resident.dispose();
  }
}

interface Crew {
  readonly trainer: Trainer;
  readonly judge: Judge | undefined;
  readonly recorder: Recorder;
  readonly watch: Watch;
  readonly signal: AbortSignal | undefined;
}

/**
 * Sends steps and takes what comes back. Nothing waits for the step it has just sent: up to three
 * submits are on their way, and the loop waits for the oldest. Only an epoch whose end decides how to
 * go on (validation, early stopping, a plateau) is finished before the next begins.
 */
async function loop(
  origin: number,
  run: Run,
  { trainer, judge, recorder, watch, signal }: Crew,
): Promise<void> {
  const { batches, total, judged } = run;
  const perEpoch = stepsPerEpoch(batches);
  /** How many epochs are whole at the next stop: the end of one that is judged, or else of one that is watched. */
  const stops = (epoch: number): number => {
    if (!judge) return watch.needed ? epoch + 1 : Infinity;
    while (!judged(epoch)) epoch++;
    return epoch + 1;
  };
  const pace = new Pace();
  const pending: Promise<StepReport[]>[] = [];
  const settle = async () => {
    const reports = await pending[0];
    pending.shift();
    pace.arrived(reports.length, performance.now());
    await recorder.take(reports);
  };
  try {
    let sent = 0;
    while (sent < total && !signal?.aborted && !recorder.diverged && !recorder.early) {
      const at = origin + sent;
      const untilStop = stops(Math.floor(at / perEpoch)) * perEpoch - at;
      const count = Math.min(pace.steps, total - sent, untilStop, MOST_STEPS);
      const orders = Array.from({ length: count }, (_, i) => orderAt(origin, sent + i, run, watch.reduction));
      const reports = trainer.run(orders);
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
