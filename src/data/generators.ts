import { UsageError } from '../errors.ts';
import { Random } from '../random.ts';
import { Dataset } from './dataset.ts';

/** Data sets of two features, x1 and x2, drawn from a seed: for trying things out. */

/** What every generator of data takes. */
export interface GeneratorOptions {
  /** Rows in all, shared among the classes; 400 by default. */
  readonly examples?: number;
  /** The same seed gives the same rows; 1 by default. */
  readonly seed?: number;
  /** What it moves, and how much by default, depends on the generator; 0 is none. */
  readonly noise?: number;
}

/**
 * Round clouds around random centres, as scikit-learn's `make_blobs`; `noise` is their standard deviation
 * (1 by default).
 * @throws UsageError for an option out of its range
 */
function blobs({ classes = 3, ...options }: GeneratorOptions & { readonly classes?: number } = {}): Dataset {
  whole('classes', classes, 2);
  const { examples, random, noise } = check(options, 1, classes);
  const centres = Array.from({ length: classes }, () => [random.uniform(-10, 10), random.uniform(-10, 10)]);
  return classification('blobs', examples, classes, (label) => {
    const [x1, x2] = centres[label];
    return [x1 + noise * random.normal(), x2 + noise * random.normal(), label];
  });
}

/**
 * A disc (class 1) in a ring (class 0), as in TensorFlow Playground; `noise` (0 by default) is how far from
 * a point, in radii, its class is read off.
 * @throws UsageError for an option out of its range
 */
function circles(options: GeneratorOptions = {}): Dataset {
  const { examples, random, noise } = check(options, 0);
  const radius = 5;
  return classification('circles', examples, 2, (group) => {
    const r = group ? random.uniform(0, 0.5 * radius) : random.uniform(0.7 * radius, radius);
    const angle = random.uniform(0, 2 * Math.PI);
    const [x1, x2] = [r * Math.sin(angle), r * Math.cos(angle)];
    const shift = () => noise * random.uniform(-radius, radius);
    return [x1, x2, Number(Math.hypot(x1 + shift(), x2 + shift()) < 0.5 * radius)];
  });
}

/**
 * Petals of two classes by turns, by the formula of the deep-learning course: t = linspace(3.12 j,
 * 3.12 (j + 1)) and r = 4 sin(4t) for class j, both plus `noise` (0.2 by default) times a standard normal
 * number; x = (r sin t, r cos t).
 * @throws UsageError for an option out of its range
 */
function flower(options: GeneratorOptions = {}): Dataset {
  const { examples, random, noise } = check(options, 0.2);
  return classification('flower', examples, 2, (label, share) => {
    const t = 3.12 * (label + share) + noise * random.normal();
    const r = 4 * Math.sin(4 * t) + noise * random.normal();
    return [r * Math.sin(t), r * Math.cos(t), label];
  });
}

/**
 * A made regression of house prices: size (40 to 240 square metres) and age (0 to 60 years), and the price in
 * thousands. A square metre is worth less in an older house, until age becomes charm; nothing is sold below the price
 * of its plot. `noise` (0.05 by default) is the standard deviation of the price, in shares of it.
 * @throws UsageError for an option out of its range
 */
function houses(options: GeneratorOptions = {}): Dataset {
  const { examples, random, noise } = check(options, 0.05);
  const rows = Array.from({ length: examples }, () => {
    const [size, age] = [random.uniform(40, 240), random.uniform(0, 60)];
    const worth = 3 - 0.09 * age + 0.0011 * age * age;
    const price = Math.max(120, 20 + worth * size);
    return [size, age, price * (1 + noise * random.normal())];
  });
  return new Dataset({
    name: 'houses',
    features: ['size', 'age'],
    x: Float32Array.from(rows.flatMap(([size, age]) => [size, age])),
    targets: ['price'],
    y: Float32Array.from(rows, ([, , price]) => price),
  });
}

/**
 * Two half circles that reach into each other, as scikit-learn's `make_moons`; `noise` (0.1 by default) is
 * the standard deviation of what is added to each coordinate.
 * @throws UsageError for an option out of its range
 */
function moons(options: GeneratorOptions = {}): Dataset {
  const { examples, random, noise } = check(options, 0.1);
  return classification('moons', examples, 2, (label, share) => {
    const [cos, sin] = [Math.cos(Math.PI * share), Math.sin(Math.PI * share)];
    const [x1, x2] = label ? [1 - cos, 0.5 - sin] : [cos, sin];
    return [x1 + noise * random.normal(), x2 + noise * random.normal(), label];
  });
}

