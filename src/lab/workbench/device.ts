import type { Gpu } from '../../gpu/gpu.ts';
import { openGpu } from '../../gpu/open.ts';
import { DeviceClock } from '../clock/device.ts';
import { Judge } from '../judge.ts';
import type { Verdict } from './types.ts';

const hung = new WeakSet<Gpu>();
const clocks = new WeakMap<Gpu, Promise<DeviceClock>>();
const judges = new WeakMap<Gpu, Promise<Judge>>();

/** The clock of a device, measured once. */
export function clockOf(gpu: Gpu): Promise<DeviceClock> {
  let clock = clocks.get(gpu);
  if (!clock) clocks.set(gpu, (clock = DeviceClock.open(gpu)));
  return clock;
}

/** What is known of right and wrong on a device, worked out once. */
export function judgeOf(gpu: Gpu): Promise<Judge> {
  let judge = judges.get(gpu);
  if (!judge) judges.set(gpu, (judge = Judge.create(gpu)));
  return judge;
}

/** A text that was given up on a device: it is marked, and never to be destroyed. */
export function giveUp(gpu: Gpu, patience: number, at: string): Extract<Verdict, { kind: 'hung' }> {
  hung.add(gpu);
  return {
    kind: 'hung',
    message: `The text did not end within ${patience / 1000} s (${at}) and was given up: look for a loop without an end, or choose a smaller shape`,
  };
}

/** Whether something was given up here that may still be running. */
export const isHung = (gpu: Gpu) => hung.has(gpu);

/**
 * Works on a device that nothing else uses. It is freed afterwards, unless something still runs on it: to destroy it then
 * would stop all pages of the browser.
 */
export async function onOwnDevice<T>(work: (gpu: Gpu) => Promise<T>): Promise<T> {
  const gpu = await openGpu();
  try {
    return await work(gpu);
  } finally {
    if (!isHung(gpu)) gpu.dispose();
  }
}
