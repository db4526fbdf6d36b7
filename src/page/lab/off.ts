import type { Seen } from './worker/messages.ts';

/** Whether a number is further from what was wanted than it may be. */
export function isOff({ got, want, bound }: Seen, index: number): boolean {
  if (got[index] === want[index] || (Number.isNaN(got[index]) && Number.isNaN(want[index]))) return false;
  return !(Math.abs(got[index] - want[index]) <= bound[index]);
}
