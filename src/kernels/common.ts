import activation from '../../shaders/lib/activation.wgsl?raw';
import dropout from '../../shaders/lib/dropout.wgsl?raw';
import grid from '../../shaders/lib/grid.wgsl?raw';
import learn from '../../shaders/lib/learn.wgsl?raw';
import loss from '../../shaders/lib/loss.wgsl?raw';
import mix from '../../shaders/lib/mix.wgsl?raw';
import numbers from '../../shaders/lib/numbers.wgsl?raw';
import shuffle from '../../shaders/lib/shuffle.wgsl?raw';
import step from '../../shaders/lib/step.wgsl?raw';
import update from '../../shaders/lib/update.wgsl?raw';

/** The files of `shaders/lib` that kernels of several plans include. */
export const common: Readonly<Record<string, string>> = {
  activation,
  dropout,
  grid,
  learn,
  loss,
  mix,
  numbers,
  shuffle,
  step,
  update,
};
