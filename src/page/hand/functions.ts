import { inSum, short } from './numbers.ts';

interface Named {
  readonly name: string;
  /** The slope at z, with its number. */
  readonly slope: (z: string, isPositive: boolean) => string;
}

/** The activations by their flag, as the notes write them. */
const FUNCTIONS: Readonly<Record<string, Named>> = {
  SIGMOID: { name: 'σ', slope: (z) => `σ(${z}) · (1 − σ(${z}))` },
  TANH: { name: 'tanh', slope: (z) => `(1 − tanh(${z})²)` },
  RELU: { name: 'ReLU', slope: (_z, isPositive) => (isPositive ? '1' : '0') },
  LEAKY_RELU: { name: 'LReLU', slope: (_z, isPositive) => (isPositive ? '1' : '0.01') },
  GELU: { name: 'GELU', slope: (z) => `GELU′(${z})` },
  SILU: { name: 'SiLU', slope: (z) => `σ(${z}) · (1 + ${z} · σ(−(${z})))` },
  ELU: { name: 'ELU', slope: (z, isPositive) => (isPositive ? '1' : `e^${z}`) },
  SOFTPLUS: { name: 'softplus', slope: (z) => `σ(${z})` },
};

/** The name of the activation that these flags choose; empty for the identity. */
export function functionOf(flags: readonly string[]): string {
  return flags.map((flag) => FUNCTIONS[flag]?.name).find((name) => name) ?? '';
}

/** g'(z) with its number. */
export function slopeText(flags: readonly string[], z: number): string {
  const named = flags.map((flag) => FUNCTIONS[flag]).find((one) => one);
  return named ? named.slope(short(z, 4), z > 0) : inSum(1);
}
