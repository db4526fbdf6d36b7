import type { Pass } from '../../gpu/kernel.ts';
import { updateFlags, updateParams } from '../optimizer.ts';
import { parameterTensors } from '../plan.ts';
import type { Fusing } from './index.ts';

/** The norm of all gradients, which must be known before the first weight changes, and the optimizer's step. */
export function clipped({ architecture, options, at, parts, sizes, tile }: Fusing, limit: number): Pass[] {
  const { optimizer } = options;
  const parameters = parameterTensors(architecture);
  const count = sizes.get('parameters')!;
  const { l1, l2, decay, ...rule } = updateParams(optimizer, 'w');
  const flags = updateFlags(optimizer);
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
      flags,
      constants: { WORKGROUP: tile.workgroup },
      params: {
        count,
        weights: at('layer1.b'),
        l1,
        l2,
        decay,
        biasPenalties: optimizer.decays === 'all' ? 1 : 0,
        ...rule,
      },
      tensors: {
        gradients: 'gradients',
        factor: 'clipFactor',
        schedule: 'schedule',
        clock: 'clock',
        parameters: 'parameters',
        ...(flags.includes('KEEPS_M') && { m: 'm' }),
        ...(flags.includes('KEEPS_V') && { v: 'v' }),
      },
      parts: [
        ...parameters.flatMap(({ name }) => parts(`update/${name.replace('.', '/')}`)),
        ...parts('record'),
      ],
    },
  ];
}
