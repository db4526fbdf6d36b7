import type { Pass } from '../../gpu/kernel.ts';
import { type Architecture, sizesOf } from '../layers.ts';
import { FLAGS, drop, outputOf, product } from './layer.ts';

/** z = aPrev . w + b, a = g(z), layer by layer, for m rows; dropout in training only. */
export function forward(
  architecture: Architecture,
  m: number,
  { training, avoid }: { training: boolean; avoid?: ReadonlySet<string> },
): Pass[] {
  const sizes = sizesOf(architecture);
  return architecture.layers.flatMap(({ units, activation, dropout }, l): Pass[] => {
    const layer = `layer${l + 1}`;
    const z = `${layer}.z`;
    const a = `${layer}.a`;
    const multiply: Pass = {
      label: `forward/${layer}/z`,
      kernel: product(m, units, avoid),
      flags: ['BIAS'],
      params: { m, k: sizes[l], n: units, scale: 1 },
      tensors: { a: outputOf(architecture, l, training), b: `${layer}.w`, out: z, bias: `${layer}.b` },
    };
    const activate: Pass =
      activation === 'softmax'
        ? {
            label: `forward/${layer}/a`,
            kernel: 'softmax',
            flags: [],
            params: { m, n: units },
            tensors: { z, a },
          }
        : {
            label: `forward/${layer}/a`,
            kernel: 'activation',
            flags: FLAGS[activation],
            params: { count: m * units },
            tensors: { z, a },
          };
    if (!training || !dropout) return [multiply, activate];
    return [multiply, activate, drop('forward', architecture, l + 1, m, a, `${layer}.dropped`)];
  });
}
