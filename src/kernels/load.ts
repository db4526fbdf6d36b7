import watch from '../../shaders/watch.wgsl?raw';
import type { KernelTable } from '../gpu/program.ts';
import { common } from './common.ts';
import { type KernelName, rows } from './rows.ts';

/** The texts of a plan's own kernels, by name, and of the files that only these include. */
export interface Texts {
  readonly kernels: Readonly<Record<string, string>>;
  readonly library: Readonly<Record<string, string>>;
}

/**
 * The part of the table that some passes need.
 * @param own what their plan brings along; the texts of the textbook plan are loaded where one of them is wanted
 */
export async function loadKernels(
  passes: readonly { readonly kernel: string }[],
  own: Texts = { kernels: {}, library: {} },
): Promise<KernelTable> {
  const names = [...new Set(passes.map(({ kernel }) => kernel as KernelName))];
  let texts: Texts['kernels'] = { watch, ...own.kernels };
  if (names.some((name) => !(name in texts)))
    texts = { ...texts, ...(await import('./texts/textbook.ts')).texts.kernels };
  const kernels = names.map((name) => [name, { ...rows[name], source: texts[name] }]);
  return { kernels: Object.fromEntries(kernels), library: { ...common, ...own.library } };
}

/** Where this module was built: a bundler names what it makes by its content, and so it changes with the texts. */
export const version = import.meta.url;
