import watch from '../../shaders/watch.wgsl?raw';
import type { Kernel } from '../gpu/kernel.ts';
import { type KernelName, rows } from './rows.ts';
import { texts as fused } from './texts/fused.ts';
import { texts as resident } from './texts/resident.ts';
import { texts as textbook } from './texts/textbook.ts';

export * from './rows.ts';

const texts: Readonly<Record<KernelName, string>> = {
  ...fused.kernels,
  ...resident.kernels,
  ...textbook.kernels,
  watch,
};

/** The whole table, with all texts: for looking at kernels. What trains loads those it needs, by load.ts. */
export const kernels = Object.fromEntries(
  Object.entries(rows).map(([name, row]) => [
    name,
    Object.freeze({ ...row, source: texts[name as KernelName] }),
  ]),
) as unknown as Readonly<Record<KernelName, Kernel>>;
