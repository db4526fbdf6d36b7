import { MismatchError } from '../errors.ts';
import { type KernelName, rows } from '../kernels/rows.ts';
import { type PassReport, describeMismatch } from '../lab/verify.ts';
import type { Model } from '../network/model.ts';

/** Puts the kernel of a pass that is wrong aside; the sentence that says so. */
export async function routeAround(model: Model, wrong: PassReport, strictly: boolean): Promise<string> {
  const sentence = describeMismatch(wrong);
  if (strictly) throw new MismatchError(sentence);
  const name = wrong.kernel.split(' ')[0] as KernelName;
  const { contract = name, stands } = rows[name];
  const other = Object.values(rows).find(
    (kernel) =>
      (kernel.contract ?? kernel.name) === contract && kernel.name !== name && !model.avoid.has(kernel.name),
  );
  // Other plans do without the kernels that stand for several passes.
  const replacement = stands ? 'another plan' : other?.name;
  if (!replacement)
    throw new MismatchError(
      `${sentence}. No other kernel can take its place: update the browser and the graphics driver, or take another adapter`,
    );
  model.avoid.add(name);
  return `${sentence}; ${replacement} takes its place`;
}
