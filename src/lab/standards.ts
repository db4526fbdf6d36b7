import type { Pass } from '../gpu/kernel.ts';
import { type FusedName, type KernelName, rows } from '../kernels/rows.ts';
import { oracles } from '../oracle/index.ts';
import { activationBounds } from './activationBounds.ts';
import { EPSILON, TINY, gamma, magnitudes } from './bounds.ts';
import type { Bound, Standard } from './contract.ts';
import { lossBound, softmaxBound } from './rowBounds.ts';
import { updateBound } from './updateBounds.ts';

/** A kernel with an oracle of its own name. */
export type ContractName = Exclude<KernelName, FusedName>;

/** Nothing is computed, so nothing can be off. */
const exact: Bound = () => () => 0;

/** A result of n roundings, each of which may take either neighbour. */
const roundings =
  (n: number): Bound =>
  (_one, _output, want) =>
  (i) =>
    n * EPSILON * Math.abs(want[i]) + TINY;

const activationBound: Bound =
  ({ flags, inputs: { z } }) =>
  (i) =>
    activationBounds[flags[0]]?.g(z[i]) ?? 0;

const activationGradBound: Bound =
  ({ flags, inputs: { z, da } }, _output, want) =>
  (i) =>
    (activationBounds[flags[0]]?.slope(z[i]) ?? 0) * Math.abs(da[i]) +
    EPSILON * Math.abs(want[i]) +
    TINY * (1 + Math.abs(da[i]));

/** Half the error of the sum under the root, then a root (4.5 units in the last place), a sum and a quotient. */
const clipFactorBound: Bound =
  ({ params: { count } }, _output, want) =>
  () =>
    (gamma(count) / 2 + 10 * EPSILON) * want[0];

const columnSumsBound: Bound = ({ params, inputs }) => {
  const { out } = oracles.columnSums(new Set(), params, { a: magnitudes(inputs.a) });
  return (i) => gamma(params.m + 1) * out[i] + (params.m + 1) * TINY;
};

/** k products and k sums, a scale and a bias. */
const productBound: Bound = ({ flags, params, inputs }) => {
  const absolute = Object.fromEntries(
    Object.entries(inputs).map(([name, values]) => [name, magnitudes(values)]),
  );
  const { out } = oracles.matmul(new Set(flags), params, absolute);
  return (i) => gamma(params.k + 2) * out[i] + (params.k + 2) * TINY;
};

const meanBound: Bound = ({ params: { count }, inputs: { x } }) => {
  const { out } = oracles.mean(new Set(), { count }, { x: magnitudes(x) });
  return () => gamma(count + 3) * out[0] + count * TINY;
};

const squaresBound: Bound =
  ({ params: { count, slot } }, _output, want) =>
  (i) =>
    i === slot ? gamma(count + 1) * want[i] + (count + 1) * TINY : 0;

const matmul: Standard = { oracle: oracles.matmul, bound: productBound };

/**
 * What ties a kernel to the oracle that judges it and to how far it may be off: all that verifying a step needs.
 * A kernel without a row here does not compile; those that stand for several passes are judged in whole steps, by
 * the oracles of those passes.
 */
export const standards: Readonly<Record<ContractName, Standard>> = {
  activation: { oracle: oracles.activation, bound: activationBound },
  activationGrad: { oracle: oracles.activationGrad, bound: activationGradBound },
  batch: { oracle: oracles.batch, bound: exact },
  clipFactor: { oracle: oracles.clipFactor, bound: clipFactorBound },
  columnSums: { oracle: oracles.columnSums, bound: columnSumsBound },
  dropout: { oracle: oracles.dropout, bound: roundings(1) },
  hits: { oracle: oracles.hits, bound: roundings(3) },
  loss: { oracle: oracles.loss, bound: lossBound },
  matmul,
  matmulBlocks: matmul,
  matmulShared: matmul,
  matmulTiled: matmul,
  mean: { oracle: oracles.mean, bound: meanBound },
  outputGrad: { oracle: oracles.outputGrad, bound: roundings(3) },
  record: { oracle: oracles.record, bound: exact },
  softmax: { oracle: oracles.softmax, bound: softmaxBound },
  squares: { oracle: oracles.squares, bound: squaresBound },
  update: { oracle: oracles.update, bound: updateBound },
  watch: { oracle: oracles.watch, bound: exact },
};

/** The kernel whose oracle judges a pass. */
export function contractOf({ kernel }: Pass): ContractName {
  return (rows[kernel as ContractName].contract ?? kernel) as ContractName;
}
