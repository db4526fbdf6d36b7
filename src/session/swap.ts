import { MismatchError } from '../errors.ts';
import { adapterName } from '../gpu/adapter.ts';
import type { Kernel } from '../gpu/kernel.ts';
import { describeMismatch, judgeStep } from '../lab/verify.ts';
import type { Model } from '../network/model.ts';
import type { Examples } from '../network/residentData.ts';
import { stepsPerEpoch } from '../network/schedule.ts';
import type { Order } from '../network/submits.ts';
import type { Trainer } from '../network/trainer.ts';
import { type Run, decide, orderAt } from './decide.ts';
import type { Made } from './equipment.ts';
import { hashOf } from './hash.ts';
import type { FitOptions } from './options.ts';
import { Pace } from './pace.ts';
import type { Materials } from './setUp.ts';
import { type Judging, type Swap, judgeText, kernelOf, passesWith } from './swapKernel.ts';

export type { Swap } from './swapKernel.ts';

/** What a training works with, as `setUp` made it. */
export interface SwapParts {
  readonly model: Model;
  readonly run: Run;
  readonly materials: Materials;
}

/** A kernel of one's own that was judged, and can take the place of one that is shipped while a network trains. */
export class OwnKernel {
  private constructor(
    private readonly wanted: Swap,
    private readonly hash: string,
  ) {}

  /**
   * Judges a text over all cases of its contract, for what a training with these arguments would use it for, on a device of
   * its own.
   * @throws MismatchError where a number is wrong, ShaderError where it does not compile or end, UsageError where no pass
   *   could use it
   */
  static async judge(
    model: Model,
    data: Examples,
    options: FitOptions,
    wanted: Swap,
    judging: Judging = {},
  ): Promise<OwnKernel> {
    const run = decide(model, data, options);
    await judgeText(model, wanted, passesWith(model, run, [{ start: 0, held: data.rows }], wanted), judging);
    return new OwnKernel(wanted, await hashOf(wanted.source));
  }

  /**
   * What makes the steps by the textbook plan with this kernel, once a step of each size was judged by the oracle and made undone.
   * @throws MismatchError, ShaderError or UsageError with the reason why it cannot: weights and moments are then, to the
   *   last bit, as if it had not been tried
   */
  async swapIn({ model, run, materials }: SwapParts, made: Made): Promise<Made> {
    const { wanted, hash } = this;
    const passes = passesWith(model, run, materials.resident.parts, wanted);
    // Of a training with other sizes or flags, it was not judged yet.
    await judgeText(model, wanted, passes);
    const kernel = kernelOf(wanted, passes);
    const trainer = await materials.make({ plan: 'textbook' }, false, { [kernel.name]: kernel });
    let before: Made;
    try {
      await judgeNext(trainer, { model, run, materials }, kernel);
      // Of two kernels of one's own, the second takes the place of the first.
      before = (await made.back?.()) ?? made;
    } catch (error) {
      trainer.dispose();
      throw error;
    }
    return {
      choice: { plan: 'textbook', kernels: { [kernel.name]: hash } },
      adapter: adapterName(model.gpu.adapter),
      trainer,
      runner: {
        run: (orders) => trainer.run(orders),
        dispose() {
          trainer.dispose();
          before.runner.dispose();
        },
      },
      pace: new Pace(),
      async back() {
        trainer.dispose();
        await before.runner.resume?.();
        return before;
      },
    };
  }
}

/** Makes the next step, and the next with another number of rows, judges every pass of each, and makes it undone. */
async function judgeNext(
  trainer: Trainer,
  { model, run, materials }: SwapParts,
  { name }: Kernel,
): Promise<void> {
  const { steps } = model;
  const orders = new Map<number, Order>();
  for (let done = stepsPerEpoch(run.batches) - 1; done >= 0; done--) {
    const order = orderAt(steps, done, run, 1);
    orders.set(order.rows, order);
  }
  for (const order of orders.values()) {
    const step = await trainer.record(order, materials.examples);
    trainer.restore(step, steps);
    for await (const report of judgeStep(step))
      if (!(report.fraction <= 1))
        throw new MismatchError(
          `The kernel of your own for '${name}' was refused, and training goes on without it: ${describeMismatch(report)}`,
        );
  }
}
