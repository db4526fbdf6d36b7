import activation from '../../shaders/lib/activation.wgsl?raw';
import activations from '../../shaders/lib/activations.wgsl?raw';
import block from '../../shaders/lib/block.wgsl?raw';
import dropout from '../../shaders/lib/dropout.wgsl?raw';
import grid from '../../shaders/lib/grid.wgsl?raw';
import learn from '../../shaders/lib/learn.wgsl?raw';
import loss from '../../shaders/lib/loss.wgsl?raw';
import mix from '../../shaders/lib/mix.wgsl?raw';
import numbers from '../../shaders/lib/numbers.wgsl?raw';
import parts from '../../shaders/lib/parts.wgsl?raw';
import quad from '../../shaders/lib/quad.wgsl?raw';
import shuffle from '../../shaders/lib/shuffle.wgsl?raw';
import step from '../../shaders/lib/step.wgsl?raw';
import tile from '../../shaders/lib/tile.wgsl?raw';
import update from '../../shaders/lib/update.wgsl?raw';
import workspace from '../../shaders/lib/workspace.wgsl?raw';

/** The files of `shaders/lib` that `//#include NAME` pastes. */
export const library: Readonly<Record<string, string>> = {
  activation,
  activations,
  block,
  dropout,
  grid,
  learn,
  loss,
  mix,
  numbers,
  parts,
  quad,
  shuffle,
  step,
  tile,
  update,
  workspace,
};
