import { type Architecture, parameterCount } from '../layers.ts';
import type { PlanOptions } from '../plan.ts';

/** Layers that the table of the kernel has room for. */
export const MOST_LAYERS = 8;
/** More parameters keep one workgroup busy for so long that many do it sooner. */
const MOST_PARAMETERS = 4096;

/** Why a network or its data cannot be trained by the resident plan; undefined if they can. */
export function refusal(architecture: Architecture, { data }: PlanOptions): string | undefined {
  const count = parameterCount(architecture);
  if (count > MOST_PARAMETERS)
    return `its ${count} weights and biases are too many for one workgroup, which holds ${MOST_PARAMETERS}`;
  if (architecture.layers.length > MOST_LAYERS)
    return `it has ${architecture.layers.length} layers, and one workgroup holds ${MOST_LAYERS}`;
  if (data.length > 1) return `the data lies in ${data.length} buffers, and a resident dispatch reads one`;
  return undefined;
}
