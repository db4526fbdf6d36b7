import type { Progress } from '../session/options.ts';
import type { SweepEvent } from '../sweep/report.ts';
import type { TrialResult } from '../sweep/results.ts';
import type { Crew } from '../sweep/sweep.ts';
import type { Trial } from '../sweep/trials.ts';
import { type Browsers, problemOf } from './sweepBrowsers.ts';
import { type Trainer, isFinal } from './sweepTrial.ts';
import { GpuUnavailableError } from '../errors.ts';

/** At most so many steps of a trial are told in a second. */
const STEPS_PER_SECOND = 4;

export interface CrewOptions {
  /** How often a trial is tried again whose browser crashed. */
  readonly retries: number;
  readonly onEvent: (event: SweepEvent) => void;
  readonly signal: AbortSignal;
  /** Whether the trained weights are wanted. */
  readonly parameters?: boolean;
}

/** The browsers of this machine as a crew. */
export function pagesCrew(browsers: Browsers, trainer: Trainer, options: CrewOptions): Crew {
  return {
    async run(trials, onResult) {
      // All settle before the first error is thrown: a result that has come is a result.
      const ended = await Promise.allSettled(
        trials.map(async (trial) => onResult(await persist(browsers, trainer, trial, options))),
      );
      options.signal.throwIfAborted();
      for (const one of ended) if (one.status === 'rejected') throw one.reason;
    },
  };
}

/** A trial's result; that of one whose browser crashes again and again says so. @throws what ends the whole sweep */
async function persist(
  browsers: Browsers,
  trainer: Trainer,
  trial: Trial,
  { retries, onEvent, signal, parameters }: CrewOptions,
): Promise<TrialResult> {
  for (let attempt = 1; ; attempt++) {
    try {
      const result = await browsers.run((page, head) => {
        onEvent({ type: 'started', trial: trial.id, configuration: trial.configuration, attempt });
        return trainer.train(trial, { page, head, parameters }, stepsOf(trial, onEvent));
      });
      return { ...result, ...(attempt > 1 && { attempts: attempt }) };
    } catch (error) {
      if (signal.aborted || error instanceof GpuUnavailableError) throw error;
      if (isFinal(error) || attempt > retries)
        return { id: trial.id, outcome: 'failed', error: problemOf(error), attempts: attempt };
      onEvent({ type: 'note', text: `Trial ${trial.id} is tried again: ${problemOf(error)}` });
    }
  }
}

/** Tells the steps of a trial, not all of them. */
export function stepsOf(
  trial: Trial,
  onEvent: (event: SweepEvent & { type: 'step' }) => void,
): (progress: Progress) => void {
  let last = -Infinity;
  return ({ step, steps, epoch, loss, accuracy }) => {
    const now = performance.now();
    if (now - last < 1000 / STEPS_PER_SECOND) return;
    last = now;
    onEvent({ type: 'step', trial: trial.id, step, steps, epoch, loss, accuracy });
  };
}
