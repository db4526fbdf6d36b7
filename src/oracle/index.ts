import { activation, activationGrad, softmax } from './activation.ts';
import { hits, loss, outputGrad } from './loss.ts';
import { matmul } from './matmul.ts';
import { batch, dropout, record } from './step.ts';
import { clipFactor, columnSums, mean, squares, watch } from './sums.ts';
import type { Numbers, Oracle } from './types.ts';
import { update } from './update.ts';

export type { Numbers, Oracle };

/** The twins of the kernels, by the kernel's name. */
export const oracles = {
  activation,
  activationGrad,
  batch,
  clipFactor,
  columnSums,
  dropout,
  hits,
  loss,
  matmul,
  mean,
  outputGrad,
  record,
  softmax,
  squares,
  update,
  watch,
} satisfies Record<string, Oracle>;

/** One pass of a plan, as data. */
export interface OraclePass {
  readonly kernel: string;
  readonly flags: readonly string[];
  readonly params: Readonly<Record<string, number>>;
  readonly tensors: Readonly<Record<string, string>>;
}

/**
 * Runs the passes of a plan, the very list that the GPU runs, in float64.
 * @param tensors every tensor of the plan by name; what the passes write changes in place
 * @param contractOf the kernel whose oracle judges a kernel, where that is another one
 */
export function runPasses(
  passes: readonly OraclePass[],
  tensors: ReadonlyMap<string, Numbers>,
  contractOf: (kernel: string) => string = (kernel) => kernel,
): void {
  for (const { kernel, flags, params, tensors: names } of passes) {
    const inputs = Object.fromEntries(
      Object.entries(names).map(([binding, name]) => [binding, tensors.get(name)!]),
    );
    const outputs = (oracles as Record<string, Oracle>)[contractOf(kernel)](new Set(flags), params, inputs);
    for (const [binding, values] of Object.entries(outputs)) tensors.get(names[binding])!.set(values);
  }
}
