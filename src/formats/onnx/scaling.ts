import type { ModelFile } from '../model.ts';

/** The preprocessing of a model in the float32 of a graph. */
export interface FloatPreprocessing {
  readonly fill: Float64Array | undefined;
  readonly standardization: { readonly mean: Float64Array; readonly std: Float64Array } | undefined;
  readonly targetStandardization: { readonly mean: Float64Array; readonly std: Float64Array } | undefined;
}

/**
 * A mean as the sum of two float32. A graph takes away one after the other, so that a column of large numbers close
 * together (years, say) loses nothing: the first difference is exact, or nearly.
 */
export function halves(mean: Float64Array): [Float32Array, Float32Array] {
  const high = Float32Array.from(mean);
  return [high, Float32Array.from(mean, (value, i) => value - high[i])];
}

/** What is left of a preprocessing when its numbers are written as float32, and a mean as two. */
export function inFloats({
  fill,
  standardization,
  targetStandardization,
}: ModelFile['preprocessing']): FloatPreprocessing {
  return {
    fill: fill && rounded(fill),
    standardization: standardization && {
      mean: summed(halves(standardization.mean)),
      std: rounded(standardization.std),
    },
    targetStandardization: targetStandardization && {
      mean: rounded(targetStandardization.mean),
      std: rounded(targetStandardization.std),
    },
  };
}

const rounded = (numbers: Float64Array) => numbers.map(Math.fround);
const summed = ([high, low]: [Float32Array, Float32Array]) =>
  Float64Array.from(high, (value, i) => value + low[i]);
