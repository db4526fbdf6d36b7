import { DataError } from '../errors.ts';
import type { Field } from './field.ts';
import { type ModelLayer } from './model.ts';
import { readActivation, readActivationLayer } from './tfjsActivations.ts';
import type { TfjsLayer } from './tfjsChain.ts';

/** A dense layer with the activation and the dropout that follow it. */
export interface DenseLayer {
  readonly name: string;
  readonly units: number;
  readonly bias: boolean;
  activation: ModelLayer['activation'];
  dropout: number;
}

/** What a chain of layers computes. */
export interface Topology {
  readonly inputs: number;
  readonly layers: readonly DenseLayer[];
}

/**
 * The dense layers of a chain.
 * @throws DataError naming the layer that Katman does not have, or not at its place
 */
export function readTopology(chain: readonly TfjsLayer[], model: Field): Topology {
  const { file } = model;
  const hidden = chain.filter(({ kind }) => kind !== 'InputLayer');
  const layers: DenseLayer[] = [];
  let shape = inputShape(chain);
  const inputs = shape?.reduce((product, size) => product * size, 1);
  if (!shape || !Number.isSafeInteger(inputs)) {
    throw new DataError(
      `'${file}' says nowhere what shape the input has; give the first layer an inputShape and save it again`,
      { file, column: model.name },
    );
  }
  hidden.forEach((layer, l) => {
    const { name, kind, config } = layer;
    const refuse = (what: string) =>
      new DataError(`In '${file}' layer ${l + 1}, '${name}', ${what}`, { file, column: name });
    const last = layers.at(-1);
    if (kind === 'Flatten') {
      if (config.get('data_format').value === 'channels_first' && shape!.length > 1)
        throw refuse('is a Flatten with channels first, which orders the inputs anew; use channels last');
      shape = [shape!.reduce((product, size) => product * size, 1)];
    } else if (kind === 'Dense') {
      if (shape!.length !== 1)
        throw refuse(`is a Dense over an input of ${shape!.join('x')}; put a Flatten before it`);
      layers.push(readDense(layer));
      shape = [layers.at(-1)!.units];
    } else if (kind === 'Dropout') {
      const rate = config.get('rate').share();
      if (rate && !last) throw refuse('is a Dropout of the inputs, which Katman does not have; take it out');
      // Two after each other keep what both keep.
      if (rate) last!.dropout = 1 - (1 - last!.dropout) * (1 - rate);
    } else {
      const activation = readActivationLayer(kind, config);
      if (activation === undefined) throw refuse(`is a ${kind}, which Katman does not have`);
      if (activation === 'identity') return;
      if (last?.activation !== 'identity' || last.dropout)
        throw refuse(`is an activation that does not follow a linear Dense, which Katman does not have`);
      last.activation = activation;
    }
  });
  checkPlaces(layers, file);
  return { inputs: inputs!, layers };
}

function readDense({ name, config }: TfjsLayer): DenseLayer {
  const bias = config.get('use_bias');
  if (bias.value !== undefined && typeof bias.value !== 'boolean') throw bias.wrong('true or false');
  return {
    name,
    units: config.get('units').whole(1),
    bias: bias.value !== false,
    activation: readActivation(config.get('activation')),
    dropout: 0,
  };
}

/** The shape of a row: the first layer has it, of an image or the like with more than one size. */
function inputShape([first]: readonly TfjsLayer[]): number[] | undefined {
  const shape = ['batch_input_shape', 'batch_shape']
    .map((name) => first?.config.get(name))
    .find((field) => field?.value !== undefined);
  const sizes = shape?.list().slice(1);
  return sizes?.length ? sizes.map((size) => size.whole(1)) : undefined;
}

/** What Katman has at the output only, or nowhere but there. */
function checkPlaces(layers: readonly DenseLayer[], file: string): void {
  const refuse = (name: string, problem: string) =>
    new DataError(`In '${file}' the layer '${name}' ${problem}`, { file, column: name });
  const output = layers.at(-1);
  if (!output) throw new DataError(`'${file}' has no Dense layer, so it is no network of Katman`, { file });
  const softmax = layers.find(({ activation }, l) => activation === 'softmax' && l < layers.length - 1);
  if (softmax) throw refuse(softmax.name, 'is a softmax before the output, which Katman does not have');
  if (output.dropout) throw refuse(output.name, 'is the output and followed by a Dropout; take it out');
  const before = new Set<string>();
  const twice = layers.find(({ name }) => before.size === before.add(name).size);
  if (twice) throw refuse(twice.name, 'stands twice; give the second another name');
}
