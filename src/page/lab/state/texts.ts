import type { KernelName } from '../../../kernels/rows.ts';

/** The files of `shaders/` with their comments, which are left out of what trains. */
const files = import.meta.glob<string>('../../../../shaders/*.wgsl', {
  query: '?raw&whole',
  import: 'default',
});

/** A kernel's text as it lies in its file. */
export function textOf(kernel: KernelName): Promise<string> {
  return files[`../../../../shaders/${kernel}.wgsl`]();
}

export interface Constant {
  readonly name: string;
  /** As the text or the table has it. */
  readonly value: number;
}

const OVERRIDE = /^\s*(?:@id\(\d+\)\s*)?override\s+(\w+)[^=;]*=\s*(\d+)u?\s*;/gm;

/** The counts and overrides that a text has: those of the table, then those that it declares itself. */
export function constantsIn(source: string, known: Readonly<Record<string, number>>): Constant[] {
  const own = [...source.matchAll(OVERRIDE)].map(([, name, value]) => [name, Number(value)] as const);
  return Object.entries({ ...Object.fromEntries(own), ...known }).map(([name, value]) => ({ name, value }));
}
