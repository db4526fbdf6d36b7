import { UsageError } from '../errors.ts';
import type { Params } from '../gpu/kernel.ts';
import { type KernelName, kernels } from '../kernels/index.ts';
import { type Architecture, dense, sizesOf } from '../network/layers.ts';

/** What `katman bench` measures: plain data, the same in Node and in the page. */

/** Kernels that are measured against each other, or side by side, on the same numbers. */
export interface KernelGroup {
  readonly title: string;
  readonly params: Params;
  readonly members: readonly { readonly kernel: KernelName; readonly flags: readonly string[] }[];
  /** Whether they do the same, so that one of them is the fastest. */
  readonly rivals: boolean;
}

/** Rows, inner length and columns of a product. */
export type Shape = readonly [m: number, k: number, n: number];

/** The last is the first layer of a network for MNIST, at a batch of 128. */
export const SHAPES: readonly Shape[] = [
  [512, 512, 512],
  [1024, 1024, 1024],
  [128, 784, 128],
];

/** The three products of a training step: forward, dw and dx. */
const FORMS: readonly (readonly [string, readonly string[]])[] = [
  ['a . b', []],
  ['aT . b', ['TRANSPOSE_A']],
  ['a . bT', ['TRANSPOSE_B']],
];

/** Kernels whose every output is one number of each input. */
const ELEMENTWISE = ['activation', 'activationGrad', 'dropout', 'outputGrad', 'update', 'watch'] as const;
/** Numbers in each of their tensors. */
export const ELEMENTS = 2 ** 20;

const names = Object.keys(kernels) as KernelName[];
export const PRODUCTS = names.filter((name) => (kernels[name].contract ?? name) === 'matmul');

/** Every kernel of which there is a bench. */
export const BENCHED: readonly KernelName[] = [...PRODUCTS, ...ELEMENTWISE];

/** The kernels of a list, as the command line gives it. @throws UsageError naming those there are */
export function chosenKernels(words: readonly string[] | undefined): readonly KernelName[] {
  const unknown = words?.find((word) => !(BENCHED as readonly string[]).includes(word));
  if (unknown !== undefined)
    throw new UsageError(`There is no bench of the kernel '${unknown}'; choose among ${BENCHED.join(', ')}`);
  return BENCHED.filter((name) => words === undefined || words.includes(name));
}

/** What is measured of these kernels: products in each form and shape, the others in each variant. */
export function kernelGroups(chosen: readonly KernelName[], shapes: readonly Shape[]): KernelGroup[] {
  const products = PRODUCTS.filter((name) => chosen.includes(name));
  const groups = shapes.flatMap(([m, k, n]) =>
    FORMS.map(([form, flags]): KernelGroup => {
      const members = products
        .filter((name) => kernels[name].variants.some((variant) => String(variant) === String(flags)))
        .map((kernel) => ({ kernel, flags }));
      return { title: `${form} ${m}x${k}x${n}`, params: { m, k, n, scale: 1 }, members, rivals: true };
    }),
  );
  const elementwise = ELEMENTWISE.filter((name) => chosen.includes(name)).map((kernel): KernelGroup => {
    const members = kernels[kernel].variants.map((flags) => ({ kernel, flags }));
    return { title: `${kernel}, 2^20 numbers`, params: { count: ELEMENTS }, members, rivals: false };
  });
  return [...groups, ...elementwise].filter(({ members }) => members.length);
}

/** A network whose training steps are measured, on made-up data. */
export interface BenchNetwork {
  readonly name: string;
  readonly architecture: Architecture;
  readonly rows: number;
  readonly batchSize: number;
}

const network = (
  name: string,
  inputs: number,
  layers: Architecture['layers'],
  rows: number,
  batchSize: number,
): BenchNetwork => ({ name, architecture: { inputs, layers }, rows, batchSize });

const relu = (units: number) => dense(units, 'relu');

/** From what teaching uses to what fills a GPU. */
export const NETWORKS: readonly BenchNetwork[] = [
  network('2-16-1', 2, [dense(16, 'tanh'), dense(1, 'sigmoid')], 400, 400),
  network('64-32-10', 64, [relu(32), dense(10, 'softmax')], 1792, 128),
  network('784-128-10', 784, [relu(128), dense(10, 'softmax')], 4096, 128),
  network('784-512-512-10', 784, [relu(512), relu(512), dense(10, 'softmax')], 4096, 256),
];

/** The networks of a list. @throws UsageError naming those there are */
export function chosenNetworks(words: readonly string[] | undefined): readonly BenchNetwork[] {
  const known = NETWORKS.map(({ name }) => name);
  const unknown = words?.find((word) => !known.includes(word));
  if (unknown !== undefined)
    throw new UsageError(`There is no bench of the network '${unknown}'; choose among ${known.join(', ')}`);
  return NETWORKS.filter(({ name }) => words === undefined || words.includes(name));
}

/** Floating-point operations of the products of one step: forward, dw, and dx of all layers but the first. */
export function stepFlops({ architecture, batchSize }: BenchNetwork): number {
  const sizes = sizesOf(architecture);
  return architecture.layers.reduce(
    (sum, { units }, l) => sum + (l === 0 ? 2 : 3) * 2 * batchSize * sizes[l] * units,
    0,
  );
}
