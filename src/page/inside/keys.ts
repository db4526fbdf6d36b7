/** Rows that a page is high. */
const PAGE = 10;

/** The number that a key leads to from another, in rows of so many columns; undefined: the key leads nowhere. */
export function ledTo(key: string, cell: number, columns: number, count: number): number | undefined {
  const start = cell - (cell % columns);
  const steps: Readonly<Record<string, number>> = {
    ArrowLeft: cell - 1,
    ArrowRight: cell + 1,
    ArrowUp: cell - columns,
    ArrowDown: cell + columns,
    PageUp: cell - PAGE * columns,
    PageDown: cell + PAGE * columns,
    Home: start,
    End: start + columns - 1,
  };
  if (!Object.hasOwn(steps, key)) return undefined;
  const to = steps[key];
  // Up from the first row and down from the last: there is no other row.
  if (to < 0) return key === 'ArrowLeft' ? 0 : cell % columns;
  if (to < count) return to;
  const last = count - 1;
  return key === 'ArrowRight' || key === 'End' ? last : last - ((last - cell) % columns);
}
