import { type Activation, type DenseLayer } from '../layers.ts';

/** Activations in the order of their numbers in shaders/lib/activations.wgsl; softmax is in the loss. */
const NUMBERS: readonly Activation[] = [
  'identity',
  'sigmoid',
  'tanh',
  'relu',
  'leakyRelu',
  'gelu',
  'silu',
  'elu',
  'softplus',
];

export function activationNumber(activation: Activation): number {
  return Math.max(0, NUMBERS.indexOf(activation));
}

/** The share of 2^32 that dropout drops. */
export function thresholdOf({ dropout = 0 }: DenseLayer): number {
  return Math.round(dropout * 2 ** 32);
}
