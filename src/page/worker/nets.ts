import { GpuUnavailableError } from '../../errors.ts';
import type { Gpu } from '../../gpu/gpu.ts';
import { type LayerParameters, initialize } from '../../network/initialize.ts';
import { type Architecture, parameterCount } from '../../network/layers.ts';
import { Network } from '../../session/network.ts';
import type { CpuNetwork } from '../../session/cpuNetwork.ts';
import type { Experiment, Hidden } from '../state/experiment.ts';

/** A network of the page: on the GPU, or where there is none on the CPU. */
export type AnyNetwork = Network | CpuNetwork;

/** A network that is larger than the adapter can hold, and one like it that is not. */
export class TooLargeError extends GpuUnavailableError {
  constructor(
    message: string,
    readonly offer: readonly Hidden[],
  ) {
    super(message);
  }
}

/** @throws TooLargeError with layers that would fit */
export async function makeNetwork(
  gpu: Gpu | undefined,
  architecture: Architecture,
  { init: kind, initScale: scale, bias, seed, layers }: Experiment,
): Promise<AnyNetwork> {
  const init = { kind, scale: kind === 'normal' || kind === 'uniform' ? scale : undefined, bias, seed };
  if (!gpu) {
    const { CpuNetwork } = await import('../../session/cpuNetwork.ts');
    return CpuNetwork.create({ ...architecture, init });
  }
  try {
    return await Network.create(gpu, { ...architecture, init });
  } catch (error) {
    if (!(error instanceof GpuUnavailableError)) throw error;
    const { maxBufferSize, maxStorageBufferBindingSize } = gpu.limits;
    const limit = Math.min(maxBufferSize, maxStorageBufferBindingSize, gpu.memory);
    const offer = fitting(limit, architecture, layers);
    throw new TooLargeError(error.message, offer);
  }
}

/** The architecture's hidden layers, the widest halved until all parameters are within the limit (bytes): they lie in one buffer. */
export function fitting(
  limit: number,
  { inputs, layers }: Architecture,
  hidden: readonly Hidden[],
): readonly Hidden[] {
  const output = layers[layers.length - 1];
  const bytes = (hidden: readonly Hidden[]) => 4 * parameterCount({ inputs, layers: [...hidden, output] });
  let offer = hidden;
  while (bytes(offer) > limit && offer.some(({ units }) => units > 1)) {
    const widest = offer.reduce((most, { units }, l) => (units > offer[most].units ? l : most), 0);
    offer = offer.map((layer, l) => (l === widest ? { ...layer, units: layer.units >> 1 } : layer));
  }
  return offer;
}

/**
 * First weights of another network in which what both have in common is kept: hidden layers by their place, the
 * output layer as such, and of each the units that both have.
 */
export function graft(
  from: { readonly architecture: Architecture; readonly parameters: readonly LayerParameters[] },
  to: Architecture,
  fresh: readonly LayerParameters[],
): LayerParameters[] {
  const [last, goal] = [from.architecture.layers.length - 1, to.layers.length - 1];
  return fresh.map(({ w, b }, l) => {
    const old = l === goal ? last : l < last ? l : undefined;
    if (old === undefined) return { w, b };
    const kept = from.parameters[old];
    const [units, before] = [b.length, kept.b.length];
    const common = Math.min(w.length / units, kept.w.length / before);
    const [nextW, nextB] = [w.slice(), b.slice()];
    for (let j = 0; j < Math.min(units, before); j++) {
      nextB[j] = kept.b[j];
      for (let i = 0; i < common; i++) nextW[i * units + j] = kept.w[i * before + j];
    }
    return { w: nextW, b: nextB };
  });
}

/** The first weights that an experiment draws for an architecture. */
export function freshWeights(architecture: Architecture, experiment: Experiment): LayerParameters[] {
  const { init: kind, initScale, bias, seed } = experiment;
  return initialize(architecture, { kind, scale: initScale, bias, seed });
}
