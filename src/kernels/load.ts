import watch from '../../shaders/watch.wgsl?raw';
import type { KernelTable } from '../gpu/program.ts';
import { library } from './library.ts';
import { type KernelName, rows } from './rows.ts';

/** Texts are loaded with those of their plan. */
const loaders: readonly (() => Promise<Readonly<Record<string, string>>>)[] = [
  async () => (await import('./texts/textbook.ts')).texts,
  async () => (await import('./texts/fused.ts')).texts,
  async () => (await import('./texts/resident.ts')).texts,
];

const loaderOf = (name: KernelName) => loaders[rows[name].stands ? (name.startsWith('resident') ? 2 : 1) : 0];

/** The part of the table that some passes need, of whose texts no others are loaded. */
export async function loadKernels(passes: readonly { readonly kernel: string }[]): Promise<KernelTable> {
  const names = [...new Set(passes.map(({ kernel }) => kernel as KernelName))];
  const loaded = await Promise.all(
    [...new Set(names.filter((name) => name !== 'watch').map(loaderOf))].map((load) => load()),
  );
  const texts: Readonly<Record<string, string>> = Object.assign({ watch }, ...loaded);
  const kernels = names.map((name) => [name, { ...rows[name], source: texts[name] }]);
  return { kernels: Object.fromEntries(kernels), library };
}

/** Where this module was built: a bundler names what it makes by its content, and so it changes with the texts. */
export const version = import.meta.url;
