import { kernels } from '../../kernels/index.ts';
import { mirrors } from '../../oracle/mirror/index.ts';
import { Random } from '../../random.ts';
import type { Case, Contract } from '../contract.ts';
import { COUNTS, choices, integers, numbers, schedule, wide } from '../inputs.ts';
import { standards } from '../standards.ts';

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
    kind: 'exact',
  });
  return [
    one(1, 1, 1, 0, 1, 0, 0),
    one(1, 1, 1, 0, 1, 0, 3),
    one(5, 3, 17, 0, 17, 12, 0),
    one(64, 4, 150, 0, 150, 64, 0xdeadbeef),
    one(22, 1, 150, 0, 150, 128, 7),
    // A set in two buffers, each asked for the same batch.
    one(40, 5, 100, 0, 60, 30, 99),
    one(40, 5, 100, 60, 40, 30, 99),
    one(40, 5, 100, 60, 40, 30, 0),
    one(40, 5, 100, 0, 60, 30, 0),
    one(9, 1, 17, 0, 17, 3, 1),
    one(1, 2, 2, 0, 2, 1, 5),
    // Powers of two and their neighbours: where the bits of a shuffle run out.
    ...[2, 3, 4, 63, 64, 65, 127, 128, 129, 1023, 1024, 1025].map((total) =>
      one(Math.min(total, 65), 1, total, 0, total, total - Math.min(total, 65), 0x9e3779b9 + total),
    ),
    one(100, 7, 1797, 0, 1797, 1600, 0xffffffff),
  ];
}

export const batch: Contract = { ...standards.batch, cases: batchCases };

export const record: Contract = {
  ...standards.record,
  cases: () =>
    kernels.record.variants.flatMap((flags) =>
      [0, 1, 3].map((due) => ({
        flags,
        params: {},
        inputs: {
          loss: Float32Array.of(0.25, 9),
          history: new Float32Array(8).fill(-1),
          clock: Uint32Array.of(due),
          ...(flags.length && { accuracy: Float32Array.of(0.75, 9) }),
        },
        kind: 'exact' as const,
      })),
    ),
};

const NOTHING = { beta1: 0, oneMinusBeta1: 0, beta2: 0, oneMinusBeta2: 0, epsilon: 0 };
const isAdaptive = (flags: readonly string[]) => flags.includes('ADAM') || flags.includes('RMSPROP');
const hasVelocity = (flags: readonly string[]) => flags.some((f) => /MOMENTUM|NESTEROV|KEEPS_M/.test(f));

/** Whole numbers and constants that are powers of two: rates, momentum and penalties shift, and nothing rounds. */
function exactUpdate(flags: readonly string[], count: number, random: Random): Case {
  const some = () => integers(random, count, 100);
  return {
    flags,
    params: {
      count,
      l1: 2,
      l2: 1 / 4,
      decay: 1 / 2,
      momentum: hasVelocity(flags) ? 1 / 2 : 0,
      ...NOTHING,
    },
    inputs: {
      dw: some(),
      w: some(),
      ...schedule({ learningRate: 1 / 8 }),
      ...(flags.includes('KEEPS_M') && { m: some() }),
      ...(flags.includes('CLIP') && { factor: Float32Array.of(1 / 2, 9) }),
    },
    kind: 'exact',
  };
}

/** Adam's second step, with momentum, decays and both penalties: whatever a variant does not use is 0. */
function randomUpdate(
  flags: readonly string[],
  count: number,
  i: number,
  make: (count: number) => Float32Array,
): Case {
  const [beta1, beta2] = [0.9, 0.999];
  const penalties = i % 2 ? { l1: 1e-3, l2: 0.05, decay: 0.1 } : { l1: 0, l2: 0, decay: 0 };
  const moments = { beta1, oneMinusBeta1: 1 - beta1, beta2, oneMinusBeta2: 1 - beta2, epsilon: 1e-8 };
  return {
    flags,
    params: {
      count,
      ...penalties,
      momentum: hasVelocity(flags) ? 0.9 : 0,
      ...(isAdaptive(flags) ? moments : NOTHING),
    },
    inputs: {
      dw: make(count),
      w: make(count),
      ...schedule({
        learningRate: 0.1,
        correctionM: 1 / (1 - beta1 ** 2),
        correctionV: 1 / (1 - beta2 ** 2),
      }),
      ...(flags.includes('KEEPS_M') && { m: make(count) }),
      ...(flags.includes('KEEPS_V') && { v: make(count).map(Math.abs) }),
      ...(flags.includes('CLIP') && { factor: Float32Array.of(0.3, 9) }),
    },
  };
}

function updateCases(): Case[] {
  const random = new Random(4);
  return kernels.update.variants.flatMap((flags) => [
    ...(isAdaptive(flags) ? [] : COUNTS.map((count) => exactUpdate(flags, count, random))),
    ...COUNTS.map((count, i) => randomUpdate(flags, count, i, (n) => numbers(random, n))),
    randomUpdate(flags, 1009, 1, (n) => wide(random, n, 9)),
    randomUpdate(flags, 65, 0, (n) => choices(random, n, [0, 0, 1])),
  ]);
}

export const update: Contract = {
  ...standards.update,
  cases: updateCases,
  mirror: mirrors.update,
};
