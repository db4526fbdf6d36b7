import { UsageError } from '../errors.ts';
import type { Pass } from '../gpu/kernel.ts';
import { rows as kernels } from '../kernels/rows.ts';
import type { ContractName } from '../lab/standards.ts';
import type { Model } from '../network/model.ts';
import type { Examples } from '../network/residentData.ts';
import type { Order } from '../network/submits.ts';
import type { RecordedStep } from '../network/trainer.ts';
import type { GpuChoice } from './choice.ts';
import type { Run } from './decide.ts';
import type { FitOptions } from './options.ts';
import { setUp } from './setUp.ts';

/** What tells a step which rows to take and how far to go: no numbers of the network. */
export const CONTROL: ReadonlySet<string> = new Set(['schedule', 'clock']);

/**
 * Makes a step, every tensor of it stored, reads all tensors before and after it, and makes it undone: not a bit of the
 * network changes.
 * @param run of as many rows as `order` has
 * @throws UsageError if the plan cannot train this network
 */
export async function recordStep(
  model: Model,
  data: Examples,
  run: Run,
  options: FitOptions,
  { choice, order }: { readonly choice: GpuChoice; readonly order: Order },
): Promise<RecordedStep> {
  const { resident, examples, refusal, make } = setUp(model, data, run, options);
  try {
    const reason = refusal(choice.plan);
    if (reason) throw new UsageError(`The plan '${choice.plan}' cannot make this step: ${reason}`);
    const trainer = await make(choice, true);
    try {
      // Undone also where its numbers are too many to be read.
      const undo = model.remember(run.method.optimizer);
      try {
        return await trainer.record(order, examples);
      } finally {
        undo();
      }
    } finally {
      trainer.dispose();
    }
  } finally {
    resident.dispose();
  }
}

/** Bindings and tensors that a textbook pass writes. */
export function writtenBy({ kernel, params, tensors }: Pass): [binding: string, tensor: string][] {
  return Object.keys(kernels[kernel as ContractName].outputs(params))
    .filter((binding) => binding in tensors)
    .map((binding) => [binding, tensors[binding]]);
}
