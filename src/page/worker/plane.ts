import type { Standardization } from '../../data/standardize.ts';
import type { Look } from '../draw/painting.ts';
import type { Ground, Plane, Points } from './messages.ts';
import type { Part, Prepared } from './data.ts';

/** Rows that are shown on the plane at most: more would be a cloud. */
const MOST_POINTS = 1000;
/** Rows that the principal components are computed from, and rounds of their iteration. */
const MOST_ROWS = 2000;
const ROUNDS = 60;

/** The plane that is shown of the standardised space of features. */
export function groundOf({ data, train, test }: Prepared, plane: Plane): Ground {
  const n = data.features.length;
  const unit = (at: number) => Float32Array.from({ length: n }, (_, i) => Number(i === at));
  const name = (at: number) => data.features[at] ?? '';
  if (n === 1)
    return {
      origin: new Float32Array(1),
      across: unit(0),
      up: new Float32Array(1),
      reach: reachOf([train, test], unit(0), unit(0)),
      labels: [name(0), ''],
    };
  const isFeatures = plane.kind === 'features' && plane.axes.every((axis) => axis < n);
  const [across, up] = isFeatures ? plane.axes.map(unit) : components(train, n);
  return {
    ...{ origin: new Float32Array(n), across, up },
    reach: reachOf([train, test], across, up),
    labels: isFeatures ? [name(plane.axes[0]), name(plane.axes[1])] : ['PC 1', 'PC 2'],
  };
}

/** The plane that a data set is shown on at first. */
export function usualPlane({ data }: Prepared): Plane {
  return data.features.length > 2
    ? { kind: 'components' }
    : { kind: 'features', axes: [0, Math.min(1, data.features.length - 1)] };
}

/** Examples at the middle of every cell of a grid on the plane, the top left one first: [side * side, features]. */
export function gridOf({ origin, across, up, reach }: Ground, side: number): Float32Array {
  const n = origin.length;
  const x = new Float32Array(side * side * n);
  const at = (i: number) => reach * ((2 * i + 1) / side - 1);
  for (let row = 0; row < side; row++)
    for (let column = 0; column < side; column++) {
      const [u, v] = [at(column), -at(row)];
      const start = (row * side + column) * n;
      for (let i = 0; i < n; i++) x[start + i] = origin[i] + u * across[i] + v * up[i];
    }
  return x;
}

/** The rows on the plane: u, v and what they are, from 0 (the first class, the least target) on. */
export function pointsOn(ground: Ground, { data, train, test }: Prepared): Points {
  const [low, high] = data.classes ? [0, 1] : rangeOf(data.y);
  const points = (part: Part | undefined) => {
    if (!part) return new Float32Array();
    const stride = Math.ceil(part.rows / MOST_POINTS);
    const labels = data.classes ? part.raw.labels() : undefined;
    const rows = Array.from({ length: Math.ceil(part.rows / stride) }, (_, i) => i * stride);
    return Float32Array.from(
      rows.flatMap((row) => [
        dot(part, row, ground.across),
        dot(part, row, ground.up),
        labels ? labels[row] : (part.raw.y[row * part.raw.outputs] - low) / (high - low || 1),
      ]),
    );
  };
  return { train: points(train), test: points(test) };
}

/** An example as the data has it, standardised. */
export function standardized(x: Float32Array, standardization: Standardization | undefined): Float32Array {
  if (!standardization) return x;
  const { mean, std } = standardization;
  return x.map((value, i) => (value - mean[i % mean.length]) / std[i % mean.length]);
}

function dot({ x, rows }: Part, row: number, axis: Float32Array): number {
  const n = x.length / rows;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += x[row * n + i] * axis[i];
  return sum;
}

function rangeOf(values: Float32Array): [number, number] {
  return values.reduce(
    ([low, high], value) => [Math.min(low, value), Math.max(high, value)],
    [Infinity, -Infinity],
  );
}

/** Far enough for 99 of 100 rows, with a margin. */
function reachOf(parts: readonly (Part | undefined)[], across: Float32Array, up: Float32Array): number {
  const far = parts.flatMap((part) =>
    part
      ? Array.from({ length: part.rows }, (_, row) =>
          Math.max(Math.abs(dot(part, row, across)), Math.abs(dot(part, row, up))),
        )
      : [],
  );
  far.sort((a, b) => a - b);
  return 1.1 * (far[Math.floor(0.995 * (far.length - 1))] || 1);
}

/** The first two principal components of the training rows, by power iteration; the columns have mean 0. */
function components(train: Part, n: number): [Float32Array, Float32Array] {
  const found: Float32Array[] = [];
  const stride = Math.ceil(train.rows / MOST_ROWS);
  for (let c = 0; c < 2; c++) {
    let axis = Float32Array.from({ length: n }, (_, i) => 1 + ((i * 7 + c * 3) % 5) / 10);
    for (let round = 0; round < ROUNDS; round++) {
      const next = new Float32Array(n);
      for (let row = 0; row < train.rows; row += stride) {
        const along = dot(train, row, axis);
        for (let i = 0; i < n; i++) next[i] += along * train.x[row * n + i];
      }
      for (const other of found) {
        const shared = next.reduce((sum, value, i) => sum + value * other[i], 0);
        other.forEach((value, i) => void (next[i] -= shared * value));
      }
      const length = Math.hypot(...next) || 1;
      axis = next.map((value) => value / length);
    }
    found.push(axis);
  }
  return [found[0], found[1]];
}

/** What the surface shows of a network's output. */
export function lookOf({ data, architecture, train }: Prepared): Omit<Look, 'discrete'> {
  const { activation, units } = architecture.layers.at(-1)!;
  if (data.classes) return { output: activation === 'softmax' ? 'classes' : 'probability', low: 0, high: 1 };
  const [low, high] = extremes(train.y, units);
  return { output: 'value', low, high };
}

/** The least and the largest of every `width`th number. */
function extremes(values: Float32Array, width: number): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < values.length; i += width) {
    low = Math.min(low, values[i]);
    high = Math.max(high, values[i]);
  }
  return [low, high];
}
