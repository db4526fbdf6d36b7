import { type NamedTensor, writeSafetensors } from './safetensors.ts';

/** A trained network with all that is needed to use it on data as it comes. */
export interface ModelFile {
  readonly network: {
    readonly inputs: number;
    readonly layers: readonly { readonly units: number; readonly activation: string }[];
    readonly loss: string;
  };
  /** Weights [in, units] and biases [units] of every layer. */
  readonly parameters: readonly { readonly w: Float32Array; readonly b: Float32Array }[];
  /** Columns of the data, in the order of the inputs. */
  readonly features: readonly string[];
  readonly targets: readonly string[];
  /** Undefined for a regression. */
  readonly classes: readonly string[] | undefined;
  /** Undefined where the features are used as they are. */
  readonly standardization: { readonly mean: ArrayLike<number>; readonly std: ArrayLike<number> } | undefined;
  readonly metrics: Readonly<Record<string, unknown>>;
}

/** The format that the metadata of a model file names. */
export const MODEL_FORMAT = 'katman-model/1';

/** A model as safetensors: `layer1.w`, `layer1.b`, ...; everything else as JSON in the metadata. */
export function writeModel(model: ModelFile): Uint8Array {
  const { network, parameters, features, targets, classes, standardization, metrics } = model;
  const sizes = [network.inputs, ...network.layers.map(({ units }) => units)];
  const tensors = parameters.flatMap(({ w, b }, l): NamedTensor[] => [
    { name: `layer${l + 1}.w`, shape: [sizes[l], sizes[l + 1]], data: w },
    { name: `layer${l + 1}.b`, shape: [sizes[l + 1]], data: b },
  ]);
  const texts = { network, features, targets, classes, metrics };
  const scaling = standardization && {
    mean: Array.from(standardization.mean),
    std: Array.from(standardization.std),
  };
  return writeSafetensors(tensors, {
    format: MODEL_FORMAT,
    ...Object.fromEntries(
      Object.entries({ ...texts, standardization: scaling })
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => [name, JSON.stringify(value)]),
    ),
  });
}
