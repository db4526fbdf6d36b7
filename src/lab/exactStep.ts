import { type Pass, partsOf } from '../gpu/kernel.ts';
import { type KernelName, kernels } from '../kernels/index.ts';
import { type Numbers, runPasses } from '../oracle/index.ts';
import { type Worst, compare } from './compare.ts';
import { type Content, type StepRecord, makeRoom } from './verify.ts';

/** The tensors after these passes, by the oracle. */
function runByOracle(passes: readonly Pass[], before: ReadonlyMap<string, Numbers>): Map<string, Numbers> {
  const tensors = new Map(
    [...before].map(([name, values]): [string, Numbers] => [
      name,
      values instanceof Uint32Array ? values.slice() : Float64Array.from(values),
    ]),
  );
  const parts = partsOf(passes);
  for (const part of parts) makeRoom(part, tensors);
  runPasses(parts, tensors, (kernel) => kernels[kernel as KernelName].contract ?? kernel);
  return tensors;
}

/**
 * The largest sum of |a||b| that can occur in the making of each tensor, in any order: the step on the
 * absolute values of everything, with every difference turned into a sum.
 */
export function largestSums(passes: readonly Pass[], before: Content): Map<string, number> {
  const absolute = new Map(
    [...before].map(([name, values]): [string, Numbers] => {
      if (values instanceof Uint32Array) return [name, values.slice()];
      // a - y becomes a + |y|.
      const sign = /^(data\.)?y\d*$/.test(name) ? -1 : 1;
      return [name, Float64Array.from(values, (value) => sign * Math.abs(value))];
    }),
  );
  // w - rate g becomes w + rate g.
  const schedule = absolute.get('schedule') as Uint32Array;
  const rates = new Float32Array(schedule.buffer);
  for (let row = 0; row < schedule.length; row += 8) rates[row + 3] *= -1;
  const after = runByOracle(passes, absolute);
  return new Map(
    [...after].map(([name, values]) => [
      name,
      Float64Array.from(values).reduce((most, value) => Math.max(most, Math.abs(value)), 0),
    ]),
  );
}

/** Compares every tensor of a step with the oracle's, bit by bit. */
export function compareExactly({ passes, shapes, before, after }: StepRecord): {
  elements: number;
  wrong: (Worst & { readonly tensor: string }) | undefined;
} {
  const want = runByOracle(passes, before);
  let elements = 0;
  for (const [tensor, values] of after) {
    // Arenas are no tensors: what lies in them is compared by its own name.
    if (!shapes.has(tensor)) continue;
    const worst = compare(values, want.get(tensor) ?? values, () => 0);
    if (worst.fraction > 0) return { elements, wrong: { ...worst, tensor } };
    elements += values.length;
  }
  return { elements, wrong: undefined };
}
