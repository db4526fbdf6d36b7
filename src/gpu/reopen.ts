import { DeviceLostError } from '../errors.ts';
import type { Gpu } from './gpu.ts';

/** How long each attempt waits before it asks for a device, in ms: a driver that restarts needs its time. */
const PAUSES = [0, 50, 200, 1000, 2000, 4000];

/** How long an error waits to hear whether it came of the loss of the device, in ms. */
const HEARING = 250;

const pause = (ms: number) => new Promise<void>((resolve) => void setTimeout(resolve, ms));

/** Openings that are on their way: networks on one GPU wait for the same. */
const opening = new WeakMap<Gpu, Promise<void>>();

/** Whether the device was lost, and not disposed of: an error can come before that news. */
export async function wasLost(gpu: Gpu, error: unknown): Promise<boolean> {
  await Promise.race([gpu.lost, pause(error instanceof DeviceLostError ? 4 * HEARING : HEARING)]);
  return isLost(gpu);
}

/**
 * Opens another device in the place of one that was lost, at once and then after growing pauses.
 * @throws DeviceLostError if none was to be had
 */
export function reopen(gpu: Gpu): Promise<void> {
  // Another network was first.
  if (!isLost(gpu)) return Promise.resolve();
  const under = opening.get(gpu) ?? attempt(gpu).finally(() => opening.delete(gpu));
  opening.set(gpu, under);
  return under;
}

/** Asks at once, and again after growing pauses. @throws what was thrown last */
export async function insist<T>(request: () => Promise<T>): Promise<T> {
  let last: unknown;
  for (const ms of PAUSES) {
    if (ms) await pause(ms);
    try {
      return await request();
    } catch (error) {
      last = error;
    }
  }
  throw last;
}

async function attempt(gpu: Gpu): Promise<void> {
  let reason: string;
  try {
    return gpu.renew(await insist(gpu.request!));
  } catch (error) {
    reason = (error as Error).message;
  }
  throw new DeviceLostError(
    `The GPU device was lost, and in ${PAUSES.length} attempts no other could be opened (${reason}). Load the page again, or restart the browser, and resume from the last checkpoint`,
  );
}

function isLost(gpu: Gpu): boolean {
  try {
    gpu.check();
    return false;
  } catch (error) {
    return error instanceof DeviceLostError;
  }
}
