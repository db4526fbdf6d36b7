import { activations } from '../../oracle/activation.ts';

/** What an activation does to an error of its z. */
interface Course {
  /** g' */
  readonly slope: (z: number) => number;
  /** Where g' has an extremum: between these it rises or falls. */
  readonly turns?: readonly number[];
  /** g'', but for jumps of g'. */
  readonly bend?: (z: number) => number;
  /** Where g'' has an extremum. */
  readonly bends?: readonly number[];
  /** How far g' jumps at 0. */
  readonly jump?: number;
}

const { sigmoid, tanh, relu, leakyRelu, gelu, silu, elu, softplus } = activations;
const density = (z: number) => Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
const both = (z: number) => [-z, z];

/** By the kernel's flag. */
const courses: Readonly<Record<string, Course>> = {
  SIGMOID: {
    slope: sigmoid.slope,
    turns: [0],
    bend: (z) => sigmoid.slope(z) * Math.tanh(z / 2),
    bends: both(Math.log(2 + Math.sqrt(3))),
  },
  TANH: {
    slope: tanh.slope,
    turns: [0],
    bend: (z) => 2 * tanh.slope(z) * Math.tanh(z),
    bends: both(Math.atanh(1 / Math.sqrt(3))),
  },
  RELU: { slope: relu.slope, jump: 1 },
  LEAKY_RELU: { slope: leakyRelu.slope, jump: 0.99 },
  GELU: {
    slope: gelu.slope,
    turns: both(Math.SQRT2),
    bend: (z) => density(z) * (2 - z * z),
    bends: [0, ...both(2)],
  },
  SILU: {
    slope: silu.slope,
    // z tanh(z / 2) = 2
    turns: both(2.399357280520545),
    bend: (z) => sigmoid.slope(z) * (2 - z * Math.tanh(z / 2)),
    bends: [0, ...both(3.435840993535111)],
  },
  // g' does not jump, but g'' does: from 1 to 0.
  ELU: { slope: elu.slope, bend: (z) => (z > 0 ? 0 : Math.exp(z)), bends: [0] },
  SOFTPLUS: { slope: softplus.slope, bend: sigmoid.slope, bends: [0] },
};
const identity: Course = { slope: () => 1 };

/** The largest |f| in an interval: at its ends, or at an extremum inside. */
function largest(f: (z: number) => number, extrema: readonly number[], from: number, to: number): number {
  let most = Math.max(Math.abs(f(from)), Math.abs(f(to)));
  for (const z of extrema) if (z > from && z < to) most = Math.max(most, Math.abs(f(z)));
  return most;
}

/** How far g(z) may move if z may move by `error`: by the largest |g'| on the way (mean value theorem). */
export function valueDrift(flag: string | undefined, z: number, error: number): number {
  const { slope, turns = [] } = courses[flag!] ?? identity;
  return error === 0 ? 0 : largest(slope, turns, z - error, z + error) * error;
}

/** How far g'(z) may move: by the largest |g''| on the way, and over a jump that lies on it. */
export function slopeDrift(flag: string | undefined, z: number, error: number): number {
  if (error === 0) return 0;
  const { bend, bends = [], jump = 0 } = courses[flag!] ?? identity;
  const jumps = z - error <= 0 && z + error > 0 ? jump : 0;
  return jumps + (bend ? largest(bend, bends, z - error, z + error) * error : 0);
}

/** g'(z) */
export function slopeAt(flag: string | undefined, z: number): number {
  return (courses[flag!] ?? identity).slope(z);
}
