import { mirrors } from '../../oracle/mirror/index.ts';
import { type Random, mix } from '../../random.ts';
import type { Case, Contract } from '../contract.ts';
import { COUNTS, LOGITS, choices, integers, numbers, schedule, wide } from '../inputs.ts';
import { standards } from '../standards.ts';
import { everyCount, everyShape } from './every.ts';

/** The activations that only choose. */
const chooses = (flags: readonly string[]) => flags.length === 0 || flags[0] === 'RELU';

export const activation: Contract = {
  ...standards.activation,
  cases: () => [
    ...everyCount('activation', (count, random) => ({ z: numbers(random, count, LOGITS) }), {
      kind: 'exact',
      only: chooses,
    }),
    ...everyCount('activation', (count, random) => ({ z: numbers(random, count, LOGITS) }), {
      only: (flags) => !chooses(flags),
    }),
    ...everyCount('activation', (count, random) => ({ z: wide(random, count, 30) }), { counts: [1009] }),
    ...everyCount('activation', () => ({ z: Float32Array.of(NaN, Infinity) }), {
      kind: 'diverged',
      only: chooses,
      counts: [2],
    }),
  ],
  mirror: mirrors.activation,
};

export const activationGrad: Contract = {
  ...standards.activationGrad,
  cases: () => [
    ...everyCount(
      'activationGrad',
      (count, random) => ({ z: numbers(random, count, LOGITS), da: numbers(random, count, []) }),
      { kind: 'exact', only: chooses },
    ),
    ...everyCount(
      'activationGrad',
      (count, random) => ({ z: numbers(random, count, LOGITS), da: numbers(random, count, []) }),
      { only: (flags) => !chooses(flags) },
    ),
    ...everyCount(
      'activationGrad',
      (count, random) => ({ z: wide(random, count, 1), da: wide(random, count, 30) }),
      { counts: [1009] },
    ),
  ],
  mirror: mirrors.activationGrad,
};

/** The threshold that number i of a layer just reaches: it is kept. */
const justKept = (i: number, layer: number, dropoutKey: number) =>
  mix((mix((i + Math.imul(layer, 0x9e3779b9)) >>> 0) ^ dropoutKey) >>> 0);

export const dropout: Contract = {
  ...standards.dropout,
  cases: () => [
    ...[0, 1, 0xcafe].flatMap((dropoutKey, layer) =>
      [2 ** 31, 0, justKept(1, layer, dropoutKey)].flatMap((threshold) =>
        everyCount(
          'dropout',
          (count, random) => ({ x: numbers(random, count, []), ...schedule({ dropoutKey }) }),
          { params: { layer, threshold, scale: 2 }, kind: 'exact', counts: [2, 64, 65, 1009] },
        ),
      ),
    ),
    ...everyCount(
      'dropout',
      (count, random) => ({ x: wide(random, count, 30), ...schedule({ dropoutKey: 7 }) }),
      { params: { layer: 2, threshold: Math.round(0.2 * 2 ** 32), scale: 1.25 } },
    ),
  ],
  mirror: mirrors.dropout,
};

const weights = (m: number, random: Random, flags: readonly string[], values: readonly number[]) =>
  flags.includes('WEIGHTED') && { weight: choices(random, m, values) };
const ordinary = [0, 0.3, 1, 2.7, 1.1];

export const outputGrad: Contract = {
  ...standards.outputGrad,
  cases: () => [
    ...everyShape(
      'outputGrad',
      (m, n, random, flags) => ({
        a: integers(random, m * n, 1000),
        y: integers(random, m * n, 1000),
        ...weights(m, random, flags, [0, 1, 2, 0.5, 3]),
      }),
      { params: { delta: 400.5 }, kind: 'exact' },
    ),
    ...everyShape(
      'outputGrad',
      (m, n, random, flags) => ({
        a: numbers(random, m * n),
        y: numbers(random, m * n),
        ...weights(m, random, flags, ordinary),
      }),
      { params: { delta: 0.75 } },
    ),
    ...everyShape(
      'outputGrad',
      (m, n, random, flags) => ({
        a: wide(random, m * n, 30),
        y: wide(random, m * n, 30),
        ...weights(m, random, flags, ordinary),
      }),
      { params: { delta: 1e20 }, shapes: [[65, 17]] },
    ),
    ...everyShape(
      'outputGrad',
      (_m, _n, random, flags) => ({
        a: Float32Array.of(NaN, 5, -5),
        y: Float32Array.of(1, 1, 1),
        ...weights(3, random, flags, [1]),
      }),
      { params: { delta: 2 }, shapes: [[3, 1]], kind: 'diverged' },
    ),
  ],
  mirror: mirrors.outputGrad,
};

/** 0, the largest numbers, infinities and NaNs of several kinds, by their bits: a number would lose them. */
const WATCHED = [0, 0x7f7fffff, 0xff7fffff, 0x7f800000, 0xff800000, 0x7fc00000, 0x7f800001, 0xffffffff];

/** One of these among ordinary numbers, first or last; behind them a NaN that is none of the kernel's. */
function watchCases(count: number): Case[] {
  const one = (at: number, bits: number): Case => {
    const x = new Float32Array(count + 1).fill(1.5);
    const raw = new Uint32Array(x.buffer);
    raw[count] = 0x7fc00000;
    raw[at] = bits;
    return {
      flags: [],
      params: { count, slot: 1 },
      inputs: { x, health: Uint32Array.of(0, 0, 7) },
      kind: 'exact',
    };
  };
  return [0, count - 1].flatMap((at) => WATCHED.map((bits) => one(at, bits)));
}

export const watch: Contract = {
  ...standards.watch,
  cases: () => COUNTS.flatMap((count) => watchCases(count)),
};
