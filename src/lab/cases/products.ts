import { kernels } from '../../kernels/index.ts';
import { mirrors } from '../../oracle/mirror/index.ts';
import { Random } from '../../random.ts';
import type { Bound, Case, Contract } from '../contract.ts';
import { EXACT_TRIPLES, TRIPLES, choices, integers, normals, numbers } from '../inputs.ts';
import { standards } from '../standards.ts';
import { statisticalBound } from '../statistical.ts';

type Make = (length: number) => Float32Array;
type Triple = readonly [m: number, k: number, n: number];

/**
 * One less, as many and one more of what a tile of 8 x 8, a workgroup of 64 of them, a tile of 32 x 32 and its
 * 16 steps of k in workgroup memory hold; and the same in multiples of 4, for blocks and tiles of 4 x 4 of them.
 */
const TILES: readonly Triple[] = [
  [7, 3, 9],
  [64, 3, 64],
  [520, 3, 8],
  [31, 16, 33],
  [33, 15, 31],
  [65, 17, 32],
  [4, 4, 4],
  [12, 8, 20],
  [20, 4, 12],
  [16, 32, 16],
  [36, 12, 68],
  [128, 4, 128],
  [1040, 4, 16],
  [4, 4096, 4],
  [4, 4, 4100],
];
/** In multiples of 4. */
const FOURS: readonly Triple[] = [
  [4, 20, 8],
  [28, 300, 20],
  [68, 8, 60],
];

function one(flags: readonly string[], [m, k, n]: Triple, a: Make, b: Make, bias: Make): Case {
  return {
    flags,
    params: { m, k, n, scale: flags.includes('TRANSPOSE_A') ? 1 / 32 : 1 },
    inputs: { a: a(m * k), b: b(k * n), ...(flags.includes('BIAS') && { bias: bias(n) }) },
  };
}

/** |a| of eleven bits, |b| at most 1, and at most 4099 of them: every sum stays below 2^24. */
function exactCases(random: Random): Case[] {
  const a: Make = (length) => integers(random, length, 2046);
  const b: Make = (length) => choices(random, length, [-1, 1, 1, -1, 0]);
  return kernels.matmul.variants.flatMap((flags) =>
    [...EXACT_TRIPLES, ...TILES].map((triple) => {
      // Multiples of the scale, as the sums are that it is added to.
      const bias: Make = (length) =>
        integers(random, length, 2046).map((x) => (flags.includes('TRANSPOSE_A') ? x / 32 : x));
      return { ...one(flags, triple, a, b, bias), kind: 'exact' as const };
    }),
  );
}

/** Scales whose product stays inside float32, and matrices full of zeros. */
const SCALES: readonly (readonly [number, number, number])[] = [
  [1e30, 1e-30, 1],
  [1e-30, 1e30, 1],
  [1e30, 1, 1e30],
  [1, 1e-30, 1e-30],
  [1e-18, 1e-18, 1e-36],
  [1e17, 1e18, 1e35],
  [0, 1, 1],
  [1, 0, 0],
];

const SCALED: readonly Triple[] = [
  [9, 13, 5],
  [8, 12, 4],
];

function cases(): Case[] {
  const random = new Random(2);
  const some: Make = (length) => numbers(random, length);
  const normal: Make = (length) => normals(random, length);
  const times =
    (scale: number): Make =>
    (length) =>
      normals(random, length).map((x) => x * scale);
  return [
    ...exactCases(random),
    ...kernels.matmul.variants.flatMap((flags) => [
      ...[...TRIPLES, ...FOURS].map((triple) => one(flags, triple, some, some, some)),
      ...[...TRIPLES, ...FOURS].map((triple) => ({
        ...one(flags, triple, normal, normal, normal),
        kind: 'zeroMean' as const,
      })),
      ...SCALES.flatMap(([a, b, bias]) =>
        SCALED.map((triple) => one(flags, triple, times(a), times(b), times(bias))),
      ),
    ]),
  ];
}

const statistical: Bound = ({ flags, params: { m, k, n, scale }, inputs: { a, b, bias } }) => {
  const [aRow, aStep] = flags.includes('TRANSPOSE_A') ? [1, m] : [k, 1];
  const [bStep, bColumn] = flags.includes('TRANSPOSE_B') ? [1, k] : [n, 1];
  return (index) => {
    const column = index % n;
    const row = (index - column) / n;
    return statisticalBound({
      count: k,
      term: (i) => a[row * aRow + i * aStep] * b[i * bStep + column * bColumn],
      products: true,
      order: 'sequential',
      scale,
      bias: flags.includes('BIAS') ? bias[column] : undefined,
    });
  };
};

export const matmul: Contract = {
  ...standards.matmul,
  cases,
  statistical,
  mirror: mirrors.matmul,
};

export const matmulBlocks: Contract = {
  ...matmul,
  cases: () => cases().filter(({ params, flags }) => kernels.matmulBlocks.fits!(params, flags)),
};
