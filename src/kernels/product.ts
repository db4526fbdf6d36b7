import type { AdapterDescription } from '../gpu/adapter.ts';
import type { KernelName } from './index.ts';

/**
 * The row of the contract `matmul` for a product [m, k] . [k, n] on an adapter, without tuning: large tiles in the
 * registers of few invocations on software, whose lanes share nothing; tiles in workgroup memory on a GPU.
 */
export function productFor(
  { kind }: Pick<AdapterDescription, 'kind'>,
  ...sizes: [m: number, k: number, n: number]
): { kernel: KernelName; constants?: Readonly<Record<string, number>> } {
  if (kind !== 'software') return { kernel: 'matmulShared' };
  if (sizes.every((size) => size % 4 === 0)) return { kernel: 'matmulBlocks', constants: { WORKGROUP: 4 } };
  return { kernel: 'matmulTiled', constants: { WORKGROUP: 4 } };
}
