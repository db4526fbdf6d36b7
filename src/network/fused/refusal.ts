import type { Architecture } from '../layers.ts';
import type { PlanOptions } from '../plan.ts';

/** Why a network or its data cannot be trained by the fused plan; undefined if they can. */
export function refusal(_architecture: Architecture, { data }: PlanOptions): string | undefined {
  if (data.length > 1)
    return `the data lies in ${data.length} buffers, as this adapter's are too small for it, and a fused pass reads one`;
  return undefined;
}
