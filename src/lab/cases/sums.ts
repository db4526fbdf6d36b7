import { mirrors } from '../../oracle/mirror/index.ts';
import type { Case, Contract } from '../contract.ts';
import { COUNTS, LENGTHS, SHAPES, integers, normals, numbers, wide } from '../inputs.ts';
import { standards } from '../standards.ts';
import { statisticalBound } from '../statistical.ts';
import { everyCount, everyShape } from './every.ts';

const TALL: readonly [number, number][] = [...SHAPES, [63, 2], [127, 3], [128, 3], [1009, 2], [4096, 1]];

export const columnSums: Contract = {
  ...standards.columnSums,
  cases: () => [
    ...everyShape('columnSums', (m, n, random) => ({ a: integers(random, m * n, 2046) }), {
      params: { scale: 1 / 32 },
      kind: 'exact',
      shapes: TALL,
    }),
    ...everyShape('columnSums', (m, n, random) => ({ a: numbers(random, m * n) }), {
      params: { scale: 1 / 30 },
    }),
    ...everyShape('columnSums', (m, n, random) => ({ a: normals(random, m * n) }), {
      params: { scale: 1 / 30 },
      kind: 'zeroMean',
    }),
    ...everyShape('columnSums', (m, n, random) => ({ a: wide(random, m * n, 30) }), {
      params: { scale: 1 / 3 },
    }),
  ],
  statistical:
    ({ params: { m, n, scale }, inputs: { a } }) =>
    (column) =>
      statisticalBound({
        count: m,
        term: (row) => a[row * n + column],
        products: false,
        order: 'strided64',
        scale,
      }),
  mirror: mirrors.columnSums,
};

export const mean: Contract = {
  ...standards.mean,
  cases: () => [
    ...everyCount('mean', (count, random) => ({ x: integers(random, count, 2046) }), {
      kind: 'exact',
      counts: [1, 2, 4, 32, 64, 128, 256, 1024, 4096],
    }),
    ...everyCount('mean', (count, random) => ({ x: numbers(random, count) }), { counts: LENGTHS }),
    ...everyCount('mean', (count, random) => ({ x: normals(random, count) }), { kind: 'zeroMean' }),
    ...everyCount('mean', (count, random) => ({ x: wide(random, count, 30) })),
  ],
  statistical:
    ({ params: { count }, inputs: { x } }) =>
    () =>
      statisticalBound({
        count,
        term: (i) => x[i],
        products: false,
        order: 'strided64',
        scale: 1 / count,
      }),
  mirror: mirrors.mean,
};

const slots = () => Float32Array.of(7, 8, 9);

export const squares: Contract = {
  ...standards.squares,
  cases: () => [
    ...everyCount('squares', (count, random) => ({ x: integers(random, count, 60), out: slots() }), {
      params: { slot: 1 },
      kind: 'exact',
      counts: LENGTHS,
    }),
    ...everyCount('squares', (count, random) => ({ x: numbers(random, count), out: slots() }), {
      params: { slot: 0 },
    }),
    ...everyCount('squares', (count, random) => ({ x: normals(random, count), out: slots() }), {
      params: { slot: 2 },
      kind: 'zeroMean',
    }),
    ...everyCount('squares', (count, random) => ({ x: wide(random, count, 15), out: slots() }), {
      params: { slot: 1 },
    }),
  ],
  statistical:
    ({ params: { count, slot }, inputs: { x } }) =>
    (i) =>
      i === slot
        ? statisticalBound({
            count,
            term: (j) => x[j] ** 2,
            products: true,
            order: 'strided64',
            scale: 1,
          })
        : 0,
  mirror: mirrors.squares,
};

/** A norm beyond float32 is no number, lest it hide as a factor of 0. */
const beyond = (): Case => ({
  flags: [],
  params: { count: 3, limit: 1 },
  inputs: { squares: Float32Array.of(1, Infinity, 2) },
  kind: 'diverged',
});

export const clipFactor: Contract = {
  ...standards.clipFactor,
  cases: () => [
    ...[0.5, 1e-5, 1e3].flatMap((limit) =>
      everyCount(
        'clipFactor',
        (count, random) => ({ squares: numbers(random, count, [1]).map((x) => x * x) }),
        { params: { limit } },
      ),
    ),
    ...everyCount('clipFactor', (count) => ({ squares: new Float32Array(count).fill(1e-12) }), {
      params: { limit: 1e-6 },
      counts: COUNTS,
    }),
    beyond(),
  ],
  mirror: mirrors.clipFactor,
};
