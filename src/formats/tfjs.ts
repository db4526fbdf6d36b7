import { DataError } from '../errors.ts';
import { jsonText, modelFields, tensorFields } from './jsonModelFields.ts';
import { type ModelFile, tensorShapes } from './model.ts';
import type { NamedTensor } from './safetensors.ts';
import { toTfjs } from './tfjsActivations.ts';
import { fold, isFolded } from './tfjsFold.ts';

/** The format that the metadata in a model of TensorFlow.js names. */
export const TFJS_FORMAT = 'katman-tfjs/1';

/** The layer that gives targets in their own unit where the last layer of the network cannot. */
export const RESCALE = 'rescale';

/** The files of a model, by name: the second lies beside the first. */
export interface TfjsFiles {
  readonly 'model.json': string;
  readonly 'weights.bin': Uint8Array;
}

/**
 * A model as `tf.loadLayersModel` takes it: a Sequential of Dense layers (and LeakyReLU, Dropout). It takes
 * features that are encoded and filled but not standardised, [rows, inputs], and gives the probabilities, or the
 * targets in their own unit: standardisation is folded into the weights. All else, and the weights before they
 * were folded, are in `userDefinedMetadata.katman`, so that `readTfjs` gives back the model to the bit.
 * @throws DataError for an activation that TensorFlow.js does not have, and weights beyond float32 once folded
 */
export function writeTfjs(model: ModelFile): TfjsFiles {
  const { layers } = model.network;
  const { parameters, rescale } = fold(model);
  const all = rescale ? [...parameters, rescale] : parameters;
  const names = all.map((_, l) => (l < layers.length ? `dense_${l + 1}` : RESCALE));
  const tensors = all.flatMap(({ w, b }, l): NamedTensor[] => [
    { name: `${names[l]}/kernel`, shape: [w.length / b.length, b.length], data: w },
    { name: `${names[l]}/bias`, shape: [b.length], data: b },
  ]);
  tensors.forEach(checkFinite);
  const json = {
    format: 'layers-model',
    generatedBy: 'Katman',
    convertedBy: null,
    modelTopology: {
      class_name: 'Sequential',
      config: { name: 'katman', layers: topology(model, !!rescale) },
      keras_version: 'tfjs-layers 4.22.0',
      backend: 'tensor_flow.js',
    },
    weightsManifest: [
      {
        paths: ['weights.bin'],
        weights: tensors.map(({ name, shape }) => ({ name, shape, dtype: 'float32' })),
      },
    ],
    userDefinedMetadata: {
      katman: {
        format: TFJS_FORMAT,
        checksum: checksum(all),
        ...modelFields(model),
        tensors: tensorFields(unfolded(model)),
      },
    },
  };
  return { 'model.json': jsonText(json), 'weights.bin': bytesOf(tensors) };
}

function topology({ network }: ModelFile, rescale: boolean): object[] {
  const layers = network.layers.flatMap(({ units, activation, dropout }, l) => {
    const theirs = toTfjs(activation);
    if (!theirs) {
      throw new DataError(
        `Layer ${l + 1} has the activation '${activation}', which TensorFlow.js does not have; save the model in another format`,
        { column: 'network' },
      );
    }
    const first = l === 0 && { batch_input_shape: [null, network.inputs], dtype: 'float32' };
    return [
      layer('Dense', `dense_${l + 1}`, { ...first, units, activation: theirs.activation, use_bias: true }),
      ...(theirs.layer ? [layer(theirs.layer.class_name, `activation_${l + 1}`, theirs.layer.config)] : []),
      ...(dropout ? [layer('Dropout', `dropout_${l + 1}`, { rate: dropout })] : []),
    ];
  });
  if (!rescale) return layers;
  const config = { units: network.layers.at(-1)!.units, activation: 'linear', use_bias: true };
  // Training goes on in the layers of the network.
  return [...layers, layer('Dense', RESCALE, config, false)];
}

function layer(class_name: string, name: string, config: object, trainable = true): object {
  return { class_name, config: { name, trainable, ...config } };
}

/** A number that is another one if weights were trained on: FNV-1a over their bits. */
export function checksum(parameters: ModelFile['parameters']): number {
  const view = new DataView(new ArrayBuffer(4));
  let hash = 0x811c9dc5;
  for (const { w, b } of parameters) {
    for (const values of [w, b]) {
      for (const value of values) {
        view.setFloat32(0, value);
        hash = Math.imul(hash ^ view.getUint32(0), 0x01000193);
      }
    }
  }
  return hash >>> 0;
}

/** The tensors whose numbers the folded weights do not have. */
function unfolded(model: ModelFile): NamedTensor[] {
  const data = model.parameters.flatMap(({ w, b }) => [w, b]);
  return tensorShapes(model.network)
    .map((tensor, i) => ({ ...tensor, data: data[i] }))
    .filter((_, i) => isFolded(model, Math.floor(i / 2)));
}

function checkFinite({ name, data }: NamedTensor): void {
  const wrong = data.findIndex((value) => !Number.isFinite(value));
  if (wrong < 0) return;
  throw new DataError(
    `The weights '${name}' would hold ${data[wrong]} at index ${wrong} with the standardisation folded in; scale the data before training, or save the model in another format`,
    { column: name, row: wrong },
  );
}

function bytesOf(tensors: readonly NamedTensor[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(tensors.reduce((sum, { data }) => sum + data.byteLength, 0)));
  let at = 0;
  for (const { data } of tensors) {
    for (const value of data) {
      view.setFloat32(at, value, true);
      at += 4;
    }
  }
  return new Uint8Array(view.buffer);
}
