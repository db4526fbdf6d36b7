import type { Params } from '../gpu/kernel.ts';
import { type KernelName, kernels } from '../kernels/index.ts';
import { oracles } from '../oracle/index.ts';
import { Random } from '../random.ts';
import { activationBounds } from './activationBounds.ts';
import { EPSILON, TINY, gamma, magnitudes } from './bounds.ts';
import type { Bound, Case, Contract } from './contract.ts';
import { COUNTS, LOGITS, SHAPES, TRIPLES, numbers, oneHot, schedule } from './inputs.ts';
import { lossBound, softmaxBound } from './rowBounds.ts';
import { updateBound } from './updateBounds.ts';

const exact: Bound = () => () => 0;
const relative =
  (factor: number): Bound =>
  (_one, _output, want) =>
  (i) =>
    factor * Math.abs(want[i]) + TINY;

/** Every variant of a kernel of [count] with every count. */
function elementwise(
  name: KernelName,
  make: (count: number, random: Random, flags: readonly string[]) => Case['inputs'],
  more: Params = {},
): Case[] {
  const random = new Random(1);
  return kernels[name].variants.flatMap((flags) =>
    COUNTS.map((count) => ({ flags, params: { count, ...more }, inputs: make(count, random, flags) })),
  );
}

/** Every variant of a kernel of [m, n] with every shape. */
function rows(
  name: KernelName,
  make: (m: number, n: number, random: Random, flags: readonly string[]) => Case['inputs'],
  more: Params = {},
): Case[] {
  const random = new Random(3);
  return kernels[name].variants.flatMap((flags) =>
    SHAPES.map(([m, n]) => ({ flags, params: { m, n, ...more }, inputs: make(m, n, random, flags) })),
  );
}

