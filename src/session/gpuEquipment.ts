import type { Model } from '../network/model.ts';
import { preload } from '../network/plans.ts';
import type { Examples } from '../network/residentData.ts';
import type { Run } from './decide.ts';
import type { Equipment } from './equipment.ts';
import type { FitOptions } from './options.ts';
import { firstChoice, makeFirst, setUp } from './setUp.ts';

/** Uploads the data, compiles, and verifies the device unless told otherwise. */
export async function equipGpu(
  model: Model,
  run: Run,
  data: Examples,
  options: FitOptions,
): Promise<Equipment> {
  // While the data is uploaded.
  const isRecalled = run.first ?? run.plan === 'auto';
  const tuning = isRecalled ? import('./tuning.ts') : undefined;
  const recalling = tuning?.then(({ recall }) => recall(model.gpu, model.architecture, run));
  // Whoever awaits it still sees the error.
  recalling?.catch(() => {});
  const materials = setUp(model, data, run, options);
  // While what was fastest before is looked up.
  if (run.plan !== 'cpu') preload(firstChoice(model, run, materials).plan);
  try {
    const tuned = await recalling;
    const first = await makeFirst(model, run, options, materials, tuned);
    const isTuned = run.plan !== 'auto' || tuned !== undefined;
    const improver = isTuned ? undefined : (await tuning!).improver(first, model, run, options, materials);
    return {
      first,
      improver,
      check: () => model.gpu.check(),
      findDivergence: async (made, sick) =>
        (await import('./divergence.ts')).lookBack(model, materials, made, sick),
      swap: async (made, kernel) => {
        const next = await (kernel ? kernel.swapIn({ model, run, materials }, made) : made.back?.());
        if (!next) return made;
        // Whoever brings a kernel wants to see it train.
        improver?.dispose();
        return next;
      },
      dispose: () => materials.resident.dispose(),
    };
  } catch (error) {
    materials.resident.dispose();
    throw error;
  }
}
