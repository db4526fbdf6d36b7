import type { Rgb } from '../draw/colours.ts';
import { palette } from '../palette.ts';
import { type Seen, type View, countOf, isOff, valueOf } from './seen.ts';

const BAD: Rgb = [0.82, 0.13, 0.29];
const INK: Rgb = [0.45, 0.47, 0.5];
const mix = (a: Rgb, b: Rgb, share: number): Rgb =>
  [0, 1, 2].map((i) => a[i] + share * (b[i] - a[i])) as unknown as Rgb;

/**
 * Paints numbers, a dot for each: orange below 0, blue above; differences in grey, in red where too large. Where there
 * are more numbers than the canvas has pixels, a dot is the one of its numbers that stands out most.
 */
export function paint(canvas: HTMLCanvasElement, seen: Seen, view: View): void {
  const { neg, mid, pos } = palette();
  const { columns, want, got, bound } = seen;
  const rows = Math.ceil(countOf(seen) / columns);
  const width = Math.min(columns, canvas.clientWidth || columns);
  const height = Math.min(rows, canvas.clientHeight || rows);
  let reach = 0;
  for (const value of (want ?? got)!) if (Number.isFinite(value)) reach = Math.max(reach, Math.abs(value));

  /** From -1 to 1; beyond: `OFF` what is wrong, `ODD` what is no number. */
  const tintOf = (i: number): number => {
    const value = valueOf(seen, view, i);
    if (view !== 'want' && isOff(seen, i)) return OFF;
    if (view === 'difference') return bound![i] ? Math.min(1, Math.abs(value) / bound![i]) : 0;
    if (!Number.isFinite(value)) return ODD;
    return reach ? Math.max(-1, Math.min(1, value / reach)) : 0;
  };
  const tints = new Float32Array(width * height);
  for (let i = 0; i < countOf(seen); i++) {
    const row = Math.floor(i / columns);
    const dot =
      Math.floor((row * height) / rows) * width + Math.floor(((i - row * columns) * width) / columns);
    const tint = tintOf(i);
    if (Math.abs(tint) > Math.abs(tints[dot])) tints[dot] = tint;
  }
  const colourOf = (tint: number): Rgb => {
    if (tint === OFF) return BAD;
    if (tint === ODD) return INK;
    // What is small is to be seen, too.
    const share = Math.sqrt(Math.abs(tint));
    return mix(mid, view === 'difference' ? INK : tint < 0 ? neg : pos, share);
  };
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d')!;
  const image = context.createImageData(width, height);
  tints.forEach((tint, dot) => {
    const colour = colourOf(tint);
    for (let channel = 0; channel < 3; channel++)
      image.data[4 * dot + channel] = Math.round(255 * colour[channel]);
    image.data[4 * dot + 3] = 255;
  });
  context.putImageData(image, 0, 0);
}

const ODD = 2;
const OFF = 3;
