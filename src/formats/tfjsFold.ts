import type { ModelFile } from './model.ts';

type Parameters = ModelFile['parameters'];

/**
 * TensorFlow.js has no layer for standardisation, so the dense layers beside it do its work: the first takes
 * features as they are, the last gives targets in their own unit. Where an activation stands between the last
 * layer and the targets, one more layer multiplies and adds.
 */
export interface Folded {
  /** Of the layers of the network. */
  readonly parameters: Parameters;
  /** w [targets, targets], a diagonal, and b [targets] of the layer more; undefined where there is none. */
  readonly rescale: Parameters[number] | undefined;
}

/** Whether a layer's weights are others in TensorFlow.js. */
export function isFolded(model: ModelFile, layer: number): boolean {
  const last = model.parameters.length - 1;
  return (layer === 0 && !!model.preprocessing.standardization) || (layer === last && scalesOutput(model));
}

/** The weights as TensorFlow.js gets them: in double, rounded once. */
export function fold(model: ModelFile): Folded {
  const { targetStandardization: targets } = model.preprocessing;
  const parameters = model.parameters.map((layer, l) => {
    if (!isFolded(model, l)) return layer;
    const { mean, std, scale, shift } = scaling(model, l);
    const units = layer.b.length;
    const w = layer.w.map((value, i) => (value * scale(i % units)) / std(Math.floor(i / units)));
    // The weights that were rounded are those that a mean meets: features near it lose nothing by the rounding.
    const b = layer.b.map((value, j) => {
      let sum = value * scale(j) + shift(j);
      for (let i = j, input = 0; i < w.length; i += units) sum -= mean(input++) * w[i];
      return sum;
    });
    return { w, b };
  });
  if (!targets || scalesOutput(model)) return { parameters, rescale: undefined };
  const n = targets.std.length;
  const w = Float32Array.from({ length: n * n }, (_, i) => (i % (n + 1) ? 0 : targets.std[i / (n + 1)]));
  return { parameters, rescale: { w, b: Float32Array.from(targets.mean) } };
}

/**
 * The other way, for weights that were trained on in TensorFlow.js; weights that `fold` made come back up to
 * their rounding.
 * @param model gives the standardisation
 */
export function unfold(model: ModelFile, folded: Parameters): Parameters {
  return folded.map((layer, l) => {
    if (!isFolded(model, l)) return layer;
    const { mean, std, scale, shift } = scaling(model, l);
    const units = layer.b.length;
    const w = layer.w.map((value, i) => (value * std(Math.floor(i / units))) / scale(i % units));
    const b = layer.b.map((value, j) => {
      let sum = value - shift(j);
      for (let i = j, input = 0; i < layer.w.length; i += units) sum += mean(input++) * layer.w[i];
      return sum / scale(j);
    });
    return { w, b };
  });
}

/** Whether the last layer is linear, so that it can give targets in their own unit. */
function scalesOutput({ network, preprocessing }: ModelFile): boolean {
  return !!preprocessing.targetStandardization && network.layers.at(-1)!.activation === 'identity';
}

/** What a layer has to do besides its own: subtract and divide inputs, multiply and add to outputs. */
function scaling(model: ModelFile, layer: number) {
  const { standardization, targetStandardization } = model.preprocessing;
  const input = layer === 0 ? standardization : undefined;
  const output =
    layer === model.parameters.length - 1 && scalesOutput(model) ? targetStandardization : undefined;
  return {
    mean: (i: number) => input?.mean[i] ?? 0,
    std: (i: number) => input?.std[i] ?? 1,
    scale: (j: number) => output?.std[j] ?? 1,
    shift: (j: number) => output?.mean[j] ?? 0,
  };
}
