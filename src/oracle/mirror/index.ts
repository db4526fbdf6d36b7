import { activation, activationGrad, dropout, outputGrad } from './elements.ts';
import { hits, loss, softmax } from './rows.ts';
import { clipFactor, columnSums, matmul, mean, squares } from './sums.ts';
import type { Arithmetic, Mirror } from './types.ts';
import { update } from './update.ts';

export type { Arithmetic, Mirror };

/** The mirrors of the kernels that compute in float32, by the kernel's name; the others only copy. */
export const mirrors = {
  activation,
  activationGrad,
  clipFactor,
  columnSums,
  dropout,
  hits,
  loss,
  matmul,
  mean,
  outputGrad,
  softmax,
  squares,
  update,
} satisfies Record<string, Mirror>;
