import type { Params } from '../../gpu/kernel.ts';
import { type KernelName, kernels } from '../../kernels/index.ts';
import { Random } from '../../random.ts';
import type { Case } from '../contract.ts';
import { COUNTS, SHAPES } from '../inputs.ts';

type Inputs = Case['inputs'];
interface Options {
  readonly params?: Params;
  readonly kind?: Case['kind'];
  /** Which variants; all if left out. */
  readonly only?: (flags: readonly string[]) => boolean;
}

/** Every variant of a kernel of [count] with every count. */
export function everyCount(
  name: KernelName,
  make: (count: number, random: Random, flags: readonly string[]) => Inputs,
  { params, kind, only = () => true, counts = COUNTS }: Options & { counts?: readonly number[] } = {},
): Case[] {
  const random = new Random(1);
  return kernels[name].variants.filter(only).flatMap((flags) =>
    counts.map((count) => ({
      flags,
      params: { count, ...params },
      inputs: make(count, random, flags),
      kind,
    })),
  );
}

/** Every variant of a kernel of [m, n] with every shape. */
export function everyShape(
  name: KernelName,
  make: (m: number, n: number, random: Random, flags: readonly string[]) => Inputs,
  {
    params,
    kind,
    only = () => true,
    shapes = SHAPES,
  }: Options & { shapes?: readonly (readonly [number, number])[] } = {},
): Case[] {
  const random = new Random(3);
  return kernels[name].variants.filter(only).flatMap((flags) =>
    shapes.map(([m, n]) => ({
      flags,
      params: { m, n, ...params },
      inputs: make(m, n, random, flags),
      kind,
    })),
  );
}
