import { DataError } from '../errors.ts';
import { Field } from './field.ts';
import { readForeign } from './foreignSafetensors.ts';
import { parseJson } from './json.ts';
import { MODEL_FORMAT, type ModelFile, plainLayer, tensorShapes } from './model.ts';
import { ACTIVATIONS, LOSSES } from '../names.ts';
import { readSafetensors } from './readSafetensors.ts';
import type { NamedTensor } from './safetensors.ts';

/** Any version of a model of Katman. */
export const OWN_FORMAT = MODEL_FORMAT.replace(/\d+$/, '');

/** What a file does not say of itself, told by whoever reads it. */
export interface ReadOptions {
  /**
   * Activations of a safetensors file of another program: one for each layer, or two, that of all hidden layers and
   * the output's.
   */
  readonly activations?: readonly string[];
}

/** The error that says that nobody has to tell a file's activations. */
export function knowsItself(file: string): DataError {
  return new DataError(
    `'${file}' says its activations itself; read it without any given (--activation, --output-activation)`,
    { file, column: 'activations' },
  );
}

/**
 * Reads a model that `writeModel` wrote, or the weights of a dense network of another program.
 * @param file the name of the file, for messages
 * @throws DataError naming file and field for all that `readSafetensors` refuses, a format that is not
 * katman-model/1, a field that is missing or not what it has to be, sizes that do not fit each other, and as
 * `readForeign`
 */
export function readModel(bytes: Uint8Array, file: string, { activations }: ReadOptions = {}): ModelFile {
  const { tensors, metadata } = readSafetensors(bytes, file);
  const format = metadata.get('format');
  // A file with a network in it is Katman's, and damaged or of a later version if it names another format.
  if (!format?.startsWith(OWN_FORMAT) && !metadata.has('network'))
    return readForeign(tensors, file, activations);
  if (activations) throw knowsItself(file);
  if (format !== MODEL_FORMAT) {
    throw new DataError(
      `'${file}' is ${format === undefined ? 'no model of Katman' : `a model of the format '${format}'`}, where the field 'format' is expected to be '${MODEL_FORMAT}'; train one with --save`,
      { file, column: 'format' },
    );
  }
  // What the metadata lacks is a field without a value: who asks for it says what was expected.
  const field = (name: string) => {
    const text = metadata.get(name);
    const value = text === undefined ? undefined : parseJson(text, `The field '${name}' of '${file}'`, file);
    return new Field(file, name, value);
  };
  const network = readNetwork(field('network'));
  const targets = field('targets').names();
  const classes = readClasses(field('classes'), targets, network);
  return {
    network,
    parameters: readParameters(tensors, network, file),
    preprocessing: {
      ...readFeatures(field, network.inputs),
      targetStandardization: readTargetScaling(field('targetStandardization'), targets, classes),
    },
    targets,
    classes,
    metrics: field('metrics').object(),
  };
}

function readNetwork(field: Field): ModelFile['network'] {
  const layers = field.get('layers').list();
  const huberDelta = field.get('huberDelta');
  if (!layers.length) throw field.get('layers').wrong('a list of at least one layer');
  return {
    inputs: field.get('inputs').whole(1),
    layers: layers.map((layer) =>
      plainLayer({
        units: layer.get('units').whole(1),
        activation: layer.get('activation').oneOf(ACTIVATIONS),
        dropout: layer.get('dropout').share(),
      }),
    ),
    loss: field.get('loss').oneOf(LOSSES),
    ...(huberDelta.value !== undefined && { huberDelta: huberDelta.positive() }),
  };
}

function readParameters(
  tensors: readonly NamedTensor[],
  network: ModelFile['network'],
  file: string,
): ModelFile['parameters'] {
  const found = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  const expected = tensorShapes(network);
  const differences = [
    ...expected.flatMap(({ name, shape }) => {
      const got = found.get(name)?.shape;
      if (got?.join() === shape.join()) return [];
      return [`'${name}' expected ${shape.join('x')}, file ${got ? got.join('x') || 'a number' : 'none'}`];
    }),
    ...tensors
      .filter(({ name }) => !expected.some((tensor) => tensor.name === name))
      .map(({ name, shape }) => `'${name}' expected none, file ${shape.join('x') || 'a number'}`),
  ];
  if (differences.length) {
    throw new DataError(
      `The tensors of '${file}' are not those of its network: ${differences.slice(0, 10).join('; ')}; save it again`,
      { file, column: 'network' },
    );
  }
  const data = expected.map(({ name }) => found.get(name)!.data);
  return network.layers.map((_, l) => ({ w: data[2 * l], b: data[2 * l + 1] }));
}

function readFeatures(
  field: (name: string) => Field,
  inputs: number,
): Omit<ModelFile['preprocessing'], 'targetStandardization'> {
  const list = field('columns');
  const columns = list.list().map((column) => {
    const name = column.get('name').text();
    const categories = column.get('categories');
    return categories.value === undefined ? { name } : { name, categories: categories.names() };
  });
  const features = columns.reduce((sum, { categories }) => sum + (categories?.length ?? 1), 0);
  if (features !== inputs || new Set(columns.map(({ name }) => name)).size < columns.length) {
    throw list.wrong(`a list of different columns for the ${inputs} inputs of the network, not ${features}`);
  }
  const fill = field('fill');
  return {
    columns,
    fill: fill.value === undefined ? undefined : fill.numbers(inputs),
    standardization: readScaling(field('standardization'), inputs),
  };
}

function readTargetScaling(
  field: Field,
  targets: readonly string[],
  classes: readonly string[] | undefined,
): ModelFile['preprocessing']['targetStandardization'] {
  if (classes && field.value !== undefined) throw field.wrong('nothing, for a classification,');
  return readScaling(field, targets.length);
}

/** Mean and deviation of so many columns; undefined where there is nothing. */
function readScaling(field: Field, columns: number): ModelFile['preprocessing']['standardization'] {
  if (field.value === undefined) return undefined;
  const std = field.get('std').numbers(columns);
  if (!std.every((value) => value > 0)) throw field.get('std').wrong('a list of numbers above 0');
  return { mean: field.get('mean').numbers(columns), std };
}

/** The classes, after a look whether the last layer has outputs for them, or else for the targets. */
function readClasses(
  field: Field,
  targets: readonly string[],
  { layers }: ModelFile['network'],
): string[] | undefined {
  const outputs = layers[layers.length - 1].units;
  if (field.value === undefined) {
    if (outputs !== targets.length)
      throw field.wrong(
        `the name of each class (the network has ${outputs} outputs for ${targets.length} targets)`,
      );
    return undefined;
  }
  const classes = field.names(2);
  const fits = outputs === classes.length || (outputs === 1 && classes.length === 2);
  if (!fits || targets.length !== 1) {
    throw field.wrong(`as many classes of one target as the network has outputs (${outputs})`);
  }
  return classes;
}
