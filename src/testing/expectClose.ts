import { MismatchError, ShapeError, UsageError } from '../errors.ts';
import { POISON } from '../gpu/run.ts';
import { type Tolerance, boundOf } from './tolerance.ts';

/** One number that was compared. */
interface Compared {
  readonly index: number;
  readonly got: number;
  readonly want: number;
  readonly bound: number;
  /** |got - want| / bound; Infinity where one is not finite and the other is. */
  readonly fraction: number;
}

/** What comparing two lists showed. */
export interface Closeness {
  /** The number that differs most, in units of the bound; undefined if none differs. */
  readonly worst: Compared | undefined;
  /** How many differ by more than the bound, and the first of them. */
  readonly wrong: number;
  readonly first: Compared | undefined;
}

const isWhole = (numbers: ArrayLike<number>) =>
  numbers instanceof Int32Array || numbers instanceof Uint32Array || numbers instanceof Uint16Array;

/**
 * Compares element by element. NaN or Infinity where none is wanted is wrong, always; NaN agrees with NaN, and 0 with
 * -0, whose sign WGSL lets a device ignore.
 * @throws ShapeError for another length, UsageError if there is nothing to compare or no tolerance
 */
export function closeness(
  got: ArrayLike<number>,
  want: ArrayLike<number>,
  tolerance: Tolerance | undefined,
  name: string,
): Closeness {
  if (!want.length) throw new UsageError(`'${name}': nothing is wanted, so nothing would be checked`);
  if (got.length !== want.length)
    throw new ShapeError(`'${name}' has ${got.length} numbers, but ${want.length} are wanted`);
  if (!tolerance && !isWhole(got))
    throw new UsageError(
      `'${name}' is floating-point: say how far it may be off, as { ulps: 2 } or { bound: (index) => ... }`,
    );
  const bound = boundOf(tolerance ?? { bound: 0 }, want);
  let wrong = 0;
  let worst: Compared | undefined;
  let first: Compared | undefined;
  for (let index = 0; index < want.length; index++) {
    const one = compared(index, got[index], want[index], checked(bound(index), name, index));
    if (!(one.fraction > 0)) continue;
    if (!worst || one.fraction > worst.fraction) worst = one;
    if (one.fraction <= 1) continue;
    wrong++;
    first ??= one;
  }
  return { worst, wrong, first };
}

function compared(index: number, got: number, want: number, bound: number): Compared {
  const one = { index, got, want, bound };
  if (got === want || (Number.isNaN(got) && Number.isNaN(want))) return { ...one, fraction: 0 };
  const error = Math.abs(got - want);
  return { ...one, fraction: Number.isFinite(error) ? error / bound : Infinity };
}

function checked(bound: number, name: string, index: number): number {
  if (bound >= 0) return bound;
  throw new UsageError(`'${name}': the bound at [${index}] is ${bound}, and nothing can be within it`);
}

/** One sentence on what is wrong, undefined if nothing is. */
export function complaint(
  got: ArrayLike<number>,
  { worst, wrong, first }: Closeness,
  name: string,
): string | undefined {
  if (!first) return undefined;
  const at = (one: Compared) => {
    const off = Math.abs(one.got - one.want);
    const written = isPoison(got, one.index) ? ' (never written)' : '';
    return `[${one.index}]: got ${one.got}${written}, want ${one.want}, off by ${off}, allowed ${one.bound}`;
  };
  const most = !worst || worst.index === first.index ? '' : `; most at ${at(worst)}`;
  return `'${name}' is wrong in ${wrong} of ${got.length} numbers, first at ${at(first)}${most}`;
}

function isPoison(got: ArrayLike<number>, index: number): boolean {
  if (!ArrayBuffer.isView(got) || (got as Float32Array).BYTES_PER_ELEMENT !== 4) return false;
  const { buffer, byteOffset } = got as unknown as Float32Array;
  return new Uint32Array(buffer, byteOffset + 4 * index, 1)[0] === POISON;
}

/**
 * Compares what a kernel gave with what is wanted.
 * @param tolerance may be left out for integers, which then have to be equal
 * @throws MismatchError saying how many are wrong and where first: got, want, bound
 */
export function expectClose(
  got: ArrayLike<number>,
  want: ArrayLike<number>,
  tolerance?: Tolerance,
  name = 'result',
): void {
  const wrong = complaint(got, closeness(got, want, tolerance, name), name);
  if (wrong) throw new MismatchError(`${wrong}.`);
}
