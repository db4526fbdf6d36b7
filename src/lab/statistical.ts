import { LAMBDA, TINY, UNIT } from './bounds.ts';

/** One number that a kernel sums up. */
export interface Sum {
  readonly count: number;
  /** The i-th term, exactly. */
  term(i: number): number;
  /** Whether a term is a product, which is rounded before it is added. */
  readonly products: boolean;
  readonly order: 'sequential' | 'strided64';
  /** What the sum is multiplied by in the end. */
  readonly scale: number;
  /** What is added last. */
  readonly bias?: number;
}

/**
 * How far a sum may be off if its roundings are to the nearest, independent and as often up as down:
 * lambda u sqrt(sum of the squares of every number that was rounded). After Ipsen and Zhou, Probabilistic
 * Error Analysis for Inner Products, arXiv 1906.10465.
 */
export function statisticalBound({ count, term, products, order, scale, bias }: Sum): number {
  let squares = 0;
  let sum = 0;
  const add = (a: number, b: number): number => {
    squares += (a + b) ** 2;
    return a + b;
  };
  if (order === 'sequential') for (let i = 0; i < count; i++) sum = add(sum, term(i));
  else {
    const partial = new Float64Array(64);
    for (let i = 0; i < count; i++) partial[i % 64] = add(partial[i % 64], term(i));
    for (let half = 32; half >= 1; half /= 2)
      for (let i = 0; i < half; i++) partial[i] = add(partial[i], partial[i + half]);
    [sum] = partial;
  }
  if (products) for (let i = 0; i < count; i++) squares += term(i) ** 2;
  const scaled = scale * sum;
  squares = scale ** 2 * squares + scaled ** 2 + (bias === undefined ? 0 : (scaled + bias) ** 2);
  return LAMBDA * UNIT * Math.sqrt(squares) + (2 * count + 2) * TINY;
}
