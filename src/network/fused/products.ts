import type { Pass } from '../../gpu/kernel.ts';
import type { Tile } from '../plan.ts';

/** A tile as the constants of a kernel's text. */
export function constantsOf({ rows, columns, workgroup }: Tile): Pass['constants'] {
  return { ROWS: rows, COLUMNS: columns, WORKGROUP: workgroup };
}

/** Workgroups that a product [m, n] takes. */
export function groupsOf(m: number, n: number, { rows, columns, workgroup }: Tile): number {
  return Math.ceil((Math.ceil(m / (4 * rows)) * Math.ceil(n / (4 * columns))) / workgroup);
}
