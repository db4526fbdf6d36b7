import { UsageError } from '../errors.ts';
import { type Schedule, checkSchedule, rateAt } from '../network/learningRate.ts';
import { type Architecture, checkLoss, defaultLoss } from '../network/layers.ts';
import { type Optimizer, checkOptimizer, sgd } from '../network/optimizer.ts';
import type { Method } from '../network/plan.ts';
import type { Examples } from '../network/residentData.ts';
import { type BatchOptions, batchAt, stepsPerEpoch } from '../network/schedule.ts';
import type { Order } from '../network/submits.ts';
import type { Choice } from './choice.ts';
import { type FitOptions, PLANS, type PlanName, defaultBatchSize, positive } from './options.ts';
import { checkExamples } from './targets.ts';

/** Everything that is decided before the first step. */
export interface Run {
  readonly method: Method;
  readonly batches: BatchOptions;
  readonly schedule: Schedule;
  /** The plan as it was asked for; undefined if none was. */
  readonly plan: PlanName | undefined;
  /** What makes the first steps, where that is known: what made those before. */
  readonly first?: Choice;
  /** Steps of the whole training: those of a `fit`, and what a schedule of learning rates ends at. */
  readonly total: number;
  /** Whether the validation set is judged after this epoch (from 0). */
  readonly judged: (epoch: number) => boolean;
  readonly notes: readonly string[];
}

/**
 * Checks options and data, and fills in what was left out.
 * @throws UsageError, DataError and ShapeError, naming the option, or the row and column
 */
export function decide(
  { architecture }: { readonly architecture: Architecture },
  data: Examples,
  options: FitOptions,
): Run {
  const { rows } = data;
  const {
    epochs = 40,
    batchSize = defaultBatchSize(rows),
    shuffle = true,
    seed = 1,
    plan,
    validation,
    validationFrequency = 1,
    schedule = { kind: 'constant' },
    earlyStopping,
  } = options;
  if (plan !== undefined && !PLANS.includes(plan))
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
    plan,
    total,
    judged: (epoch) => validation !== undefined && epoch % validationFrequency === last,
    notes,
  };
}

/** What step `done` of this training does; `origin` is the index of its first. */
export function orderAt(
  origin: number,
  done: number,
  { batches, schedule, total, method }: Run,
  reduction: number,
): Order {
  const batch = batchAt(origin + done, batches);
  const first = Math.floor(origin / stepsPerEpoch(batches));
  // Beyond its end, a schedule stays at its last rate.
  const position = { step: Math.min(done, total), steps: total, epoch: batch.epoch - first, reduction };
  return { ...batch, learningRate: rateAt(method.optimizer.learningRate, schedule, position) };
}

function decideMethod(
  architecture: Architecture,
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
