import { DataError } from '../errors.ts';
import { Field } from './field.ts';
import { foreignModel } from './foreign.ts';
import { modelOf, parseModel, readTensors } from './jsonModelFields.ts';
import { type ModelFile, type ModelLayer, plainLayer, tensorShapes } from './model.ts';
import type { NamedTensor } from './safetensors.ts';
import { RESCALE, TFJS_FORMAT, checksum } from './tfjs.ts';
import { readChain } from './tfjsChain.ts';
import { fold, isFolded, unfold } from './tfjsFold.ts';
import { type DenseLayer, type Topology, readTopology } from './tfjsTopology.ts';
import { type Group, type ReadWeights, readManifest, readTensorsOf } from './tfjsWeights.ts';

type Parameters = ModelFile['parameters'];

/**
 * Reads a model in the layers format of TensorFlow.js, by Katman, TensorFlow.js itself, or the converters of
 * Keras 2 and 3. One that Katman wrote comes back to the bit; was it trained on in TensorFlow.js since, its new
 * weights come back without the standardisation that was folded in, up to rounding, and it has no metrics. One
 * of others gets the names of `foreignModel`.
 * @param json the text of `model.json`
 * @param readWeights gives the bytes of each file of weights; what it throws is passed on
 * @param file the name of `model.json`, for messages
 * @throws DataError naming what Katman does not have, or what is missing, damaged or not what it has to be
 */
export async function readTfjs(
  json: string,
  readWeights: ReadWeights,
  file = 'model.json',
): Promise<ModelFile> {
  const root = parseModel(json, file);
  const topology = readLayers(root);
  const groups = readManifest(root.get('weightsManifest'));
  const names = findTensors(topology, groups, file);
  const tensors = new Map<string, NamedTensor>();
  for (const group of groups)
    for (const tensor of await readTensorsOf(group, file, readWeights)) tensors.set(tensor.name, tensor);
  const parameters = names.map(({ w, b }, l) => ({
    w: tensors.get(w)!.data,
    b: b === undefined ? new Float32Array(topology.layers[l].units) : tensors.get(b)!.data,
  }));
  const metadata = root.get('userDefinedMetadata');
  const ours = metadata.value === undefined || metadata.value === null ? metadata : metadata.get('katman');
  const known = typeof ours.value === 'object' && ours.value !== null;
  return known
    ? ourModel(ours, topology, parameters)
    : foreignModel({ ...topology, layers: topology.layers.map(plainLayer), parameters });
}

function readLayers(root: Field): Topology {
  const format = root.get('format');
  if (format.value !== undefined && format.value !== null && format.value !== 'layers-model')
    throw format.wrong("'layers-model', as loadLayersModel takes it,");
  const topology = root.get('modelTopology');
  const model = topology.get('model_config').value ? topology.get('model_config') : topology;
  return readTopology(readChain(model), model);
}

/** The names of the tensors of each layer. @throws DataError for one that is missing, of another shape or too much */
function findTensors(
  { inputs, layers }: Topology,
  groups: readonly Group[],
  file: string,
): { w: string; b: string | undefined }[] {
  const entries = groups.flatMap((group) => group.entries.map(({ name, shape }) => ({ name, shape })));
  const byOwner = new Map<string | undefined, typeof entries>();
  for (const entry of entries) {
    const { layer } = ownerOf(entry.name);
    byOwner.set(layer, [...(byOwner.get(layer) ?? []), entry]);
  }
  const left = new Set(entries);
  const differences: string[] = [];
  const find = ({ name }: DenseLayer, roles: readonly string[], shape: readonly number[]) => {
    const found = byOwner.get(name)?.filter((entry) => roles.includes(ownerOf(entry.name).role)) ?? [];
    found.forEach((entry) => left.delete(entry));
    if (found.length !== 1 || found[0].shape.join() !== shape.join()) {
      const has = found.map((entry) => entry.shape.join('x') || 'a number').join(' and ');
      differences.push(`'${name}/${roles[0]}' expected ${shape.join('x')}, file ${has || 'none'}`);
    }
    return found[0]?.name;
  };
  const names = layers.map((layer, l) => ({
    w: find(layer, ['kernel', '0'], [l ? layers[l - 1].units : inputs, layer.units]),
    b: layer.bias ? find(layer, ['bias', '1'], [layer.units]) : undefined,
  }));
  differences.push(
    ...Array.from(
      left,
      ({ name, shape }) => `'${name}' expected none, file ${shape.join('x') || 'a number'}`,
    ),
  );
  if (!differences.length) return names;
  throw new DataError(
    `The weights of '${file}' are not those of its layers: ${differences.slice(0, 10).join('; ')}; save or convert it again`,
    { file, column: 'weightsManifest' },
  );
}

