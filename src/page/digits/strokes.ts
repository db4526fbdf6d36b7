import type { Frame } from './frame.ts';

/** A point of a stroke, in cells of the pad from its upper left corner. */
export type Point = readonly [x: number, y: number];

/** What was drawn on a pad: strokes of the pen, and cells that were painted whole. */
export interface Marks {
  readonly strokes: readonly (readonly Point[])[];
  readonly cells: ReadonlySet<number>;
}

export const NOTHING: Marks = { strokes: [], cells: new Set() };

/** The width of the pen that one sees, as a share of the pad. */
export const PEN = 0.11;
const [THINNEST, THICKEST] = [0.04, 0.2];

/**
 * The width of the pen, as a share of the pad, whose strokes are as thick as the set's own once the drawing fills its
 * frame: what is drawn small is made larger, and its strokes with it.
 */
export function penFor({ strokes }: Marks, side: number, { stroke, height }: Frame): number {
  const length = (axis: 0 | 1) => {
    const all = strokes.flatMap((points) => points.map((point) => point[axis]));
    return (all.reduce((a, b) => Math.max(a, b), 0) - all.reduce((a, b) => Math.min(a, b), side)) / side;
  };
  const share = stroke / height;
  const pen = (share * Math.max(length(0), length(1))) / (1 - share);
  return Math.min(Math.max(pen, THINNEST), THICKEST);
}

/** A smooth curve through the middles between points, as the data of an SVG path. */
export function pathOf(points: readonly Point[]): string {
  const [first, ...others] = points;
  // A path without length draws its round cap.
  let path = `M${first} l0 0`;
  others.forEach((point, i) => {
    const next = others[i + 1];
    path += next ? ` Q${point} ${(point[0] + next[0]) / 2},${(point[1] + next[1]) / 2}` : ` L${point}`;
  });
  return path;
}

/** Where a painted cell lies, as the data of an SVG path. */
export function cellPath(cell: number, side: number): string {
  return `M${cell % side} ${Math.floor(cell / side)}h1v1h-1z`;
}

/** What was painted cell by cell is the image already. */
export function painted({ cells }: Marks, side: number, top: number): Float32Array {
  return Float32Array.from({ length: side * side }, (_, cell) => (cells.has(cell) ? top : 0));
}

/** Draws the marks with a pen of this width, a share of the pad, and reads the ink back. */
export function inkOf(
  { strokes, cells }: Marks,
  side: number,
  pen: number,
  context: OffscreenCanvasRenderingContext2D,
): Float32Array {
  const { width: size } = context.canvas;
  context.resetTransform();
  context.clearRect(0, 0, size, size);
  context.scale(size / side, size / side);
  context.lineWidth = pen * side;
  context.lineCap = context.lineJoin = 'round';
  for (const stroke of strokes) context.stroke(new Path2D(pathOf(stroke)));
  for (const cell of cells) context.fill(new Path2D(cellPath(cell, side)));
  const { data } = context.getImageData(0, 0, size, size);
  return Float32Array.from({ length: size * size }, (_, i) => data[4 * i + 3] / 255);
}
