import { ACTIVATION_FLAGS, type KernelName } from '../kernels/index.ts';
import type { Params } from '../gpu/kernel.ts';
import { oracles } from '../oracle/index.ts';
import { Random } from '../random.ts';
import { EPSILON, TINY, activationError, gamma, magnitudes } from './bounds.ts';
import type { Bound, Case, Contract } from './contract.ts';
import { lossBound, softmaxBound } from './rowBounds.ts';

const exact: Bound = () => () => 0;
const relative =
  (factor: number): Bound =>
  (_one, _output, want) =>
  (i) =>
    factor * Math.abs(want[i]) + TINY;

/** Sizes that catch guards and strides: 1, primes, a workgroup less one, a workgroup, one more. */
const COUNTS = [1, 2, 63, 64, 65, 1009];
const SHAPES: readonly [number, number][] = [
  [1, 1],
  [1, 10],
  [7, 3],
  [64, 2],
  [65, 17],
  [129, 5],
  [3, 257],
];
const TRIPLES: readonly [number, number, number][] = [
  [1, 1, 1],
  [1, 5, 1],
  [3, 1, 7],
  [7, 3, 5],
  [8, 8, 8],
  [9, 17, 15],
  [1, 300, 2],
  [33, 65, 17],
  [64, 64, 64],
  [65, 2, 63],
  [2, 1024, 3],
];

/** Inputs from the whole range in which the operation stays inside float32, special values first. */
function numbers(random: Random, length: number, special: readonly number[] = [0, -0, 1, -1]): Float32Array {
  return Float32Array.from({ length }, (_, i) =>
    i < special.length ? special[i] : random.normal() * 10 ** random.uniform(-3, 1),
  );
}

const LOGITS = [
  0, 1e-30, -1e-30, 1e-7, -1e-7, 1e-3, 0.2499, 0.2501, -1, 1, 8, -8, 20, -20, 88.6, -88.6, 89, -89, 1000,
  -1000, 1e30, -1e30,
];

function elementwise(
  flagSets: readonly (readonly string[])[],
  inputs: readonly string[],
  special?: readonly number[],
): Case[] {
  const random = new Random(1);
  return flagSets.flatMap((flags) =>
    COUNTS.map((count) => ({
      flags,
      params: { count },
      inputs: Object.fromEntries(inputs.map((name) => [name, numbers(random, count, special)])),
    })),
  );
}

const activationFlags: readonly (readonly string[])[] = [[], ...ACTIVATION_FLAGS.map((flag) => [flag])];

function matmulCases(): Case[] {
  const random = new Random(2);
  const flagSets = [[], ['BIAS'], ['TRANSPOSE_A'], ['TRANSPOSE_B'], ['TRANSPOSE_A', 'TRANSPOSE_B', 'BIAS']];
  return flagSets.flatMap((flags) =>
    TRIPLES.map(([m, k, n]) => ({
      flags,
      params: { m, k, n, scale: flags.includes('TRANSPOSE_A') ? 1 / 32 : 1 },
      inputs: {
        a: numbers(random, m * k),
        b: numbers(random, k * n),
        ...(flags.includes('BIAS') && { bias: numbers(random, n) }),
      },
    })),
  );
}

const matmulBound: Bound = ({ flags, params, inputs }) => {
  const absolute = Object.fromEntries(
    Object.entries(inputs).map(([name, values]) => [name, magnitudes(values)]),
  );
  const { out } = oracles.matmul(new Set(flags), params, absolute);
  return (i) => gamma(params.k + 2) * out[i] + (params.k + 2) * TINY;
};

function rows(
  flagSets: readonly (readonly string[])[],
  make: (m: number, n: number, random: Random) => Case['inputs'],
  more: Params = {},
): Case[] {
  const random = new Random(3);
  return flagSets.flatMap((flags) =>
    SHAPES.map(([m, n]) => ({ flags, params: { m, n, ...more }, inputs: make(m, n, random) })),
  );
}

/** Targets: one-hot rows. */
function oneHot(m: number, n: number, random: Random): Float32Array {
  const y = new Float32Array(m * n);
  for (let i = 0; i < m; i++) y[i * n + (random.integer() % n)] = 1;
  return y;
}

function schedule(first: number, shuffleKey: number, learningRate: number): Uint32Array {
  const table = new Uint32Array(8);
  new Float32Array(table.buffer)[6] = learningRate;
  table[4] = first;
  table[5] = shuffleKey;
  return table;
}

const CLOCK = Uint32Array.of(1);

