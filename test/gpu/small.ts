import { dense } from '../../src/network/layers.ts';

const rows = 40;

/** Forty rows of three classes. */
export const data = {
  rows,
  x: Float32Array.from({ length: rows * 6 }, (_, i) => Math.sin(3 * i)),
  y: Float32Array.from({ length: rows * 3 }, (_, i) => Number(i % 3 === Math.floor(i / 3) % 3)),
};

/** A network for them that every plan can train, with dropout. */
export const network = { inputs: 6, layers: [dense(16, 'tanh', { dropout: 0.2 }), dense(3, 'softmax')] };
