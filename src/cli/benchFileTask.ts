import type { Gpu } from '../gpu/gpu.ts';
import { invalid, judgeAttempt } from '../lab/workbench/judge.ts';
import { onOwnDevice } from '../lab/workbench/device.ts';
import { type Prints, printAttempt } from '../lab/workbench/print.ts';
import { hasPrints } from '../lab/workbench/prints.ts';
import { caseAt } from '../lab/workbench/shape.ts';
import { sweepAttempt } from '../lab/workbench/sweep.ts';
import { textOf } from '../lab/workbench/text.ts';
import { timeAttempt } from '../lab/workbench/time.ts';
import type { Attempt, Sweep, SweepRange, Verdict, WorkbenchOptions } from '../lab/workbench/types.ts';

/** What the page is asked of a file. */
export interface FileInput {
  readonly attempt: Attempt;
  readonly range?: SweepRange;
  readonly seconds: number;
}

/** What came of it. */
export type FileResult = { readonly verdict: Verdict; readonly prints?: Prints } | { readonly sweep: Sweep };

/** How long a dispatch may take in a browser that can be ended, in ms. */
const PATIENCE = 10_000;

/**
 * Judges a text with its loops cut short, so that one without an end is found out at once, and times it as it is: what was
 * right has shown that none of them was.
 */
export async function fileTask(
  { attempt, range, seconds }: FileInput,
  { emit, signal }: { emit(done: number): void; signal: AbortSignal },
): Promise<FileResult> {
  const options = { patience: PATIENCE, seconds, signal };
  return onOwnDevice(async (gpu) => {
    if (range)
      return {
        sweep: await sweepAttempt(gpu, attempt, range, { ...options, timeGuarded: false, onProgress: emit }),
      };
    const verdict = await judgeAttempt(gpu, attempt, { ...options, onProgress: (done) => emit(done / 2) });
    const prints = await printsOf(gpu, attempt, verdict, options);
    if (prints && prints.kind !== 'printed') return { verdict: prints };
    if (verdict.kind !== 'right') return { verdict, prints };
    const timing = await timeAttempt(gpu, attempt, {
      ...options,
      guard: false,
      onProgress: (done) => emit((1 + done) / 2),
    });
    return { verdict: 'kind' in timing ? timing : { ...verdict, timing }, prints };
  });
}

/** What it prints at the shape at which it is timed; undefined where it prints nothing, or cannot be run. */
async function printsOf(gpu: Gpu, attempt: Attempt, { kind }: Verdict, options: WorkbenchOptions) {
  if (!hasPrints(attempt.source) || (kind !== 'right' && kind !== 'wrong')) return undefined;
  const { kernel } = textOf(attempt, true);
  try {
    return await printAttempt(gpu, attempt, caseAt(gpu, kernel, kernel.flags, attempt.params), options);
  } catch (error) {
    // What is wrong has been found already.
    return kind === 'wrong' ? undefined : invalid(error);
  }
}
