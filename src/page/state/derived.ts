import { computed } from '@preact/signals';
import { type LayerOutput, forward } from '../../cpu/forward.ts';
import type { LayerParameters } from '../../network/initialize.ts';
import { sizesOf } from '../../network/layers.ts';
import { ground, probe, summary, weights } from './store.ts';

/** A network with more parameters than this is not computed on the page's own thread. */
const MOST_PARAMETERS = 100_000;

/** The weights, if they are those of the network that is shown: after a change its summary comes first. */
export const shownWeights = computed<readonly LayerParameters[] | undefined>(() => {
  const [layers, about] = [weights.value, summary.value];
  if (!layers || !about) return undefined;
  const sizes = sizesOf(about.architecture);
  const fits =
    layers.length === sizes.length - 1 &&
    layers.every(({ w, b }, l) => b.length === sizes[l + 1] && w.length === sizes[l] * sizes[l + 1]);
  return fits ? layers : undefined;
});

/** The example at the cross-hair, standardised. */
export const probed = computed<Float32Array | undefined>(() => {
  const { value } = ground;
  if (!value) return undefined;
  const { u, v } = probe.value;
  return value.origin.map((start, i) => start + u * value.across[i] + v * value.up[i]);
});

/** What every layer makes of it with the weights of now. */
export const probedLayers = computed<readonly LayerOutput[] | undefined>(() => {
  const [x, layers, about] = [probed.value, shownWeights.value, summary.value];
  if (!x || !layers || !about || about.parameters > MOST_PARAMETERS) return undefined;
  const { architecture } = about;
  return architecture.inputs === x.length ? forward(architecture, layers, x) : undefined;
});
