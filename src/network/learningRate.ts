import { UsageError } from '../errors.ts';

export const SCHEDULES = ['constant', 'step', 'cosine', 'plateau'] as const;

/**
 * How the learning rate changes during a `fit`; plain data.
 *
 * - `constant`: it does not.
 * - `step`: times `factor` after every `every` epochs (PyTorch's StepLR).
 * - `cosine`: half a cosine from the optimizer's rate to `minimum` over the steps of this fit (Loshchilov
 *   and Hutter 2017, without restarts).
 * - `plateau`: times `factor` when the watched loss has not improved for more than `patience` epochs, not
 *   below `minimum` (PyTorch's ReduceLROnPlateau with its relative threshold of 1e-4).
 *
 * `warmup` goes before any of them: in step s from 0 the rate is (s + 1) / warmup of what it would be.
 */
export type Schedule = (
  | { readonly kind: 'constant' }
  | { readonly kind: 'step'; readonly every: number; readonly factor?: number }
  | { readonly kind: 'cosine'; readonly minimum?: number }
  | {
      readonly kind: 'plateau';
      readonly factor?: number;
      readonly patience?: number;
      readonly minimum?: number;
    }
) & { readonly warmup?: number };

/** Where in a fit a step is. */
export interface Position {
  /** From 0, and steps in all. */
  readonly step: number;
  readonly steps: number;
  /** Epochs since the fit began, from 0. */
  readonly epoch: number;
  /** What a plateau has made of the rate so far; 1 at the start. */
  readonly reduction: number;
}

/** The learning rate of a step, in double. */
export function rateAt(
  rate: number,
  schedule: Schedule,
  { step, steps, epoch, reduction }: Position,
): number {
  const { warmup = 0 } = schedule;
  const warm = step < warmup ? (step + 1) / warmup : 1;
  switch (schedule.kind) {
    case 'constant':
      return warm * rate;
    case 'step':
      return warm * rate * (schedule.factor ?? 0.1) ** Math.floor(epoch / schedule.every);
    case 'cosine': {
      const minimum = schedule.minimum ?? 0;
      return warm * (minimum + ((rate - minimum) / 2) * (1 + Math.cos((Math.PI * step) / steps)));
    }
    case 'plateau':
      return warm * Math.max(rate * reduction, Math.min(rate, schedule.minimum ?? 0));
  }
}

/** @throws UsageError naming the option and what it may be */
export function checkSchedule(schedule: Schedule): void {
  const options = schedule as Record<string, unknown>;
  if (!SCHEDULES.includes(schedule.kind))
    throw new UsageError(`Unknown schedule '${schedule.kind}'; choose one of ${SCHEDULES.join(', ')}`);
  const check = (name: string, fits: (value: number) => boolean, what: string) => {
    const value = options[name];
    if (value !== undefined && !(typeof value === 'number' && fits(value)))
      throw new UsageError(`The schedule's ${name} is ${what}, not ${value}`);
  };
  check('warmup', (v) => Number.isSafeInteger(v) && v >= 0, 'a whole number of steps');
  check('every', (v) => Number.isSafeInteger(v) && v > 0, 'a positive whole number of epochs');
  check('factor', (v) => v > 0 && v < 1, 'between 0 and 1');
  check('patience', (v) => Number.isSafeInteger(v) && v >= 0, 'a whole number of epochs');
  check('minimum', (v) => v >= 0 && Number.isFinite(v), 'a number of at least 0');
  if (schedule.kind === 'step' && schedule.every === undefined)
    throw new UsageError("The schedule 'step' needs `every`, the epochs between its steps");
}

/** Watches a loss, and says when it has stopped falling. */
export class Plateau {
  reduction = 1;
  best = Infinity;
  /** Epochs since it was the best. */
  waited = 0;

  constructor(private readonly schedule: { factor?: number; patience?: number }) {}

  /** Hears of the loss at the end of an epoch. */
  watch(loss: number): void {
    const { factor = 0.1, patience = 10 } = this.schedule;
    if (loss < this.best * (1 - 1e-4)) {
      this.best = loss;
      this.waited = 0;
    } else if (++this.waited > patience) {
      this.reduction *= factor;
      this.waited = 0;
    }
  }
}
