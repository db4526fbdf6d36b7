import type { Pass } from '../../gpu/kernel.ts';
import type { Activation, Architecture } from '../layers.ts';

/** The flag of an activation in the kernels. */
export const FLAGS: Record<Activation, readonly string[]> = {
  sigmoid: ['SIGMOID'],
  tanh: ['TANH'],
  relu: ['RELU'],
  leakyRelu: ['LEAKY_RELU'],
  identity: [],
  gelu: ['GELU'],
  silu: ['SILU'],
  elu: ['ELU'],
  softplus: ['SOFTPLUS'],
  softmax: [],
};

/** Which matmul: small products have too few tiles to keep a GPU busy. One that is to be avoided gives way. */
export function product(m: number, n: number, avoid?: ReadonlySet<string>): 'matmul' | 'matmulTiled' {
  const tiled = m * n >= 4096 ? !avoid?.has('matmulTiled') : avoid?.has('matmul');
  return tiled ? 'matmulTiled' : 'matmul';
}

/** What a layer hands to the next: its activations, in training those that dropout keeps. */
export function outputOf({ layers }: Architecture, l: number, training: boolean): string {
  if (l === 0) return 'x';
  return training && layers[l - 1].dropout ? `layer${l}.dropped` : `layer${l}.a`;
}

/** Drops the same numbers forward and backward. */
export function drop(
  phase: 'forward' | 'backward',
  { layers }: Architecture,
  l: number,
  m: number,
  x: string,
  out: string,
): Pass {
  const { units, dropout } = layers[l - 1];
  return {
    label: `${phase}/layer${l}/dropout`,
    kernel: 'dropout',
    flags: [],
    params: {
      count: m * units,
      layer: l,
      threshold: Math.round(dropout! * 2 ** 32),
      scale: 1 / (1 - dropout!),
    },
    tensors: { x, schedule: 'schedule', clock: 'clock', out },
  };
}
