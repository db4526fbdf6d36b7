import { UsageError } from '../../errors.ts';
import { type Activation, type Architecture, sizesOf } from '../../network/layers.ts';
import type { Look } from './painting.ts';

/** Red, green and blue in 0..1, as sRGB has them. */
export type Rgb = readonly [number, number, number];

export interface Palette {
  readonly neg: Rgb;
  readonly mid: Rgb;
  readonly pos: Rgb;
  /** Of the classes; where there are fewer than outputs, they come again. */
  readonly classes: readonly Rgb[];
  /** Where an output is no finite number, as in a network that has diverged. */
  readonly paper: Rgb;
}

/** How the outputs of a layer become the colours of one map: what `Map` of shaders/draw/paint.wgsl says. */
export interface Mapping {
  readonly layer: number;
  readonly unit: number;
  /** The output that is drawn as neg. */
  readonly low: number;
  /** The output that is drawn as pos. */
  readonly high: number;
  /** FITTED, LARGEST and DECIDED, together. */
  readonly how: number;
}

/** From -s to s: s the largest size of the output over the grid, and at least `high`. */
export const FITTED = 1;
/** The colour of the class with the largest output, as strong as its lead. */
export const LARGEST = 2;
/** The colours of a decision, nothing between. */
export const DECIDED = 4;

/** Points in each direction at which the largest size is looked for. */
const LOOKS = 16;
/** Keeps inputs that are zero everywhere from a division by zero. */
const TINY = 1e-30;

const bounded: Partial<Record<Activation, readonly [number, number]>> = {
  sigmoid: [0, 1],
  softmax: [0, 1],
  tanh: [-1, 1],
};

/** The mapping of the whole surface: what the network says. */
export function surfaceMapping(architecture: Architecture, look: Look): Mapping {
  const { length: layer } = architecture.layers;
  const mapping = unitMapping(architecture, look, layer, 0);
  return look.output === 'classes' ? { ...mapping, how: mapping.how | LARGEST } : mapping;
}

/** The mapping of one unit's map; layer 0 are the inputs. @throws UsageError if there is no such unit */
export function unitMapping(architecture: Architecture, look: Look, layer: number, unit: number): Mapping {
  const { layers } = architecture;
  const sizes = sizesOf(architecture);
  if (!(unit >= 0 && unit < sizes[layer])) {
    throw new UsageError(`There is no unit ${unit} in layer ${layer} of a network of ${sizes.join('-')}`);
  }
  const within = (low: number, high: number, how = 0) => ({ layer, unit, low, high, how });
  if (layer === 0) return within(0, TINY, FITTED);
  if (layer === layers.length) {
    const how = look.discrete ? DECIDED : 0;
    return look.output === 'value' ? within(look.low, look.high, how) : within(0, 1, how);
  }
  const range = bounded[layers[layer - 1].activation];
  return range ? within(...range) : within(0, Math.max(TINY, look.scale ?? 1), FITTED);
}

/** The colours as the shader takes them: neg, mid, pos, paper, then one for each output; four numbers each. */
export function packColours({ neg, mid, pos, paper, classes }: Palette, outputs: number): Float32Array {
  const ofClasses = Array.from({ length: outputs }, (_, i) => classes[i % classes.length] ?? pos);
  return Float32Array.from([neg, mid, pos, paper, ...ofClasses].flatMap((rgb) => [...rgb, 1]));
}

/** The outputs that are drawn as neg and as pos. @param outputs [side * side, units] */
export function rangeOf(
  { unit, low, high, how }: Mapping,
  outputs: Float32Array,
  side: number,
): readonly [number, number] {
  if (!(how & FITTED)) return [low, high];
  const units = outputs.length / (side * side);
  const places = Array.from({ length: LOOKS }, (_, i) => Math.floor((i * (side - 1)) / (LOOKS - 1)));
  let size = high;
  for (const row of places)
    for (const column of places) {
      const output = Math.abs(outputs[(row * side + column) * units + unit]);
      if (Number.isFinite(output)) size = Math.max(size, output);
    }
  return [-size, size];
}

/** The colour at one point, whose outputs start at `start`. @param range as `rangeOf` gives it */
export function colourOf(
  { unit, how }: Mapping,
  [low, high]: readonly [number, number],
  outputs: Float32Array,
  start: number,
  units: number,
  { neg, mid, pos, paper, classes }: Palette,
): Rgb {
  if (how & LARGEST) {
    let [first, second, winner] = [-Infinity, -Infinity, 0];
    for (let i = 0; i < units; i++) {
      const output = outputs[start + i];
      if (!Number.isFinite(output)) return paper;
      if (output > first) [first, second, winner] = [output, first, i];
      else second = Math.max(second, output);
    }
    const lead = how & DECIDED ? 1 : Math.min(1, first - second);
    return mix(mid, classes[winner % classes.length] ?? pos, lead);
  }
  const output = outputs[start + unit];
  if (!Number.isFinite(output)) return paper;
  const s = Math.max(-1, Math.min(1, (2 * (output - low)) / (high - low) - 1));
  if (how & DECIDED) return s > 0 ? pos : neg;
  return mix(mid, s > 0 ? pos : neg, Math.abs(s));
}

const mix = (a: Rgb, b: Rgb, share: number): Rgb => [
  a[0] + (b[0] - a[0]) * share,
  a[1] + (b[1] - a[1]) * share,
  a[2] + (b[2] - a[2]) * share,
];
