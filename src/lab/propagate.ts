import type { Pass } from '../gpu/kernel.ts';
import type { Numbers } from '../oracle/index.ts';
import { activation, activationGrad, dropout, outputGrad } from './propagate/elements.ts';
import { hits } from './propagate/hits.ts';
import { loss } from './propagate/loss.ts';
import type { Errors, Given, Rule } from './propagate/rule.ts';
import { softmax } from './propagate/softmax.ts';
import { batch, record } from './propagate/steps.ts';
import { clipFactor, columnSums, matmul, mean, squares } from './propagate/sums.ts';
import { update } from './propagate/update.ts';
import { contractOf, standards } from './standards.ts';

export type { Errors };

/** The numbers of an output by the oracle, and how far that of a device may be from each. */
export interface Propagated {
  readonly values: Numbers;
  readonly bound: (index: number) => number;
}

/** By the kernel whose oracle judges; `watch` is not part of a step. */
const rules: Readonly<Record<string, Rule>> = {
  activation,
  activationGrad,
  batch,
  clipFactor,
  columnSums,
  dropout,
  hits,
  loss,
  matmul,
  matmulBlocks: matmul,
  mean,
  outputGrad,
  record,
  softmax,
  squares,
  update,
};

/** A bound of so much belongs to sums whose terms leave float32. */
const BEYOND = 2 ** 104;

/**
 * What a textbook pass makes of inputs that are known but for their errors: for a pass that a device made of numbers
 * that it never stored. A running error analysis (Higham 2002, section 3.3), forward through the step: wherever the
 * device's inputs lie within their errors, its outputs lie within the bounds returned, which are infinite where they may have left float32.
 * @param inputs the float64 values by binding, `errors` how far the device's may be from each
 */
export function propagate(
  part: Pass,
  inputs: Readonly<Record<string, Numbers>>,
  errors: Errors = {},
): Record<string, Propagated> {
  const name = contractOf(part);
  const given: Given = { flags: part.flags, params: part.params, inputs };
  const rule = rules[name];
  for (const [binding, values] of Object.entries(errors))
    if (!rule.takes.includes(binding) && values?.some((error) => error !== 0))
      throw new Error(
        `${part.label} (${name}) has no rule for errors of its ${binding}: let the plan store that tensor`,
      );
  const outputs = standards[name].oracle(new Set(part.flags), part.params, inputs);
  return Object.fromEntries(
    Object.entries(outputs).map(([output, values]) => {
      const bound = rule.bound(given, errors, output, values);
      return [output, { values, bound: (i: number) => within(values[i], bound(i)) }];
    }),
  );
}

/** No bound where the numbers may leave float32, or are none. */
function within(value: number, bound: number): number {
  return bound < BEYOND && Math.abs(value) + bound < 2 ** 128 ? bound : Infinity;
}
