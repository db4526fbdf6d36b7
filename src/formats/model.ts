import type { Activation, Loss } from '../names.ts';
import { type NamedTensor, writeSafetensors } from './safetensors.ts';

/** A dense layer of a model. */
export interface ModelLayer {
  /** Its outputs. */
  readonly units: number;
  /** What each output goes through. */
  readonly activation: Activation;
  /** Share of the outputs that a training step drops; nothing is dropped where a network predicts. */
  readonly dropout?: number;
}

/** A trained network with all that is needed to use it on data as it comes. */
export interface ModelFile {
  /** Its inputs, its layers from the first hidden one to the output, and the loss that it was trained with. */
  readonly network: {
    readonly inputs: number;
    readonly layers: readonly ModelLayer[];
    readonly loss: Loss;
    /** Where Huber's loss turns from a parabola into a line. */
    readonly huberDelta?: number;
  };
  /** Weights [in, units] and biases [units] of every layer. */
  readonly parameters: readonly { readonly w: Float32Array; readonly b: Float32Array }[];
  /** What is done to the data before the network gets it. */
  readonly preprocessing: {
    /** Columns of the data: one of numbers is one input, one of text has an input for each category. */
    readonly columns: readonly { readonly name: string; readonly categories?: readonly string[] }[];
    /** [inputs], what stands for a missing number; undefined where none may be missing. */
    readonly fill: Float64Array | undefined;
    /** [inputs] each; undefined where the features are used as they are. */
    readonly standardization: { readonly mean: Float64Array; readonly std: Float64Array } | undefined;
    /** [targets] each: what the outputs of a regression are times `std`, plus `mean`; undefined where they are as they come. */
    readonly targetStandardization?: { readonly mean: Float64Array; readonly std: Float64Array } | undefined;
  };
  /** Names of what is predicted. */
  readonly targets: readonly string[];
  /** Names of the classes, in the order of the outputs; undefined for a regression. */
  readonly classes: readonly string[] | undefined;
  /** What was measured of it, by name. */
  readonly metrics: Readonly<Record<string, unknown>>;
}

/** The format that the metadata of a model file names. */
export const MODEL_FORMAT = 'katman-model/1';

/** Names and shapes of the tensors of a network, layer by layer. */
export function tensorShapes({
  inputs,
  layers,
}: {
  readonly inputs: number;
  readonly layers: readonly { readonly units: number }[];
}): { name: string; shape: number[] }[] {
  const sizes = [inputs, ...layers.map(({ units }) => units)];
  return layers.flatMap(({ units }, l) => [
    { name: `layer${l + 1}.w`, shape: [sizes[l], units] },
    { name: `layer${l + 1}.b`, shape: [units] },
  ]);
}

/** A model as safetensors: `layer1.w`, `layer1.b`, ...; everything else as JSON in the metadata. */
export function writeModel(model: ModelFile): Uint8Array {
  const { inputs, layers, loss, huberDelta } = model.network;
  const { columns, fill, standardization, targetStandardization } = model.preprocessing;
  const { targets, classes, metrics } = model;
  const data = model.parameters.flatMap(({ w, b }) => [w, b]);
  const tensors = tensorShapes(model.network).map((tensor, i): NamedTensor => ({ ...tensor, data: data[i] }));
  const fields = {
    network: {
      inputs,
      layers: layers.map(plainLayer),
      loss,
      huberDelta,
    },
    columns,
    fill: fill && Array.from(fill),
    standardization: standardization && plain(standardization),
    targetStandardization: targetStandardization && plain(targetStandardization),
    targets,
    classes,
    metrics,
  };
  return writeSafetensors(tensors, {
    format: MODEL_FORMAT,
    ...Object.fromEntries(
      Object.entries(fields)
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => [name, JSON.stringify(value)]),
    ),
  });
}

/** A layer with its dropout, if it has one. */
export function plainLayer({ units, activation, dropout }: ModelLayer): ModelLayer {
  return dropout ? { units, activation, dropout } : { units, activation };
}

function plain({ mean, std }: { readonly mean: Float64Array; readonly std: Float64Array }): object {
  return { mean: Array.from(mean), std: Array.from(std) };
}