function batchCases(): Case[] {
  const one = (
    m: number,
    width: number,
    total: number,
    start: number,
    held: number,
    first: number,
    key: number,
  ): Case => ({
    flags: [],
    params: { m, width, total, start, held },
    inputs: {
      data: Float32Array.from({ length: held * width }, (_, i) => start * width + i),
      schedule: schedule(first, key, 0),
      clock: CLOCK,
      out: new Float32Array(m * width).fill(-1),
    },
  });
  return [
    one(1, 1, 1, 0, 1, 0, 0),
    one(5, 3, 17, 0, 17, 12, 0),
    one(64, 4, 150, 0, 150, 64, 0xdeadbeef),
    one(22, 1, 150, 0, 150, 128, 7),
    // A set in two buffers, each asked for the same batch.
    one(40, 5, 100, 0, 60, 30, 99),
    one(40, 5, 100, 60, 40, 30, 99),
    one(1, 2, 2, 0, 2, 1, 5),
    one(100, 7, 1797, 0, 1797, 1600, 0xffffffff),
  ];
}

function updateCases(): Case[] {
  const random = new Random(4);
  return COUNTS.map((count) => ({
    flags: [],
    params: { count },
    inputs: {
      dw: numbers(random, count),
      w: numbers(random, count),
      schedule: schedule(0, 0, 0.1),
      clock: CLOCK,
    },
  }));
}

/**
 * What ties a kernel to the oracle that judges it, the inputs it is tried on and how far it may be
 * off. A kernel without a row here does not compile.
 */
export const contracts: Readonly<Record<KernelName, Contract>> = {
  activation: {
    oracle: oracles.activation,
    cases: () => elementwise(activationFlags, ['z'], LOGITS),
    bound:
      ({ flags, inputs: { z } }, _output, want) =>
      (i) =>
        (activationError[flags[0]]?.g(z[i]) ?? 0) * Math.abs(want[i]) + TINY,
  },
  activationGrad: {
    oracle: oracles.activationGrad,
    cases: () => {
      const random = new Random(5);
      return elementwise(activationFlags, ['z'], LOGITS).map((one) => ({
        ...one,
        inputs: { ...one.inputs, da: numbers(random, one.params.count, []) },
      }));
    },
    bound:
      ({ flags, inputs: { z, da } }, _output, want) =>
      (i) =>
        ((activationError[flags[0]]?.slope(z[i]) ?? 0) + EPSILON) * Math.abs(want[i]) +
        TINY * (1 + Math.abs(da[i])),
  },
  batch: { oracle: oracles.batch, cases: batchCases, bound: exact },
  columnSums: {
    oracle: oracles.columnSums,
    cases: () => rows([[]], (m, n, random) => ({ a: numbers(random, m * n) }), { scale: 1 / 32 }),
    bound: ({ params, inputs }) => {
      const { out } = oracles.columnSums(new Set(), params, { a: magnitudes(inputs.a) });
      return (i) => gamma(params.m + 1) * out[i] + (params.m + 1) * TINY;
    },
  },
  hits: {
    oracle: oracles.hits,
    cases: () =>
      rows([[], ['BINARY']], (m, n, random) => ({
        a: numbers(random, m * n, [0.5, 0.5]),
        y: oneHot(m, n, random),
      })),
    bound: relative(3 * EPSILON),
  },
  loss: {
    oracle: oracles.loss,
    cases: () =>
      rows(
        [[], ['BINARY_CROSS_ENTROPY'], ['SOFTMAX_CROSS_ENTROPY']],
        (m, n, random) => ({
          z: numbers(random, m * n, [0, 100, -100, 1000, -1000]),
          a: numbers(random, m * n),
          y: oneHot(m, n, random),
        }),
        { factor: 0.5 },
      ),
    bound: lossBound,
  },
  matmul: { oracle: oracles.matmul, cases: matmulCases, bound: matmulBound },
  matmulTiled: { oracle: oracles.matmul, cases: matmulCases, bound: matmulBound },
  mean: {
    oracle: oracles.mean,
    cases: () => elementwise([[]], ['x']),
    bound: ({ params: { count }, inputs: { x } }) => {
      const { out } = oracles.mean(new Set(), { count }, { x: magnitudes(x) });
      return () => gamma(count + 3) * out[0] + count * TINY;
    },
  },
  outputGrad: {
    oracle: oracles.outputGrad,
    cases: () => elementwise([[]], ['a', 'y']),
    bound: relative(EPSILON),
  },
  record: {
    oracle: oracles.record,
    cases: () =>
      [[], ['ACCURACY']].map((flags) => ({
        flags,
        params: {},
        inputs: {
          loss: Float32Array.of(0.25),
          history: new Float32Array(8).fill(-1),
          clock: CLOCK,
          ...(flags.length && { accuracy: Float32Array.of(0.75) }),
        },
      })),
    bound: exact,
  },
  softmax: {
    oracle: oracles.softmax,
    cases: () =>
      rows([[]], (m, n, random) => ({ z: numbers(random, m * n, [0, 100, -100, 1000, -1000, 3e38, -3e38]) })),
    bound: softmaxBound,
  },
  update: {
    oracle: oracles.update,
    cases: updateCases,
    bound:
      ({ inputs: { dw } }, _output, want) =>
      (i) =>
        EPSILON * (Math.abs(want[i]) + 2 * Math.abs(0.1 * dw[i])) + TINY,
  },
};
