import { UsageError } from '../../errors.ts';
import { type GpuChoice, choiceName } from '../../session/choice.ts';
import { InsideStep, type PassInside } from '../../session/insideStep.ts';
import { Network } from '../../session/network.ts';
import type { Beside, InsideLook } from './messages.ts';
import type { Run } from './run.ts';

/** The step of a network that was recorded last, and its number: one is kept. */
const recorded = new WeakMap<Run['network'], { readonly inside: InsideStep; readonly step: number }>();

/**
 * A pass of a step, and one of its tensors: of the step that is kept, if it was made by this plan, else of the next one
 * of the run, which is made, read and made undone.
 */
export async function lookInside(
  { plan, pass, tensor, at, again }: Extract<Beside, { type: 'inside' }>,
  run: Run,
  choices: readonly GpuChoice[],
): Promise<InsideLook> {
  const { network, prepared } = run;
  const choice = choices.find((one) => choiceName(one) === plan);
  if (!choice || !(network instanceof Network))
    throw new UsageError(`The plan '${plan}' was not timed; measure again, and choose a pass then`);
  let kept = recorded.get(network);
  if (again || kept?.inside.plan !== plan) {
    const inside = await InsideStep.record(network.model, prepared.train, { ...run.next, choice });
    recorded.set(network, (kept = { inside, step: run.step + 1 }));
  }
  const { inside, step } = kept;
  const look = inside.look(pass);
  const chosen = tensor ?? firstOf(look);
  const numbers = await inside.numbers(pass, chosen, at);
  return { ...look, step, batch: inside.batch, rows: inside.rows, chosen, numbers };
}

/** What is shown unasked: the first wrong result, else the first that was stored, else the first tensor. */
function firstOf({ tensors }: PassInside): number {
  const wrong = tensors.findIndex(({ fraction = 0 }) => !(fraction <= 1));
  if (wrong >= 0) return wrong;
  return Math.max(
    0,
    tensors.findIndex(({ part, isStored }) => part !== undefined && isStored),
  );
}
