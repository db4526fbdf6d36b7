import { type Frame, frameFor } from './frame.ts';

/** A drawing: size x size shares of ink, row by row, each 0 to 1. */
export interface Drawing {
  readonly ink: Float32Array;
  readonly size: number;
}

/** Where one axis of a drawing comes to lie: image = scale * drawing + offset, in shares of the sides. */
interface Placing {
  readonly scale: number;
  readonly offset: number;
}

/** The extent of the ink along one axis, and its centre of mass, as shares. */
interface Extent {
  readonly from: number;
  readonly to: number;
  readonly mass: number;
}

/** A flat drawing is stretched at most so many times more in height than in width. */
const MOST_STRETCH = 2;
/** What fills its box to this share of its size lies there as a set's own drawings do. */
const CLOSE = 0.05;

/**
 * A drawing as an image of the set: moved and scaled into the frame, then averaged over the area of each pixel.
 * @returns side x side whole numbers from 0 to `top`, row by row; zeros for a drawing without ink
 */
export function toImage(
  drawing: Drawing,
  { side, top, frame = frameFor(side) }: { side: number; top: number; frame?: Frame },
): Float32Array {
  const image = new Float32Array(side * side);
  const placing = place(drawing, frame);
  if (!placing) return image;
  const { ink, size } = drawing;
  const [columns, rows] = placing.map((axis) => weights(axis, side, size));
  const narrow = new Float64Array(size * side);
  for (let y = 0; y < size; y++)
    for (let x = 0; x < side; x++) narrow[y * side + x] = columns[x].over((i) => ink[y * size + i]);
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++)
      image[y * side + x] = Math.round(top * rows[y].over((i) => narrow[i * side + x]));
  return image;
}

/** Where the columns and the rows of a drawing come to lie; undefined without ink. */
export function place({ ink, size }: Drawing, frame: Frame): [Placing, Placing] | undefined {
  const columns = new Float64Array(size);
  const rows = new Float64Array(size);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      columns[x] += ink[y * size + x];
      rows[y] += ink[y * size + x];
    }
  }
  const across = extentOf(columns);
  const down = extentOf(rows);
  if (!across || !down) return undefined;
  const extents = [across, down] as const;
  const [x, y] = scales(across, down, frame);
  const kept = extents.map((extent) => centred(1, extent, frame));
  const lies = Math.abs(y - 1) <= CLOSE && kept.every(({ offset }) => Math.abs(offset) <= frame.stray);
  if (lies) return [AS_IT_IS, AS_IT_IS];
  return [centred(x, across, frame), centred(y, down, frame)];
}

const AS_IT_IS: Placing = { scale: 1, offset: 0 };

function extentOf(ink: Float64Array): Extent | undefined {
  const from = ink.findIndex((share) => share > 0);
  if (from < 0) return undefined;
  const total = ink.reduce((sum, share) => sum + share);
  const moment = ink.reduce((sum, share, i) => sum + share * (i + 0.5), 0);
  const size = ink.length;
  const to = ink.findLastIndex((share) => share > 0) + 1;
  return { from: from / size, to: to / size, mass: moment / total / size };
}

function scales(across: Extent, down: Extent, { width, height, squeezes }: Frame): [number, number] {
  const x = width / (across.to - across.from);
  const y = height / (down.to - down.from);
  return squeezes ? [Math.min(x, y), Math.min(y, MOST_STRETCH * x)] : [Math.min(x, y), Math.min(x, y)];
}

/** The middle of the ink comes to the middle of the image, as far as its box stays inside. */
function centred(scale: number, { from, to, mass }: Extent, frame: Frame): Placing {
  const middle = (1 - frame.mass) * ((from + to) / 2) + frame.mass * mass;
  const offset = Math.min(Math.max(0.5 - scale * middle, -scale * from), 1 - scale * to);
  return { scale, offset };
}

/** What each pixel of an axis takes of the drawing: the mean over the stretch that comes to lie in it. */
function weights({ scale, offset }: Placing, side: number, size: number) {
  return Array.from({ length: side }, (_, pixel) => {
    const begin = ((pixel / side - offset) / scale) * size;
    const end = (((pixel + 1) / side - offset) / scale) * size;
    const first = Math.max(0, Math.floor(begin));
    const last = Math.min(size, Math.ceil(end));
    return {
      over(value: (i: number) => number): number {
        let sum = 0;
        for (let i = first; i < last; i++) sum += (Math.min(end, i + 1) - Math.max(begin, i)) * value(i);
        return sum / (end - begin);
      },
    };
  });
}
