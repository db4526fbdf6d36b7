import type { Kernel, Params } from '../gpu/kernel.ts';

/** The flags that choose an activation; none of them on is the identity. */
export const ACTIVATION_FLAGS = [
  'SIGMOID',
  'TANH',
  'RELU',
  'LEAKY_RELU',
  'GELU',
  'SILU',
  'ELU',
  'SOFTPLUS',
] as const;

/** The rules of an update, each with the state that it keeps; none is plain gradient descent. */
const UPDATE_VARIANTS = [
  [],
  ['MOMENTUM', 'KEEPS_M'],
  ['NESTEROV', 'KEEPS_M'],
  ['ADAM', 'KEEPS_M', 'KEEPS_V'],
  ['RMSPROP', 'KEEPS_V'],
  ['RMSPROP', 'KEEPS_M', 'KEEPS_V'],
] as const;

/** An output layer with its own loss, or any activation with a loss of differences. */
const OUTPUT_VARIANTS: Variants = [
  ['SIGMOID', 'BINARY_CROSS_ENTROPY', 'CANCELS'],
  ['SOFTMAX_CROSS_ENTROPY', 'CANCELS'],
  ...[[], ...ACTIVATION_FLAGS.map((flag) => [flag])].flatMap((flags) => [flags, [...flags, 'HUBER']]),
];

/** What is known of a kernel without its text. */
export type Description = Omit<Kernel, 'source'>;

/** What the table says of it; its name is the key, its flags are those of its variants. */
type Row = Omit<Description, 'name' | 'flags'>;
type Variants = Kernel['variants'];

const invocations = (count: number) => Math.ceil(count / 64);
/**
 * Workgroups whose invocations compute ROWS x COLUMNS blocks of 4 x 4 numbers of a product [m, n] each; with QUADS four
 * of them share the work on four times as many rows and columns.
 */
const tiles = (m: number, n: number, { ROWS, COLUMNS, WORKGROUP }: Params, flags: readonly string[] = []) => {
  const share = flags.includes('QUADS') ? 4 : 1;
  const count = share * Math.ceil(m / (4 * share * ROWS)) * Math.ceil(n / (4 * share * COLUMNS));
  return Math.ceil(count / WORKGROUP);
};
const one: Variants = [[]];
const each = (flags: readonly string[]): Variants => [[], ...flags.map((flag) => [flag])];
/** Every choice of the one with every choice of the other. */
const times = (a: Variants, b: Variants): Variants => a.flatMap((x) => b.map((y) => [...x, ...y]));

const perElement = (output: string, variants: Variants, flopsEach: number): Row => ({
  variants,
  order: 'sequential',
  workgroups: ({ count }) => invocations(count),
  outputs: ({ count }) => ({ [output]: count }),
  flops: ({ count }) => count * flopsEach,
});
const perRow = (output: string, variants: Variants, flopsEach: number): Row => ({
  variants,
  order: 'sequential',
  workgroups: ({ m }) => invocations(m),
  outputs: ({ m }) => ({ [output]: m }),
  flops: ({ m, n }) => m * n * flopsEach,
});

const product = {
  order: 'sequential' as const,
  variants: times(times(each(['TRANSPOSE_A']), each(['TRANSPOSE_B'])), each(['BIAS'])),
  outputs: ({ m, n }: Params) => ({ out: m * n }),
  flops: ({ m, k, n }: Params) => 2 * m * k * n,
};

/** The activations of all layers, with a loss, an update rule and what else a resident step may need. */
const RESIDENT_VARIANTS: Variants = times(times(OUTPUT_VARIANTS, UPDATE_VARIANTS), [
  [],
  ['CLIP'],
  ['WEIGHTED'],
]);