/**
 * A regression: y = a x1 + b x2 (a = 1, b = -2 by default) for x in [-1, 1), plus `noise` (0.1 by default)
 * times a standard normal number.
 * @throws UsageError for an option out of its range
 */
function plane({
  a = 1,
  b = -2,
  ...options
}: GeneratorOptions & { readonly a?: number; readonly b?: number } = {}): Dataset {
  const { examples, random, noise } = check(options, 0.1);
  for (const [name, value] of Object.entries({ a, b })) {
    if (!Number.isFinite(value)) throw new UsageError(`${name} of a plane is a finite number, not ${value}`);
  }
  const rows = Array.from({ length: examples }, () => {
    const [x1, x2] = [random.uniform(-1, 1), random.uniform(-1, 1)];
    return [x1, x2, a * x1 + b * x2 + noise * random.normal()];
  });
  return new Dataset({
    name: 'plane',
    features: ['x1', 'x2'],
    x: Float32Array.from(rows.flatMap(([x1, x2]) => [x1, x2])),
    targets: ['y'],
    y: Float32Array.from(rows, ([, , y]) => y),
  });
}

/**
 * Two arms of a spiral, as in TensorFlow Playground; `noise` (0 by default) is the most that is added to a
 * coordinate.
 * @throws UsageError for an option out of its range
 */
function spiral(options: GeneratorOptions = {}): Dataset {
  const { examples, random, noise } = check(options, 0);
  return classification('spiral', examples, 2, (label, share) => {
    const t = Math.PI * (3.5 * share + label);
    const shift = () => noise * random.uniform(-1, 1);
    return [5 * share * Math.sin(t) + shift(), 5 * share * Math.cos(t) + shift(), label];
  });
}

/**
 * Four squares, of class 1 where x1 and x2 have the same sign, as in TensorFlow Playground; `noise` (0 by
 * default) is how far from a point, in half sides, its class is read off.
 * @throws UsageError for an option out of its range
 */
function xor(options: GeneratorOptions = {}): Dataset {
  const { examples, random, noise } = check(options, 0);
  const coordinate = () => {
    const x = random.uniform(-5, 5);
    return x + (x > 0 ? 0.3 : -0.3);
  };
  return classification('xor', examples, 1, () => {
    const [x1, x2] = [coordinate(), coordinate()];
    const shift = () => noise * random.uniform(-5, 5);
    return [x1, x2, Number((x1 + shift()) * (x2 + shift()) >= 0)];
  });
}

/**
 * The generators by name.
 * @namespace
 */
export const datasets = { blobs, circles, flower, houses, moons, plane, spiral, xor };

/**
 * Rows in groups of one size, up to one row: `draw` gets the group and how far through it the row is, from 0 to
 * 1, and gives a point with its class.
 */
function classification(
  name: string,
  examples: number,
  groups: number,
  draw: (group: number, share: number) => [x1: number, x2: number, label: number],
): Dataset {
  const rows = Array.from({ length: groups }, (_, group) => {
    const size = Math.ceil((examples - group) / groups);
    return Array.from({ length: size }, (_, i) => draw(group, i / Math.max(1, size - 1)));
  }).flat();
  return Dataset.classification({
    name,
    features: ['x1', 'x2'],
    x: Float32Array.from(rows.flatMap(([x1, x2]) => [x1, x2])),
    targets: ['label'],
    classes: Array.from({ length: Math.max(2, groups) }, (_, i) => String(i)),
    labels: rows.map(([, , label]) => label),
  });
}

function check(
  { examples = 400, seed = 1, noise }: GeneratorOptions,
  usualNoise: number,
  least = 2,
): { examples: number; random: Random; noise: number } {
  whole('examples', examples, least);
  if (!Number.isSafeInteger(seed)) throw new UsageError(`seed is a whole number, not ${seed}`);
  const chosen = noise ?? usualNoise;
  if (!(chosen >= 0 && chosen < Infinity)) {
    throw new UsageError(`noise is a finite number from 0, not ${chosen}`);
  }
  return { examples, random: new Random(seed), noise: chosen };
}

function whole(name: string, value: number, least: number): void {
  if (!Number.isSafeInteger(value) || value < least) {
    throw new UsageError(`${name} is a whole number of at least ${least}, not ${value}`);
  }
}
