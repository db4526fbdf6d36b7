import { activation, activationGrad, dropout, outputGrad, watch } from './cases/elements.ts';
import { matmul, matmulBlocks } from './cases/products.ts';
import { hits, loss, softmax } from './cases/rows.ts';
import { batch, record, update } from './cases/steps.ts';
import { clipFactor, columnSums, mean, squares } from './cases/sums.ts';
import type { Contract } from './contract.ts';
import type { ContractName } from './standards.ts';

export type { ContractName };

/**
 * What every kernel is tried on, beside the standard that judges it. A kernel without a row here does not compile.
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
