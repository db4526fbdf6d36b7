import activation from '../../shaders/lib/activation.wgsl?raw';
import grid from '../../shaders/lib/grid.wgsl?raw';
import loss from '../../shaders/lib/loss.wgsl?raw';
import numbers from '../../shaders/lib/numbers.wgsl?raw';
import shuffle from '../../shaders/lib/shuffle.wgsl?raw';
import step from '../../shaders/lib/step.wgsl?raw';

/** The files of `shaders/lib` that `//#include NAME` pastes. */
export const library: Readonly<Record<string, string>> = { activation, grid, loss, numbers, shuffle, step };
