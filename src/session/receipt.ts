import type { Gpu } from '../gpu/gpu.ts';
import { variantName } from '../gpu/kernel.ts';
import { kernelText } from '../gpu/pipelines.ts';
import { kernels } from '../kernels/index.ts';
import { library } from '../kernels/library.ts';
import { hashOf } from './hash.ts';

/** The SHA-256 of the text of every kernel that was compiled on this GPU, by variant name, in order. */
export async function kernelHashes(gpu: Gpu): Promise<Record<string, string>> {
  const hashes: Record<string, string> = {};
  for (const [name, text] of [...(await gpu.pipelines.texts())].sort(([a], [b]) => (a < b ? -1 : 1))) {
    hashes[name] = await hashOf(text);
  }
  return hashes;
}

/** The SHA-256 of the text of every variant in the kernel table. */
export async function textHashes(): Promise<Record<string, string>> {
  const hashes: Record<string, string> = {};
  for (const kernel of Object.values(kernels))
    for (const flags of kernel.variants)
      hashes[variantName(kernel.name, flags)] = await hashOf(kernelText(kernel, flags, library));
  return hashes;
}
