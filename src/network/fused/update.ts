import type { Pass } from '../../gpu/kernel.ts';
import { learningTensors, updateFlags } from '../optimizer.ts';
import { type PlanOptions, parameterTensors } from '../plan.ts';
import type { Fusing } from './index.ts';

/** Whether the optimizer has to wait for all gradients: for their norm, or for the sums of their parts. */
export function isLater({ clip, tile }: PlanOptions): boolean {
  return clip !== undefined || tile?.split !== undefined;
}

/**
 * The optimizer's step where it has to wait for all gradients. Their parts are added by the first pass that reads them:
 * the norm, where they are clipped by it, else the step.
 */
export function update({ architecture, options, parts, sizes, tile }: Fusing): Pass[] {
  const { optimizer, clip: limit } = options;
  const { split: PARTS = 1 } = tile;
  const count = sizes.get('parameters')!;
  const norm = (limit: number): Pass => ({
    label: 'update/norm',
    kernel: 'clipNorm',
    flags: [],
    constants: { PARTS },
    params: { count, limit },
    tensors: { gradients: 'gradients', squares: 'squares', factor: 'clipFactor' },
    parts: [
      {
        label: 'update/squares',
        kernel: 'squares',
        flags: [],
        params: { count, slot: 0 },
        tensors: { x: 'gradients', out: 'squares' },
      },
      {
        label: 'update/clipFactor',
        kernel: 'clipFactor',
        flags: [],
        params: { count: 1, limit },
        tensors: { squares: 'squares', out: 'clipFactor' },
      },
    ],
  });
  const clips = limit !== undefined;
  const step: Pass = {
    label: 'update',
    kernel: 'fusedUpdate',
    flags: [...updateFlags(optimizer), ...(clips ? ['CLIP'] : [])],
    constants: { WORKGROUP: tile.workgroup, PARTS: clips ? 1 : PARTS },
    params: { count },
    tensors: {
      gradients: 'gradients',
      ...(clips && { factor: 'clipFactor' }),
      schedule: 'schedule',
      clock: 'clock',
      ...learningTensors(optimizer),
    },
    parts: [
      ...parameterTensors(architecture).flatMap(({ name }) => parts(`update/${name.replace('.', '/')}`)),
      ...parts('record'),
    ],
  };
  return clips ? [norm(limit), step] : [step];
}
