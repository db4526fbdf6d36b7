/** Numbers of a tensor, row by row, as a device has them and as they are to be; what is not known is left out. */
export interface Seen {
  readonly got?: Float32Array | Uint32Array;
  readonly want?: Float32Array | Float64Array | Uint32Array;
  /** How far each may be from what is wanted. */
  readonly bound?: Float64Array;
  /** Numbers in a row. */
  readonly columns: number;
}

export const VIEWS = ['got', 'want', 'difference'] as const;
export type View = (typeof VIEWS)[number];

/** Whether there is something to be shown by a view. */
export function hasView({ got, want }: Seen, view: View): boolean {
  return (view === 'want' || got !== undefined) && (view === 'got' || want !== undefined);
}

export function countOf({ got, want }: Seen): number {
  return (got ?? want)!.length;
}

/** What a view that there is shows of a number. */
export function valueOf({ got, want }: Seen, view: View, index: number): number {
  if (view !== 'difference') return (view === 'got' ? got : want)![index];
  const [is, wanted] = [got![index], want![index]];
  return Object.is(is, wanted) || is === wanted ? 0 : is - wanted;
}

/** Whether a number is further from what was wanted than it may be. */
export function isOff({ got, want, bound }: Seen, index: number): boolean {
  if (!got || !want || !bound) return false;
  if (got[index] === want[index] || (Number.isNaN(got[index]) && Number.isNaN(want[index]))) return false;
  return !(Math.abs(got[index] - want[index]) <= bound[index]);
}

/** The place of the first number that is off; -1 if none is. */
export function firstOff(seen: Seen): number {
  for (let i = 0; i < countOf(seen); i++) if (isOff(seen, i)) return i;
  return -1;
}
