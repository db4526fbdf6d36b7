import type { Params } from '../../gpu/kernel.ts';
import { kernelText } from '../../gpu/pipelines.ts';
import { type KernelName, kernels } from '../../kernels/index.ts';
import { library } from '../../kernels/library.ts';

/** A shipped kernel's text. */
export interface Source {
  /** With its directives: every variant. */
  readonly raw: string;
  /** As the GPU compiles it with these flags and counts. */
  readonly specialized: string;
}

/** @throws ShaderError for a flag or count that the kernel does not have */
export function sourceOf(kernel: KernelName, flags: readonly string[], constants: Params = {}): Source {
  return {
    raw: kernels[kernel].source,
    specialized: kernelText(kernels[kernel], flags, library, constants),
  };
}
