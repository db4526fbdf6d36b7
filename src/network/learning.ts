import type { Pass } from '../gpu/kernel.ts';
import { type Optimizer, momentsOf, updateParams } from './optimizer.ts';

/**
 * The uniform `learning` of shaders/lib/learn.wgsl: the rule by which parameters learn, for a plan whose passes
 * reach all of them.
 * @param weights place of the first bias among the parameters
 */
export function learningTable(optimizer: Optimizer, weights: number): Uint32Array<ArrayBuffer> {
  const table = new Uint32Array(16);
  const floats = new Float32Array(table.buffer);
  table[0] = weights;
  floats[1] = optimizer.decays === 'all' ? 1 : 0;
  const { l1, l2, decay, momentum, beta1, oneMinusBeta1, beta2, oneMinusBeta2, epsilon } = updateParams(
    optimizer,
    'w',
  );
  floats.set([l1, l2, decay, momentum, beta1, oneMinusBeta1, beta2, oneMinusBeta2, epsilon], 4);
  return table;
}

/** What a pass that learns binds: the rule, all parameters, and the moments that the optimizer keeps. */
export function learningTensors(optimizer: Optimizer): Pass['tensors'] {
  const moments = momentsOf(optimizer).map((moment) => [moment, moment]);
  return { learning: 'learning', parameters: 'parameters', ...Object.fromEntries(moments) };
}
