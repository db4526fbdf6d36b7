import { KatmanError } from '../../errors.ts';
import type { Gpu } from '../../gpu/gpu.ts';
import { kernels } from '../../kernels/index.ts';
import { prepare } from './compile.ts';
import { type Racer, race, timingOf } from './race.ts';
import { Unfit } from './trace.ts';
import type { Attempt, TimeOptions, Timing, Verdict } from './types.ts';

/**
 * Times a text that is right against the shipped kernel with the same flags, interleaved: both with their loops cut short,
 * or neither.
 * @returns the times, or that one of the two did not end
 * @throws KatmanError if the text does not compile, or the clock gave no time
 */
export async function timeAttempt(
  gpu: Gpu,
  attempt: Attempt,
  options: TimeOptions = {},
): Promise<Timing | Extract<Verdict, { kind: 'hung' }>> {
  const own = await racer(gpu, 'the attempt', attempt, options);
  const shipped = await racer(gpu, 'the shipped kernel', shippedFor(attempt), options);
  const found = await race(gpu, [own, shipped], options);
  if ('kind' in found) return found;
  const timing = timingOf(found, own, shipped);
  if (!timing) throw new KatmanError(`There is no time: ${found.notes.join('; ')}. Give it more seconds`);
  return timing;
}

/** The kernel of the table, as an attempt with the same flags and sizes. */
export function shippedFor({ kernel, flags, params }: Attempt): Attempt {
  return { kernel, flags, params, constants: {}, source: kernels[kernel].source };
}

/** @throws KatmanError if it does not compile */
export async function racer(
  gpu: Gpu,
  name: string,
  attempt: Attempt,
  { guard = true }: TimeOptions,
): Promise<Racer> {
  try {
    return { name, kernel: (await prepare(gpu, attempt, guard)).kernel, params: attempt.params };
  } catch (error) {
    if (!(error instanceof Unfit)) throw error;
    throw new KatmanError(`${name} does not compile: ${error.message}`);
  }
}
