import { type Architecture, parameterCount, sizesOf } from '../layers.ts';
import type { Tile } from '../plan.ts';
import type { Resident } from './index.ts';
import { activationNumber, thresholdOf } from './layer.ts';

/** The kernel whose text is the network: every invocation takes whole rows of the batch. */
export function rows(
  architecture: Architecture,
  tile: Tile | undefined,
  at: (name: string) => number,
  { gradients, scratch, count }: { gradients: number; scratch: number; count: number },
): Resident {
  const sizes = sizesOf(architecture);
  const workgroup = tile?.workgroup ?? 64;
  const constants: Record<string, number> = {
    WORKGROUP: workgroup,
    LAYERS: architecture.layers.length,
    PARAMETERS: parameterCount(architecture),
    INPUTS: sizes[0],
    OUTPUTS: sizes[sizes.length - 1],
  };
  let activations = sizes[0];
  architecture.layers.forEach((layer, l) => {
    constants[`INPUTS_${l}`] = sizes[l];
    constants[`UNITS_${l}`] = layer.units;
    constants[`ACTIVATION_${l}`] = activationNumber(layer.activation);
    constants[`THRESHOLD_${l}`] = thresholdOf(layer);
    constants[`A_${l}`] = activations;
    constants[`W_${l}`] = at(`layer${l + 1}.w`);
    constants[`B_${l}`] = at(`layer${l + 1}.b`);
    constants.OUT = activations;
    activations += layer.units;
  });
  // Each invocation has gradients of its own: the first where they are left, the others behind them.
  return {
    kernel: 'residentRows',
    constants,
    params: { count },
    scratch: gradients + workgroup * count - scratch,
  };
}
