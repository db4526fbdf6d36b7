import activation from '../../shaders/activation.wgsl?raw';
import activationGrad from '../../shaders/activationGrad.wgsl?raw';
import batch from '../../shaders/batch.wgsl?raw';
import columnSums from '../../shaders/columnSums.wgsl?raw';
import hits from '../../shaders/hits.wgsl?raw';
import loss from '../../shaders/loss.wgsl?raw';
import matmul from '../../shaders/matmul.wgsl?raw';
import matmulTiled from '../../shaders/matmulTiled.wgsl?raw';
import mean from '../../shaders/mean.wgsl?raw';
import outputGrad from '../../shaders/outputGrad.wgsl?raw';
import record from '../../shaders/record.wgsl?raw';
import softmax from '../../shaders/softmax.wgsl?raw';
import update from '../../shaders/update.wgsl?raw';
import type { Kernel, Params } from '../gpu/kernel.ts';
import type { KernelTable } from '../gpu/program.ts';
import { library } from './library.ts';

/** The flags that choose an activation; none of them on is the identity. */
export const ACTIVATION_FLAGS = ['SIGMOID', 'TANH', 'RELU', 'LEAKY_RELU'] as const;

/** Rows of the register tile of matmulTiled; its columns are the four of a vec4f. */
const TILE_ROWS = 8;

type Row = Omit<Kernel, 'name'>;

const invocations = (count: number) => Math.ceil(count / 64);
const perElement = (source: string, output: string, flags: readonly string[], flopsEach: number): Row => ({
  source,
  flags,
  workgroups: ({ count }) => invocations(count),
  outputs: ({ count }) => ({ [output]: count }),
  flops: ({ count }) => count * flopsEach,
});
const perRow = (source: string, output: string, flags: readonly string[], flopsEach: number): Row => ({
  source,
  flags,
  workgroups: ({ m }) => invocations(m),
  outputs: ({ m }) => ({ [output]: m }),
  flops: ({ m, n }) => m * n * flopsEach,
});

const rows = {
  activation: perElement(activation, 'a', ACTIVATION_FLAGS, 4),
  activationGrad: perElement(activationGrad, 'dz', ACTIVATION_FLAGS, 5),
  batch: {
    source: batch,
    flags: [],
    workgroups: ({ m, width }: Params) => invocations(m * width),
    outputs: ({ m, width }: Params) => ({ out: m * width }),
    flops: () => 0,
  },
  columnSums: {
    source: columnSums,
    flags: [],
    workgroups: ({ n }: Params) => n,
    outputs: ({ n }: Params) => ({ out: n }),
    flops: ({ m, n }: Params) => m * n,
  },
  hits: perRow(hits, 'hits', ['BINARY'], 2),
  loss: perRow(loss, 'losses', ['BINARY_CROSS_ENTROPY', 'SOFTMAX_CROSS_ENTROPY'], 8),
  matmul: {
    source: matmul,
    flags: ['TRANSPOSE_A', 'TRANSPOSE_B', 'BIAS'],
    workgroups: ({ m, n }: Params) => invocations(m * n),
    outputs: ({ m, n }: Params) => ({ out: m * n }),
    flops: ({ m, k, n }: Params) => 2 * m * k * n,
  },
  matmulTiled: {
    source: matmulTiled,
    contract: 'matmul',
    flags: ['TRANSPOSE_A', 'TRANSPOSE_B', 'BIAS'],
    counts: { ROWS: TILE_ROWS },
    workgroups: ({ m, n }: Params) => invocations(Math.ceil(m / TILE_ROWS) * Math.ceil(n / 4)),
    outputs: ({ m, n }: Params) => ({ out: m * n }),
    flops: ({ m, k, n }: Params) => 2 * m * k * n,
  },
  mean: {
    source: mean,
    flags: [],
    workgroups: () => 1,
    outputs: () => ({ out: 1 }),
    flops: ({ count }: Params) => count,
  },
  outputGrad: perElement(outputGrad, 'out', [], 1),
  record: {
    source: record,
    flags: ['ACCURACY'],
    workgroups: () => 1,
    outputs: () => ({ history: 0, clock: 1 }),
    flops: () => 0,
  },
  softmax: { ...perRow(softmax, 'a', [], 4), outputs: ({ m, n }: Params) => ({ a: m * n }) },
  update: perElement(update, 'w', [], 2),
} satisfies Record<string, Row>;

export type KernelName = keyof typeof rows;

/** The table of kernels: one row for each file of `shaders/`. */
export const kernels = Object.fromEntries(
  Object.entries(rows).map(([name, row]) => [name, Object.freeze({ name, ...row })]),
) as unknown as Readonly<Record<KernelName, Kernel>>;

export const kernelTable: KernelTable = { kernels, library };
