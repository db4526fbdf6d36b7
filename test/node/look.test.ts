import { expect, it } from 'vitest';
import { presetOf } from '../../src/page/state/presets.ts';
import { prepare } from '../../src/page/worker/data.ts';
import { lookAt } from '../../src/page/worker/look.ts';
import { freshWeights } from '../../src/page/worker/nets.ts';

it('counts the units that are 0 for every example, where that means that they learn no more', async () => {
  const layers = [{ units: 5, activation: 'relu' }] as const;
  const experiment = { ...presetOf('moons'), layers, init: 'he', seed: 3 } as const;
  const prepared = await prepare(experiment, undefined);
  const parameters = freshWeights(prepared.architecture, experiment);
  const alive = lookAt(prepared, parameters, 0, 1).dead!;
  expect(alive).toBe(0);
  for (const unit of [1, 3]) parameters[0].b[unit] = -1000;
  expect(lookAt(prepared, parameters, 0, 1).dead).toBe(2);
  // The output is a sigmoid.
  expect(lookAt(prepared, parameters, 1, 1).dead).toBeUndefined();
});
