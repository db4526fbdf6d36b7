import { type Architecture, sizesOf } from '../layers.ts';
import type { Tile } from '../plan.ts';
import type { Resident } from './index.ts';
import { activationNumber, thresholdOf } from './layer.ts';
import { MOST_LAYERS } from './refusal.ts';

/** Numbers of 4 bytes of a layer in the table of the kernel. */
const LAYER_WIDTH = 12;

/** Rows of a tile of z or da, and fours of rows of a tile of dw. */
const SOFTWARE = { ROWS: 8, QUADS: 2 };
const HARDWARE = { ROWS: 4, QUADS: 1 };

const fours = (n: number) => Math.ceil(n / 4);

/** The kernel that goes through the products of any network, with a barrier between one and the next. */
export function phases(
  architecture: Architecture,
  tile: Tile | undefined,
  at: (name: string) => number,
  { scratch }: { scratch: number },
  room: number,
): Resident {
  const sizes = sizesOf(architecture);
  const workgroup = tile?.workgroup ?? 64;
  const { ROWS, QUADS } = workgroup <= 8 ? SOFTWARE : HARDWARE;
  const batch = Math.ceil(room / ROWS) * ROWS;
  let end = scratch / 4;
  const take = (quads: number) => {
    const start = end;
    end += quads;
    return start;
  };
  const weights = architecture.layers.map((_, l) => take((4 * fours(sizes[l]) + 1) * fours(sizes[l + 1])));
  const weightQuads = end - weights[0];
  const table = new Uint32Array(MOST_LAYERS * LAYER_WIDTH);
  let slices = 1;
  architecture.layers.forEach((layer, l) => {
    const tiles = fours(sizes[l + 1]) * Math.ceil(fours(sizes[l]) / QUADS);
    const cut = Math.max(1, Math.min(Math.floor(workgroup / tiles), Math.ceil(room / 8)));
    slices = Math.max(slices, cut);
    const { units, activation } = layer;
    const numbers = [sizes[l], units, activationNumber(activation), thresholdOf(layer)];
    const places = [at(`layer${l + 1}.w`), at(`layer${l + 1}.b`), weights[l]];
    const [a, z] = [take(batch * fours(sizes[l]) + QUADS), take(batch * fours(units))];
    table.set([...numbers, ...places, a, z, cut], l * LAYER_WIDTH);
  });
  const partial = take(slices * weightQuads);
  return {
    kernel: 'resident',
    constants: { WORKGROUP: workgroup, ROWS, QUADS },
    params: { layers: architecture.layers.length, partial, partialCount: weightQuads },
    scratch: 4 * end - scratch,
    table: ['layers', table],
  };
}
