import type { Pass } from '../../gpu/kernel.ts';
import type { Tile } from '../plan.ts';

/** Invocations that share what they load. */
const share = ({ quads }: Tile) => (quads ? 4 : 1);

/** A tile as the constants and flags of a kernel's text. */
export function constantsOf(tile: Tile): Pass['constants'] {
  return { ROWS: tile.rows, COLUMNS: tile.columns, WORKGROUP: tile.workgroup };
}

/** A tile as the flags of a kernel. */
export function flagsOf({ quads }: Tile): string[] {
  return quads ? ['QUADS'] : [];
}

/** Workgroups that a product [m, n] takes. */
export function groupsOf(m: number, n: number, tile: Tile): number {
  const down = Math.ceil(m / (4 * share(tile) * tile.rows));
  const across = Math.ceil(n / (4 * share(tile) * tile.columns));
  return Math.ceil((share(tile) * down * across) / tile.workgroup);
}
