import { UsageError } from '../errors.ts';
import { type Loss, checkLoss, defaultLoss } from '../network/layers.ts';
import type { Model } from '../network/model.ts';
import { type Examples, ResidentData } from '../network/resident.ts';
import { type ScheduleOptions, stepAt, stepsPerEpoch } from '../network/schedule.ts';
import { IN_FLIGHT, MOST_STEPS, type StepReport, Trainer } from '../network/trainer.ts';
import { Judge } from './judge.ts';
import { type FitOptions, type History, PLANS, defaultBatchSize, positive, sgd } from './options.ts';
import { Pace } from './pace.ts';
import { Recorder } from './recorder.ts';

/** Everything that is decided before the first step. */
interface Run {
  readonly loss: Loss;
  readonly accuracy: boolean;
  readonly schedule: ScheduleOptions;
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

  const { batchSize } = run.schedule;
  const resident = new ResidentData(model.gpu, model.architecture, data);
  let trainer: Trainer | undefined;
  let judge: Judge | undefined;
  try {
    const batchRows = [...new Set([batchSize, data.rows % batchSize || batchSize])];
    trainer = await Trainer.create(model, resident, { ...run, batchRows });
    if (options.validation) judge = await Judge.create(model, options.validation, run);
    await loop(model.steps, run, trainer, judge, recorder, options.signal);
    model.gpu.check();
    return recorder.finish(options.signal?.aborted === true && recorder.steps < run.total);
  } finally {
    trainer?.dispose();
    judge?.dispose();
    resident.dispose();
  }
}

/**
 * Sends steps and takes what comes back. Nothing waits for the step it has just sent: up to three
 * submits are on their way, and the loop waits for the oldest.
 */
async function loop(
  origin: number,
  { schedule, total, judged }: Run,
  trainer: Trainer,
  judge: Judge | undefined,
  recorder: Recorder,
  signal: AbortSignal | undefined,
): Promise<void> {
  const perEpoch = stepsPerEpoch(schedule);
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
    while (sent < total && !signal?.aborted && !recorder.diverged) {
      const untilEpochEnd = perEpoch - ((origin + sent) % perEpoch);
      const count = Math.min(pace.steps, total - sent, judge ? untilEpochEnd : MOST_STEPS);
      const steps = Array.from({ length: count }, (_, i) => stepAt(origin + sent + i, schedule));
      const reports = trainer.run(steps);
      // Whoever awaits it still sees the error; this only keeps the browser from calling it unhandled.
      reports.catch(() => {});
      pending.push(reports);
      sent += count;
      const judging = judge && count === untilEpochEnd && judged(steps[count - 1].epoch);
      while (pending.length >= (judging ? 1 : IN_FLIGHT)) await settle();
      if (judging && !recorder.diverged) await recorder.judge(await judge.run());
    }
    while (pending.length) await settle();
  } finally {
    await Promise.allSettled(pending);
  }
}

function decide({ architecture }: Model, { rows }: Examples, options: FitOptions): Run {
  const {
    epochs = 40,
    batchSize = defaultBatchSize(rows),
    shuffle = true,
    seed = 1,
    plan = 'textbook',
    validationFrequency = 1,
  } = options;
  const { learningRate } = options.optimizer ?? sgd();
  const loss = options.loss ?? defaultLoss(architecture);
  checkLoss(architecture, loss);
  if (!PLANS.includes(plan))
    throw new UsageError(`Unknown plan '${plan}'; choose one of ${PLANS.join(', ')}`);
  positive('validationFrequency', validationFrequency);
  positive('The number of rows', rows);
  const notes: string[] = [];
  if (positive('batchSize', batchSize) > rows && options.batchSize !== undefined) {
    notes.push(`The batch of ${batchSize} is larger than the data: all ${rows} rows are used`);
  }
  const schedule = { rows, batchSize: Math.min(batchSize, rows), shuffle, seed, learningRate };
  const total =
    options.steps === undefined
      ? positive('epochs', epochs) * stepsPerEpoch(schedule)
      : positive('steps', options.steps);
  return {
    loss,
    accuracy: options.accuracy ?? loss.endsWith('CrossEntropy'),
    schedule,
    total,
    judged: (epoch) =>
      options.validation !== undefined && epoch % validationFrequency === validationFrequency - 1,
    notes,
  };
}
