import type { Model } from '../network/model.ts';
import { IN_FLIGHT, MOST_STEPS } from '../network/submits.ts';
import type { Choice, GpuChoice } from './choice.ts';
import { type Run, orderAt } from './decide.ts';
import type { FitOptions } from './options.ts';
import type { Made } from './equipment.ts';
import { GpuImprover } from './improver.ts';
import { type Materials, makeCpu, makeVerified } from './setUp.ts';
import { Tuner } from './tuner.ts';

export { recall } from './tuned.ts';

/** What a training has for its tuner to work with. */
export interface Tuned {
  readonly model: Model;
  readonly run: Run;
  readonly options: FitOptions;
  readonly materials: Materials;
  /** What is tried, in this order. */
  readonly rivals: readonly Choice[];
  /** Steps that are to be made yet, and how many are made in a second. */
  readonly left: () => { readonly steps: number; readonly perSecond: number };
  readonly signal: AbortSignal;
}

/** What `auto` does while a training goes on. */
export const improver = (...parts: ConstructorParameters<typeof GpuImprover>) => new GpuImprover(...parts);

/** Steps whose batches a rehearsal goes through, again and again. */
const REHEARSED = 64;

/** Begins to look for what makes the steps of a training fastest. */
export function startTuner(
  first: Made,
  { model, run, options, materials, rivals, left, signal }: Tuned,
): Tuner {
  return new Tuner(first, {
    choices: rivals,
    prepare: (choice) => prepare(choice, model, run, options, materials),
    rehearse: (made, count) => rehearse(made, count, model, run),
    undoable: async (work) => {
      const undo = model.remember(run.method.optimizer);
      try {
        return await work();
      } finally {
        undo();
      }
    },
    // Software compiles on the very processors that train.
    worthCompiling: model.gpu.adapter.kind === 'software' ? 20_000 : 0,
    expected: () => (1000 * left().steps) / Math.max(left().perSecond, 1e-3),
    signal,
  });
}

/** Compiles a choice; what it gives verifies it on the device, when nothing else is on its way. */
async function prepare(
  choice: Choice,
  model: Model,
  run: Run,
  options: FitOptions,
  materials: Materials,
): Promise<() => Promise<Made>> {
  if (choice.plan === 'cpu') return () => makeCpu(model, run, materials);
  const reason = materials.refusal(choice.plan);
  if (reason) throw new Error(reason);
  (await materials.make(choice as GpuChoice, false)).dispose();
  const verify = options.verify === 'always' ? 'always' : 'auto';
  return () => makeVerified(model, run, { verify }, materials, () => choice as GpuChoice, { strictly: true });
}

/** Makes steps that will be undone; how long they took, in ms. */
async function rehearse({ runner }: Made, count: number, model: Model, run: Run): Promise<number> {
  const started = performance.now();
  const pending: Promise<unknown>[] = [];
  for (let sent = 0; sent < count;) {
    const orders = Array.from({ length: Math.min(MOST_STEPS, count - sent) }, (_, i) =>
      orderAt(model.steps, (sent + i) % REHEARSED, run, 1),
    );
    pending.push(runner.run(orders));
    sent += orders.length;
    if (pending.length >= (runner.inFlight ?? IN_FLIGHT)) await pending.shift();
  }
  await Promise.all(pending);
  return performance.now() - started;
}
