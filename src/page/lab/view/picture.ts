import { palette } from '../../palette.ts';
import { isOff } from '../off.ts';
import type { Seen } from '../worker/messages.ts';

export const VIEWS = ['got', 'want', 'difference'] as const;
export type View = (typeof VIEWS)[number];

/** What a view shows of a number. */
export function valueOf({ got, want }: Seen, view: View, index: number): number {
  if (view !== 'difference') return (view === 'got' ? got : want)[index];
  return Object.is(got[index], want[index]) || got[index] === want[index] ? 0 : got[index] - want[index];
}

type Rgb = readonly [number, number, number];
const BAD: Rgb = [0.82, 0.13, 0.29];
const mix = (a: Rgb, b: Rgb, share: number): Rgb =>
  [0, 1, 2].map((i) => a[i] + share * (b[i] - a[i])) as unknown as Rgb;

/** Paints an output, a pixel for each number: orange below 0, blue above; differences in grey, in red where too large. */
export function paint(canvas: HTMLCanvasElement, seen: Seen, view: View): void {
  const { neg, mid, pos } = palette();
  const { want, columns, bound } = seen;
  const rows = Math.ceil(want.length / columns);
  canvas.width = columns;
  canvas.height = rows;
  const context = canvas.getContext('2d')!;
  const image = context.createImageData(columns, rows);
  let reach = 0;
  for (const value of want) if (Number.isFinite(value)) reach = Math.max(reach, Math.abs(value));
  const ink = mix(mid, [0.45, 0.47, 0.5], 1);
  for (let i = 0; i < want.length; i++) {
    const value = valueOf(seen, view, i);
    let colour: Rgb;
    if (isOff(seen, i) && view !== 'want') colour = BAD;
    else if (view === 'difference')
      colour = mix(mid, ink, bound[i] ? Math.min(1, Math.abs(value) / bound[i]) : 0);
    else if (!Number.isFinite(value)) colour = ink;
    else {
      const share = reach ? Math.max(-1, Math.min(1, value / reach)) : 0;
      colour = mix(mid, share < 0 ? neg : pos, Math.sqrt(Math.abs(share)));
    }
    for (let channel = 0; channel < 3; channel++)
      image.data[4 * i + channel] = Math.round(255 * colour[channel]);
    image.data[4 * i + 3] = 255;
  }
  context.putImageData(image, 0, 0);
}