/** Whose tensor it is, and what: `dense/kernel`, `model/dense/bias:0`, or `dense/vars/0` of Keras 3. */
function ownerOf(tensor: string): { layer: string | undefined; role: string } {
  const parts = tensor.replace(/:\d+$/, '').split('/');
  const role = parts.pop()!;
  if (parts.at(-1) === 'vars') parts.pop();
  return { layer: parts.at(-1), role };
}

/** A model that Katman wrote. @throws DataError if what it says of itself is not what its layers are */
function ourModel(ours: Field, topology: Topology, all: Parameters): ModelFile {
  const { file } = ours;
  const format = ours.get('format');
  if (format.value !== TFJS_FORMAT) throw format.wrong(`the format '${TFJS_FORMAT}'`);
  const rescales = topology.layers.at(-1)!.name === RESCALE;
  const layers = rescales ? topology.layers.slice(0, -1) : topology.layers;
  const parameters = all.slice(0, layers.length);
  const stored = new Map(readTensors(ours.get('tensors')).map((tensor) => [tensor.name, tensor]));
  const data = parameters.flatMap(({ w, b }) => [w, b]);
  const tensors = tensorShapes({ inputs: topology.inputs, layers }).map(
    (tensor, i) => stored.get(tensor.name) ?? { ...tensor, data: data[i] },
  );
  const { checksum: written, ...fields } = ours.object();
  const model = modelOf(new Field(file, '', fields), tensors);
  const extra = [...stored.keys()].find((name) => !tensors.some((tensor) => tensor.name === name));
  const told = model.network.layers.map(describe);
  const found = layers.map(describe);
  const folded = fold(model);
  const scale = rescales ? all.at(-1) : undefined;
  const lacks = tensors.some(({ name }, i) => isFolded(model, Math.floor(i / 2)) !== stored.has(name));
  if (told.join() !== found.join() || lacks || extra || !same([folded.rescale], [scale])) {
    throw new DataError(
      `The layers of '${file}' (${found.join(', ')}) are not those that its userDefinedMetadata describes (${told.join(', ')}, and how data is scaled); take the field 'katman' out to read it without`,
      { file, column: 'userDefinedMetadata.katman' },
    );
  }
  if (checksum(all) === written && same(folded.parameters, parameters)) return model;
  const unfolded = unfold(model, parameters);
  if (!unfolded.every(({ w, b }) => w.every(Number.isFinite) && b.every(Number.isFinite))) {
    throw new DataError(
      `The weights of '${file}' are beyond float32 without the standardisation that its userDefinedMetadata describes; save it again`,
      { file, column: 'userDefinedMetadata.katman' },
    );
  }
  return { ...model, parameters: unfolded, metrics: {} };
}

function describe({ units, activation, dropout = 0 }: ModelLayer): string {
  return `${units} ${activation}${dropout ? ` with dropout ${dropout}` : ''}`;
}

/** Whether numbers are equal, one by one; both may have none. */
function same(a: readonly (Parameters[number] | undefined)[], b: typeof a): boolean {
  return a.every((layer, l) => {
    const other = b[l];
    if (!layer || !other) return layer === other;
    const equal = (x: Float32Array, y: Float32Array) =>
      x.length === y.length && x.every((value, i) => value === y[i]);
    return equal(layer.w, other.w) && equal(layer.b, other.b);
  });
}
