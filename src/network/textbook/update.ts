import type { Pass } from '../../gpu/kernel.ts';
import type { Architecture } from '../layers.ts';
import { updateFlags, updateParams } from '../optimizer.ts';
import { type PlanOptions, parameterTensors, sizeOf } from '../plan.ts';

/** `layer1.dw` is the gradient of `layer1.w`. */
const gradientOf = (parameter: string) => parameter.replace('.', '.d');

/** The global norm of the gradient where it is clipped, then the optimizer's step of every parameter. */
export function update(architecture: Architecture, { optimizer, clip }: PlanOptions): Pass[] {
  const parameters = parameterTensors(architecture);
  const flags = [...updateFlags(optimizer), ...(clip === undefined ? [] : ['CLIP'])];
  const steps = parameters.map((tensor): Pass => {
    const { name } = tensor;
    const [layer, parameter] = name.split('.');
    return {
      label: `update/${layer}/${parameter}`,
      kernel: 'update',
      flags,
      params: { count: sizeOf(tensor), ...updateParams(optimizer, parameter as 'w' | 'b') },
      tensors: {
        dw: gradientOf(name),
        schedule: 'schedule',
        clock: 'clock',
        w: name,
        ...(flags.includes('KEEPS_M') && { m: `${name}.m` }),
        ...(flags.includes('KEEPS_V') && { v: `${name}.v` }),
        ...(flags.includes('CLIP') && { factor: 'clipFactor' }),
      },
    };
  });
  if (clip === undefined) return steps;
  const squares = parameters.map((tensor, slot): Pass => ({
    label: `update/${tensor.name.replace('.', '/')}/squares`,
    kernel: 'squares',
    flags: [],
    params: { count: sizeOf(tensor), slot },
    tensors: { x: gradientOf(tensor.name), out: 'squares' },
  }));
  const factor: Pass = {
    label: 'update/clipFactor',
    kernel: 'clipFactor',
    flags: [],
    params: { count: parameters.length, limit: clip },
    tensors: { squares: 'squares', out: 'clipFactor' },
  };
  return [...squares, factor, ...steps];
}
