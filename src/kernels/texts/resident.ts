import resident from '../../../shaders/resident.wgsl?raw';
import residentRows from '../../../shaders/residentRows.wgsl?raw';
import activations from '../../../shaders/lib/activations.wgsl?raw';
import type { Texts } from '../load.ts';

/** The texts of the resident plan. */
export const texts = {
  kernels: { resident, residentRows },
  library: { activations },
} satisfies Texts;