function matmulCases(): Case[] {
  const random = new Random(2);
  return kernels.matmul.variants.flatMap((flags) =>
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
      ...schedule({ first, shuffleKey: key }),
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

/** Adam's second step, with momentum, decays and both penalties: whatever a variant does not use is 0. */
function updateCases(): Case[] {
  const random = new Random(4);
  const [beta1, beta2] = [0.9, 0.999];
  return kernels.update.variants.flatMap((flags) =>
    COUNTS.map((count, i) => {
      const penalties = i % 2 ? { l1: 1e-3, l2: 0.05, decay: 0.1 } : { l1: 0, l2: 0, decay: 0 };
      const adaptive = flags.includes('ADAM') || flags.includes('RMSPROP');
      const moments = { beta1, oneMinusBeta1: 1 - beta1, beta2, oneMinusBeta2: 1 - beta2, epsilon: 1e-8 };
      return {
        flags,
        params: {
          count,
          ...penalties,
          momentum: flags.some((flag) => /MOMENTUM|NESTEROV|KEEPS_M/.test(flag)) ? 0.9 : 0,
          ...(adaptive ? moments : { beta1: 0, oneMinusBeta1: 0, beta2: 0, oneMinusBeta2: 0, epsilon: 0 }),
        },
        inputs: {
          dw: numbers(random, count),
          w: numbers(random, count),
          ...schedule({
            learningRate: 0.1,
            correctionM: 1 / (1 - beta1 ** 2),
            correctionV: 1 / (1 - beta2 ** 2),
          }),
          ...(flags.includes('KEEPS_M') && { m: numbers(random, count) }),
          ...(flags.includes('KEEPS_V') && { v: numbers(random, count).map(Math.abs) }),
          ...(flags.includes('CLIP') && { factor: Float32Array.of(0.3) }),
        },
      };
    }),
  );
}

const weights = (m: number, random: Random, flags: readonly string[]) =>
  flags.includes('WEIGHTED') && { weight: Float32Array.from({ length: m }, () => random.uniform(0, 3)) };

/**
 * What ties a kernel to the oracle that judges it, the inputs it is tried on and how far it may be
 * off. A kernel without a row here does not compile.
 */
export const contracts: Readonly<Record<KernelName, Contract>> = {
  activation: {
    oracle: oracles.activation,
    cases: () => elementwise('activation', (count, random) => ({ z: numbers(random, count, LOGITS) })),
    bound:
      ({ flags, inputs: { z } }) =>
      (i) =>
        activationBounds[flags[0]]?.g(z[i]) ?? 0,
  },
  activationGrad: {
    oracle: oracles.activationGrad,
    cases: () =>
      elementwise('activationGrad', (count, random) => ({
        z: numbers(random, count, LOGITS),
        da: numbers(random, count, []),
      })),
    bound:
      ({ flags, inputs: { z, da } }, _output, want) =>
      (i) =>
        (activationBounds[flags[0]]?.slope(z[i]) ?? 0) * Math.abs(da[i]) +
        EPSILON * Math.abs(want[i]) +
        TINY * (1 + Math.abs(da[i])),
  },
  batch: { oracle: oracles.batch, cases: batchCases, bound: exact },
  clipFactor: {
    oracle: oracles.clipFactor,
    cases: () =>
      [0.5, 1e3].flatMap((limit) =>
        elementwise(
          'clipFactor',
          (count, random) => ({ squares: numbers(random, count).map((x) => x * x) }),
          {
            limit,
          },
        ),
      ),
    // Half the error of the sum under the root, then a root (4.5 units in the last place), a sum and a quotient.
    bound:
      ({ params: { count } }, _output, want) =>
      () =>
        (gamma(count) / 2 + 10 * EPSILON) * want[0],
  },
  columnSums: {
    oracle: oracles.columnSums,
    cases: () => rows('columnSums', (m, n, random) => ({ a: numbers(random, m * n) }), { scale: 1 / 32 }),
    bound: ({ params, inputs }) => {
      const { out } = oracles.columnSums(new Set(), params, { a: magnitudes(inputs.a) });
      return (i) => gamma(params.m + 1) * out[i] + (params.m + 1) * TINY;
    },
  },
  dropout: {
    oracle: oracles.dropout,
    cases: () =>
      [0, 1, 0xcafe].flatMap((dropoutKey, layer) =>
        elementwise(
          'dropout',
          (count, random) => ({ x: numbers(random, count), ...schedule({ dropoutKey }) }),
          { layer, threshold: Math.round(0.2 * 2 ** 32), scale: 1.25 },
        ),
      ),
    bound: relative(EPSILON),
  },
  hits: {
    oracle: oracles.hits,
    cases: () =>
      rows('hits', (m, n, random) => ({ a: numbers(random, m * n, [0.5, 0.5]), y: oneHot(m, n, random) })),
    bound: relative(3 * EPSILON),
  },
  loss: {
    oracle: oracles.loss,
    cases: () =>
      rows(
        'loss',
        (m, n, random, flags) => ({
          z: numbers(random, m * n, [0, 100, -100, 1000, -1000]),
          a: numbers(random, m * n),
          y: oneHot(m, n, random),
          ...weights(m, random, flags),
        }),
        { factor: 0.5, delta: 0.75 },
      ),
    bound: lossBound,
  },
  matmul: { oracle: oracles.matmul, cases: matmulCases, bound: matmulBound },
  matmulTiled: { oracle: oracles.matmul, cases: matmulCases, bound: matmulBound },
  mean: {
    oracle: oracles.mean,
    cases: () => elementwise('mean', (count, random) => ({ x: numbers(random, count) })),
    bound: ({ params: { count }, inputs: { x } }) => {
      const { out } = oracles.mean(new Set(), { count }, { x: magnitudes(x) });
      return () => gamma(count + 3) * out[0] + count * TINY;
    },
  },
  outputGrad: {
    oracle: oracles.outputGrad,
    cases: () =>
      rows(
        'outputGrad',
        (m, n, random, flags) => ({
          a: numbers(random, m * n),
          y: numbers(random, m * n),
          ...weights(m, random, flags),
        }),
        { delta: 0.75 },
      ),
    bound: relative(3 * EPSILON),
  },
  record: {
    oracle: oracles.record,
    cases: () =>
      kernels.record.variants.map((flags) => ({
        flags,
        params: {},
        inputs: {
          loss: Float32Array.of(0.25),
          history: new Float32Array(8).fill(-1),
          clock: Uint32Array.of(1),
          ...(flags.length && { accuracy: Float32Array.of(0.75) }),
        },
      })),
    bound: exact,
  },
  softmax: {
    oracle: oracles.softmax,
    cases: () =>
      rows('softmax', (m, n, random) => ({
        z: numbers(random, m * n, [0, 100, -100, 1000, -1000, 3e38, -3e38]),
      })),
    bound: softmaxBound,
  },
  squares: {
    oracle: oracles.squares,
    cases: () =>
      elementwise(
        'squares',
        (count, random) => ({ x: numbers(random, count), out: Float32Array.of(7, 8, 9) }),
        { slot: 1 },
      ),
    bound:
      ({ params: { count } }, _output, want) =>
      (i) =>
        gamma(count + 1) * want[i] + (count + 1) * TINY,
  },
  update: { oracle: oracles.update, cases: updateCases, bound: updateBound },
};
