/** A list with one more at its end; when there are too many, every second one goes, never the first or the last. */
export function appended<T>(list: readonly T[], item: T, most: number): readonly T[] {
  if (list.length < most) return [...list, item];
  return [...list.filter((_, i) => i % 2 === 0), item];
}
