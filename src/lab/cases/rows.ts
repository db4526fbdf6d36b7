import { mirrors } from '../../oracle/mirror/index.ts';
import type { Random } from '../../random.ts';
import type { Contract } from '../contract.ts';
import { choices, integers, numbers, oneHot, wide } from '../inputs.ts';
import { standards } from '../standards.ts';
import { everyShape } from './every.ts';

const NARROW: readonly [number, number][] = [
  [1, 1],
  [65, 2],
  [129, 4],
  [3, 256],
  [64, 1],
];
const HALVES = [0, 0.25, 0.5, 0.75, 1];

export const hits: Contract = {
  ...standards.hits,
  cases: () => [
    // Few values: equals are common.
    ...everyShape(
      'hits',
      (m, n, random) => ({ a: choices(random, m * n, HALVES), y: choices(random, m * n, HALVES) }),
      { kind: 'exact', shapes: NARROW },
    ),
    ...everyShape('hits', (m, n, random) => ({
      a: numbers(random, m * n, [0.5, 0.5]),
      y: oneHot(m, n, random),
    })),
  ],
  mirror: mirrors.hits,
};

const LOGITS = [0, 100, -100, 1000, -1000];
const isSquare = (flags: readonly string[]) => !flags.some((flag) => flag.endsWith('ENTROPY'));
const weights = (m: number, random: Random, flags: readonly string[], values: readonly number[]) =>
  flags.includes('WEIGHTED') && { weight: choices(random, m, values) };
const ordinary = [0, 0.3, 1, 2.7];

export const loss: Contract = {
  ...standards.loss,
  cases: () => [
    ...everyShape(
      'loss',
      (m, n, random, flags) => ({
        z: integers(random, m * n, 30),
        a: integers(random, m * n, 30),
        y: integers(random, m * n, 30),
        ...weights(m, random, flags, [0, 1, 2, 0.5]),
      }),
      { params: { factor: 0.5, delta: 7 }, kind: 'exact', only: isSquare },
    ),
    ...everyShape(
      'loss',
      (m, n, random, flags) => ({
        z: numbers(random, m * n, LOGITS),
        a: numbers(random, m * n),
        y: oneHot(m, n, random),
        ...weights(m, random, flags, ordinary),
      }),
      { params: { factor: 0.3, delta: 0.75 } },
    ),
    // Targets between, as smoothed labels are; logits that lie close together.
    ...everyShape(
      'loss',
      (m, n, random, flags) => ({
        z: numbers(random, m * n, [3, 3, 2.5]),
        a: wide(random, m * n, 15),
        y: choices(random, m * n, [0.1, 0.5, 0.7, 0]),
        ...weights(m, random, flags, ordinary),
      }),
      {
        params: { factor: 0.3, delta: 0.75 },
        shapes: [
          [65, 2],
          [33, 5],
        ],
      },
    ),
    // Equals among the largest logits: it is the first that the others are taken from.
    ...everyShape(
      'loss',
      (m, n, random, flags) => ({
        z: choices(random, m * n, [3, 2.7, 1.3, 0.1]),
        a: numbers(random, m * n),
        y: oneHot(m, n, random),
        ...weights(m, random, flags, ordinary),
      }),
      { params: { factor: 0.3, delta: 0.75 }, shapes: [[65, 7]], only: (flags) => !isSquare(flags) },
    ),
    // A row without a number, in what its loss is computed from.
    ...everyShape(
      'loss',
      (_m, _n, random, flags) => {
        const [no, far] = [NaN, Infinity];
        const broken = Float32Array.of(2, 3, no, 1, 1, no, -far, 1, 1, -far, 4, 5, far, 2, 2, far);
        const sound = Float32Array.from(broken, (_, i) => i);
        const squared = isSquare(flags);
        return {
          z: squared ? sound : broken,
          a: squared ? broken : sound,
          y: Float32Array.from(broken, (_, i) => i & 1),
          ...weights(8, random, flags, [1]),
        };
      },
      { params: { factor: 1, delta: 1 }, shapes: [[8, 2]], kind: 'diverged' },
    ),
  ],
  mirror: mirrors.loss,
};

export const softmax: Contract = {
  ...standards.softmax,
  cases: () => [
    ...everyShape('softmax', (m, n, random) => ({
      z: numbers(random, m * n, [0, 100, -100, 1000, -1000, 3e38, -3e38]),
    })),
    ...everyShape('softmax', (m, n, random) => ({ z: wide(random, m * n, 30) }), { shapes: [[65, 3]] }),
    ...everyShape('softmax', (m, n) => ({ z: new Float32Array(m * n) }), { shapes: [[9, 7]] }),
  ],
  mirror: mirrors.softmax,
};