const table = {
  activation: perElement('a', each(ACTIVATION_FLAGS), 4),
  activationGrad: perElement('dz', each(ACTIVATION_FLAGS), 5),
  batch: {
    variants: one,
    workgroups: ({ m, width }) => invocations(m * width),
    outputs: ({ m, width }) => ({ out: m * width }),
    flops: () => 0,
  },
  clipFactor: {
    variants: one,
    order: 'sequential',
    workgroups: () => 1,
    outputs: () => ({ out: 1 }),
    flops: ({ count }) => count + 3,
  },
  clipNorm: {
    variants: one,
    counts: { PARTS: 1 },
    overrides: { WORKGROUP: 64 },
    stands: true,
    workgroups: () => 1,
    outputs: () => ({ squares: 1, factor: 1 }),
    flops: ({ count }) => 2 * count,
  },
  columnSums: {
    variants: one,
    order: 'strided64',
    workgroups: ({ n }) => n,
    outputs: ({ n }) => ({ out: n }),
    flops: ({ m, n }) => m * n,
  },
  dropout: perElement('out', one, 1),
  fusedBackward: {
    variants: times(
      times(
        [[], ...times(times([['THROUGH']], each(ACTIVATION_FLAGS)), each(['DROPOUT']))],
        [...UPDATE_VARIANTS, ['LATER']],
      ),
      each(['QUADS']),
    ),
    counts: { ROWS: 1, COLUMNS: 1 },
    overrides: { WORKGROUP: 64 },
    stands: true,
    workgroups: ({ throughGroups, firstGroups, secondGroups, records }) =>
      throughGroups + firstGroups + secondGroups + records,
    outputs: () => ({}),
    flops: ({ m, throughK, throughN, firstRows, firstColumns, secondRows, secondColumns }) =>
      2 * m * (throughK * throughN + firstRows * firstColumns + secondRows * secondColumns),
  },
  fusedForward: {
    variants: times(
      times(times(each(ACTIVATION_FLAGS), each(['DROPOUT'])), each(['QUADS'])),
      times([[], ['GATHER'], ['GATHER', 'X_FOURS']], each(['W_FOURS'])),
    ),
    counts: { ROWS: 1, COLUMNS: 1 },
    overrides: { WORKGROUP: 64 },
    stands: true,
    workgroups: ({ m, n }, tile, flags) => tiles(m, n, tile, flags),
    outputs: () => ({}),
    flops: ({ m, k, n }) => 2 * m * k * n,
  },
  fusedOutput: {
    variants: times(times(OUTPUT_VARIANTS, each(['WEIGHTED'])), each(['GATHER'])),
    overrides: { WORKGROUP: 8 },
    stands: true,
    workgroups: ({ m, rows }) => Math.ceil(m / rows),
    outputs: () => ({}),
    flops: ({ m, k, n }) => 2 * m * k * n,
  },
  fusedUpdate: {
    variants: times(UPDATE_VARIANTS, each(['CLIP'])),
    counts: { PARTS: 1 },
    overrides: { WORKGROUP: 64 },
    stands: true,
    workgroups: ({ count }, { WORKGROUP }) => Math.ceil(count / WORKGROUP),
    outputs: () => ({}),
    flops: ({ count }) => 12 * count,
  },
  hits: perRow('hits', each(['BINARY']), 2),
  loss: perRow(
    'losses',
    times(each(['BINARY_CROSS_ENTROPY', 'SOFTMAX_CROSS_ENTROPY', 'HUBER']), each(['WEIGHTED'])),
    8,
  ),
  matmul: { ...product, workgroups: ({ m, n }) => invocations(m * n) },
  matmulBlocks: {
    ...product,
    counts: { ROWS: 4, COLUMNS: 4 },
    overrides: { WORKGROUP: 64 },
    fits: ({ m, k, n }) => [m, k, n].every((size) => size % 4 === 0),
    workgroups: ({ m, n }, tile) => tiles(m, n, tile),
  },
  matmulShared: {
    contract: 'matmul',
    ...product,
    counts: { ROWS: 1, COLUMNS: 1 },
    workgroups: ({ m, n }, { ROWS, COLUMNS }) => Math.ceil(m / (32 * ROWS)) * Math.ceil(n / (32 * COLUMNS)),
  },
  matmulTiled: {
    contract: 'matmul',
    ...product,
    counts: { ROWS: 2, COLUMNS: 2 },
    overrides: { WORKGROUP: 64 },
    workgroups: ({ m, n }, tile) => tiles(m, n, tile),
  },
  mean: {
    variants: one,
    order: 'strided64',
    workgroups: () => 1,
    outputs: () => ({ out: 1 }),
    flops: ({ count }) => count,
  },
  outputGrad: {
    variants: times(each(['HUBER']), each(['WEIGHTED'])),
    order: 'sequential',
    workgroups: ({ m, n }) => invocations(m * n),
    outputs: ({ m, n }) => ({ out: m * n }),
    flops: ({ m, n }) => m * n,
  },
  record: {
    variants: each(['ACCURACY']),
    workgroups: () => 1,
    outputs: () => ({ history: 0, clock: 1 }),
    flops: () => 0,
  },
  resident: {
    variants: RESIDENT_VARIANTS,
    counts: { ROWS: 4, QUADS: 1 },
    overrides: { WORKGROUP: 64 },
    stands: true,
    workgroups: () => 1,
    outputs: () => ({}),
    flops: () => 0,
  },
  residentRows: {
    variants: RESIDENT_VARIANTS,
    // Of the smallest network there is; a plan gives those of its own.
    counts: {
      ...{ LAYERS: 1, PARAMETERS: 2, INPUTS: 1, OUTPUTS: 1, OUT: 1 },
      ...{ INPUTS_0: 1, UNITS_0: 1, ACTIVATION_0: 0, THRESHOLD_0: 0, A_0: 1, W_0: 0, B_0: 64 },
    },
    overrides: { WORKGROUP: 64 },
    stands: true,
    workgroups: () => 1,
    outputs: () => ({}),
    flops: () => 0,
  },
  softmax: { ...perRow('a', one, 4), outputs: ({ m, n }) => ({ a: m * n }) },
  squares: {
    variants: one,
    order: 'strided64',
    workgroups: () => 1,
    outputs: ({ slot }) => ({ out: slot + 1 }),
    flops: ({ count }) => 2 * count,
  },
  update: {
    variants: times(UPDATE_VARIANTS, each(['CLIP'])),
    order: 'sequential',
    workgroups: ({ count }) => invocations(count),
    outputs: ({ count }) => ({ w: count, m: count, v: count }),
    flops: ({ count }) => 12 * count,
  },
  watch: {
    variants: one,
    workgroups: ({ count }) => invocations(count),
    outputs: ({ slot }) => ({ health: slot + 1 }),
    flops: () => 0,
  },
} satisfies Record<string, Row>;

/** A kernel, by name. */
export type KernelName = keyof typeof table;
/** The kernels that do several passes of the textbook plan at once, and are judged in whole steps. */
export type FusedName = {
  [Name in KernelName]: (typeof table)[Name] extends { stands: true } ? Name : never;
}[KernelName];

/** The rows of the table of kernels: one for each file of `shaders/`. */
export const rows = Object.fromEntries(
  Object.entries<Row>(table).map(([name, row]) => {
    const flags = [...new Set(row.variants.flat())];
    return [name, Object.freeze({ name, flags, ...row })];
  }),
) as unknown as Readonly<Record<KernelName, Description>>;
