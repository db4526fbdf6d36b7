import { DataError } from '../errors.ts';
import { foreignModel } from './foreign.ts';
import type { ModelFile } from './model.ts';
import { ACTIVATIONS, type Activation } from '../names.ts';
import type { NamedTensor } from './safetensors.ts';

/** What the last part of a tensor's name says: PyTorch has `weight` [units, in], Keras and Flax `kernel` [in, units]. */
const ROLES: ReadonlyMap<string, keyof Parts> = new Map([
  ['weight', 'turned'],
  ['kernel', 'w'],
  ['w', 'w'],
  ['bias', 'b'],
  ['b', 'b'],
]);

/** The tensors of a layer. */
interface Parts {
  w?: NamedTensor;
  /** [units, in] */
  turned?: NamedTensor;
  b?: NamedTensor;
}

/**
 * The network of a safetensors file of another program, which holds tensors alone: dense layers in the order of their
 * names (`2.weight` before `10.weight`), each with the activation that the reader knows.
 * @param activations one for each layer, or two: that of all hidden layers, and the output's
 * @throws DataError for tensors that are no chain of dense layers, naming them, and for activations that are missing,
 * too few or none of Katman's
 */
export function readForeign(
  tensors: readonly NamedTensor[],
  file: string,
  activations: readonly string[] | undefined,
): ModelFile {
  const layers = chainOf(tensors, file);
  const names = activationsOf(layers, file, activations);
  return foreignModel({
    inputs: layers[0].inputs,
    layers: layers.map(({ b }, l) => ({ units: b.length, activation: names[l] })),
    parameters: layers.map(({ w, b }) => ({ w, b })),
  });
}

interface Layer {
  readonly name: string;
  readonly inputs: number;
  readonly w: Float32Array;
  readonly b: Float32Array;
}

function chainOf(tensors: readonly NamedTensor[], file: string): Layer[] {
  const owners = new Map<string, Parts>();
  for (const tensor of tensors) {
    const [, owner, last] = /^(?:(.*)[./])?([^./]+)$/.exec(tensor.name) ?? [];
    const role = ROLES.get(last);
    if (owner === undefined || !role) throw refuse(file, tensor, 'no weight, kernel or bias of a layer');
    const parts = owners.get(owner) ?? {};
    if (parts[role] || (role !== 'b' && (parts.w ?? parts.turned)))
      throw refuse(file, tensor, `one of two for '${owner}'`);
    parts[role] = tensor;
    owners.set(owner, parts);
  }
  const layers: Layer[] = [];
  for (const name of [...owners.keys()].sort(byNumbers)) {
    const layer = layerOf(name, owners.get(name)!, file);
    const before = layers.at(-1);
    if (before && before.b.length !== layer.inputs) {
      throw new DataError(
        `In '${file}' the layer '${name}' takes ${layer.inputs} numbers, where '${before.name}' before it gives ${before.b.length}, so they are no chain of dense layers in the order of their names; rename or save the layers of one such network alone`,
        { file, column: name },
      );
    }
    layers.push(layer);
  }
  if (!layers.length)
    throw new DataError(`'${file}' has no tensors, so it is no network; save its weights again`, { file });
  return layers;
}

function layerOf(name: string, { w, turned, b }: Parts, file: string): Layer {
  const matrix = w ?? turned;
  if (!matrix) throw refuse(file, b!, `a bias without a weight '${name}.weight' or '${name}.kernel'`);
  if (matrix.shape.length !== 2 || !matrix.data.length)
    throw refuse(file, matrix, 'no matrix of a dense layer');
  const [inputs, units] = w ? w.shape : [turned!.shape[1], turned!.shape[0]];
  if (b && (b.shape.length !== 1 || b.data.length !== units))
    throw refuse(file, b, `no bias for the ${units} units of '${matrix.name}'`);
  return {
    name,
    inputs,
    w: w ? w.data : transpose(matrix.data, units, inputs),
    b: b?.data ?? new Float32Array(units),
  };
}

function activationsOf(
  layers: readonly Layer[],
  file: string,
  given: readonly string[] | undefined,
): readonly Activation[] {
  const shape = [layers[0].inputs, ...layers.map(({ b }) => b.length)].join('-');
  const refuse = (problem: string) =>
    new DataError(
      `'${file}' ${problem}; give one for each layer, or that of the hidden layers and of the output (--activation, --output-activation), of ${ACTIVATIONS.join(', ')}`,
      { file, column: 'activations' },
    );
  if (!given) throw refuse(`has the weights of a network ${shape}, and does not say its activations`);
  const unknown = given.find((name) => !ACTIVATIONS.includes(name as Activation));
  if (unknown !== undefined)
    throw refuse(`is to be read with the activation '${unknown}', which Katman does not have`);
  const names = given as readonly Activation[];
  if (names.slice(0, -1).includes('softmax'))
    throw refuse('is to be read with a softmax before the output, which Katman does not have');
  if (names.length === layers.length) return names;
  if (names.length !== 2)
    throw refuse(
      `has ${layers.length} layers (${shape}), where the number of activations given is ${names.length}`,
    );
  return layers.map((_, l) => names[l < layers.length - 1 ? 0 : 1]);
}

function refuse(file: string, { name, shape }: NamedTensor, what: string): DataError {
  return new DataError(
    `In '${file}' the tensor '${name}' [${shape.join(', ')}] is ${what}, and Katman has networks of dense layers alone; save one such network, with the names that PyTorch, Keras or Flax give`,
    { file, column: name },
  );
}

/** [rows, columns], as [columns, rows]. */
function transpose(data: Float32Array, rows: number, columns: number): Float32Array {
  return data.map((_, i) => data[(i % rows) * columns + Math.floor(i / rows)]);
}

/** The order of names, in which numbers count as such. */
function byNumbers(a: string, b: string): number {
  const [x, y] = [a, b].map((name) => name.split(/(\d+)/));
  for (let i = 0; i < Math.min(x.length, y.length); i++) {
    const order = i % 2 ? Number(x[i]) - Number(y[i]) : x[i] < y[i] ? -1 : Number(x[i] > y[i]);
    if (order) return order;
  }
  return x.length - y.length;
}
