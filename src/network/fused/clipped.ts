import type { Pass } from '../../gpu/kernel.ts';
import { learningTensors } from '../learning.ts';
import { updateFlags } from '../optimizer.ts';
import { parameterTensors } from '../plan.ts';
import type { Fusing } from './index.ts';

/** The norm of all gradients, which must be known before the first weight changes, and the optimizer's step. */
export function clipped({ architecture, options, parts, sizes, tile }: Fusing, limit: number): Pass[] {
  const { optimizer } = options;
  const parameters = parameterTensors(architecture);
  const count = sizes.get('parameters')!;
  const squares: Pass = {
    label: 'update/squares',
    kernel: 'squares',
    flags: [],
    params: { count, slot: 0 },
    tensors: { x: 'gradients', out: 'squares' },
  };
  const factor: Pass = {
    label: 'update/clipFactor',
    kernel: 'clipFactor',
    flags: [],
    params: { count: 1, limit },
    tensors: { squares: 'squares', out: 'clipFactor' },
  };
  return [
    {
      label: 'update/norm',
      kernel: 'clipNorm',
      flags: [],
      params: { count, limit },
      tensors: { gradients: 'gradients', squares: 'squares', factor: 'clipFactor' },
      parts: [squares, factor],
    },
    {
      label: 'update',
      kernel: 'fusedUpdate',
      flags: updateFlags(optimizer),
      constants: { WORKGROUP: tile.workgroup },
      params: { count },
      tensors: {
        gradients: 'gradients',
        factor: 'clipFactor',
        schedule: 'schedule',
        clock: 'clock',
        ...learningTensors(optimizer),
      },
      parts: [
        ...parameters.flatMap(({ name }) => parts(`update/${name.replace('.', '/')}`)),
        ...parts('record'),
      ],
    },
  ];
}
