/**
 * Random numbers from a seed, in integer arithmetic only, so that every browser, Node and the GPU
 * draw the same. Nothing here is meant for cryptography.
 */

/** One round of mixing: a bijection of the 32-bit integers whose output looks random. */
export function mix(x: number): number {
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
  return (x ^ (x >>> 15)) >>> 0;
}

/** Several integers folded into one well-mixed 32-bit key, e.g. of a seed and an epoch. */
export function key(...parts: number[]): number {
  return parts.reduce((state, part) => mix((state + Math.imul(part, 0x9e3779b9) + 0x85ebca6b) >>> 0), 0);
}

/** A stream of random numbers (xoshiro128**, Blackman and Vigna 2018). */
export class Random {
  #s: Uint32Array;
  #spare: number | undefined;

  /** @param seed any integers; different ones give independent streams */
  constructor(...seed: number[]) {
    const k = key(...seed);
    this.#s = Uint32Array.from([1, 2, 3, 4], (i) => key(k, i));
  }

  /** A whole number from 0 to 2^32 - 1. */
  integer(): number {
    const s = this.#s;
    const product = Math.imul(s[1], 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9) >>> 0;
    const t = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = (s[3] << 11) | (s[3] >>> 21);
    return result;
  }

  /** Uniform in [low, high). */
  uniform(low = 0, high = 1): number {
    return low + (high - low) * (this.integer() / 2 ** 32);
  }

  /** Standard normal, by Marsaglia's polar method (no sine, which differs between engines). */
  normal(): number {
    if (this.#spare !== undefined) {
      const spare = this.#spare;
      this.#spare = undefined;
      return spare;
    }
    let u: number, v: number, s: number;
    do {
      u = this.uniform(-1, 1);
      v = this.uniform(-1, 1);
      s = u * u + v * v;
    } while (s >= 1 || s === 0);
    const factor = Math.sqrt((-2 * Math.log(s)) / s);
    this.#spare = v * factor;
    return u * factor;
  }

  /** The whole numbers 0 .. n - 1 in random order. */
  permutation(n: number): Uint32Array {
    const order = Uint32Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1; i > 0; i--) {
      const j = Math.floor(this.uniform(0, i + 1));
      [order[i], order[j]] = [order[j], order[i]];
    }
    return order;
  }
}

/**
 * The place that shuffling sends row `i` of `n` to: a permutation of 0 .. n - 1 that needs no table,
 * because every step of it is a bijection of the integers below the next power of two, repeated until
 * the result is below n (cycle walking). The GPU computes the same in `shaders/lib/shuffle.wgsl`.
 */
export function shuffled(i: number, n: number, shuffleKey: number): number {
  const bits = 32 - Math.clz32(n - 1);
  const mask = bits === 0 ? 0 : 0xffffffff >>> (32 - bits);
  const shift = (bits >>> 1) + 1;
  do {
    let round = shuffleKey;
    for (let r = 0; r < 4; r++) {
      i = (i ^ round) & mask;
      i = Math.imul(i, (round >>> 3) | 1) & mask;
      i ^= i >>> shift;
      i = (i + (round >>> 11)) & mask;
      round = mix(round);
    }
  } while (i >>> 0 >= n);
  return i >>> 0;
}
