import { EPSILON } from '../../src/lab/bounds.ts';
import type { Arithmetic } from '../../src/oracle/mirror/index.ts';
import type { Random } from '../../src/random.ts';

const bits = new Float32Array(1);
const integer = new Int32Array(bits.buffer);

/** The float32 that is next to `near` on the side of `exact`. */
function neighbour(near: number, exact: number): number {
  if (near === exact || near === 0 || !Number.isFinite(near)) return near;
  bits[0] = near;
  integer[0] += exact > near === near > 0 ? 1 : -1;
  return bits[0];
}

/**
 * A device that rounds to either neighbour, and computes exp and log nearly as badly as WGSL allows. A quarter of a
 * step is left for the constants in the text of a kernel, which are rounded, too: 0.01 of the leaky ReLU.
 */
export function carelessArithmetic(random: Random): Arithmetic {
  const round = (exact: number) => {
    const near = Math.fround(exact);
    const other = neighbour(near, exact);
    const close = Math.abs(other - exact) < 0.75 * Math.abs(other - near);
    return close && random.integer() & 1 ? other : near;
  };
  const off = () => 0.9 * random.uniform(-1, 1) * EPSILON;
  return {
    round,
    exp: (x) => Math.fround(Math.exp(x) * (1 + off() * (3 + 2 * Math.abs(x)))),
    log: (x) => Math.fround(Math.log(x) + off() * Math.max(3 * Math.abs(Math.log(x)), x < 2 ? 4 : 0)),
  };
}
