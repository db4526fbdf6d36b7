import type { FusedName, KernelName } from '../kernels/index.ts';
import { activation, activationGrad, dropout, outputGrad, watch } from './cases/elements.ts';
import { matmul, matmulBlocks } from './cases/products.ts';
import { hits, loss, softmax } from './cases/rows.ts';
import { batch, record, update } from './cases/steps.ts';
import { clipFactor, columnSums, mean, squares } from './cases/sums.ts';
import type { Contract } from './contract.ts';

/** A kernel with an oracle of its own name. */
export type ContractName = Exclude<KernelName, FusedName>;

/**
 * What ties a kernel to the oracle that judges it, the inputs it is tried on and how far it may be
 * off. A kernel without a row here does not compile; those that stand for several passes are judged in
 * whole steps, by the oracles of those passes.
 */
export const contracts: Readonly<Record<ContractName, Contract>> = {
  activation,
  activationGrad,
  batch,
  clipFactor,
  columnSums,
  dropout,
  hits,
  loss,
  matmul,
  matmulBlocks,
  matmulShared: matmul,
  matmulTiled: matmul,
  mean,
  outputGrad,
  record,
  softmax,
  squares,
  update,
  watch,
};
