import type { Numbers } from '../oracle/index.ts';

/** Where got and want differ most, in units of the bound. */
export interface Worst {
  /** Which element, from 0. */
  readonly index: number;
  /** What the device computed. */
  readonly got: number;
  /** What the oracle computed. */
  readonly want: number;
  /** How far apart they may be. */
  readonly bound: number;
  /** |got - want| / bound; Infinity where one is not finite and the other is. */
  readonly fraction: number;
}

export interface CompareOptions {
  /** Whether one number that is not finite may stand for another: for inputs that are not finite themselves. */
  readonly diverged?: boolean;
}

/**
 * Compares element by element. NaN or Infinity where the oracle has none is a mismatch, always; equal
 * infinities, and NaN where the oracle has NaN, agree. The sign of a zero does not count: WGSL lets a
 * device ignore it.
 */
export function compare(
  got: Numbers,
  want: Numbers,
  bound: (index: number) => number,
  { diverged = false }: CompareOptions = {},
): Worst {
  let worst: Worst = { index: 0, got: got[0], want: want[0], bound: 0, fraction: 0 };
  if (got.length !== want.length) return { ...worst, fraction: Infinity };
  for (let i = 0; i < want.length; i++) {
    if (Object.is(got[i], want[i]) || got[i] === want[i]) continue;
    if (diverged && !Number.isFinite(got[i]) && !Number.isFinite(want[i])) continue;
    const allowed = bound(i);
    const error = Math.abs(got[i] - want[i]);
    const fraction = Number.isNaN(error) || error === Infinity ? Infinity : error / allowed;
    if (fraction > worst.fraction) worst = { index: i, got: got[i], want: want[i], bound: allowed, fraction };
  }
  return worst;
}
