import { DataError } from '../errors.ts';
import { Field } from './field.ts';
import { parseJson } from './json.ts';
import { base64ToFloats, floatsToBase64 } from './jsonModelBase64.ts';
import { MODEL_FORMAT, type ModelFile, plainLayer } from './model.ts';
import { readModel } from './readModel.ts';
import { type NamedTensor, writeSafetensors } from './safetensors.ts';

/** The fields of a model besides its tensors, by the names that they have in safetensors. */
const NAMES = [
  'network',
  'columns',
  'fill',
  'standardization',
  'targetStandardization',
  'targets',
  'classes',
  'metrics',
] as const;

/** A model without its weights as plain JSON values; what it has not is left out. */
export function modelFields(model: ModelFile): Record<string, unknown> {
  const { network, preprocessing, targets, classes, metrics } = model;
  const fields: Record<(typeof NAMES)[number], unknown> = {
    network: { ...network, layers: network.layers.map(plainLayer) },
    columns: preprocessing.columns,
    fill: preprocessing.fill,
    standardization: preprocessing.standardization,
    targetStandardization: preprocessing.targetStandardization,
    targets,
    classes,
    metrics,
  };
  return Object.fromEntries(NAMES.filter((name) => fields[name]).map((name) => [name, fields[name]]));
}

/** Tensors by name, as `readTensors` takes them. */
export function tensorFields(tensors: readonly NamedTensor[]): Record<string, unknown> {
  return Object.fromEntries(
    tensors.map(({ name, shape, data }) => [name, { shape, data: floatsToBase64(data) }]),
  );
}

/** @throws DataError for shapes that are none, and data that is not base64 of as many numbers */
export function readTensors(field: Field): NamedTensor[] {
  return Object.keys(field.object()).map((name) => {
    const tensor = field.get(name);
    const shape = tensor
      .get('shape')
      .list()
      .map((size) => size.whole());
    const count = shape.reduce((product, size) => product * size, 1);
    return { name, shape, data: base64ToFloats(tensor.get('data'), count) };
  });
}

/** The object that a JSON text of a model is. @throws DataError as `parseJson`, and if it is no object */
export function parseModel(text: string, file: string): Field {
  if (!/^\s*\{/.test(text)) {
    throw new DataError(
      `'${file}' does not start with '{', so it is no model as JSON; give the file that was written, whole`,
      { file },
    );
  }
  return withinStack(file, () => new Field(file, '', parseJson(text, `'${file}'`, file)));
}

/** What a work gives. @throws DataError where a text is so long, or nested so deep, that the stack does not hold it */
function withinStack<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new DataError(`'${file}' is nested too deep, or has a text too long, for a model; save it again`, {
      file,
    });
  }
}

/**
 * The model that fields and tensors make. They are put as safetensors and read as such, so that there is one
 * place that knows what a model has to have.
 * @throws DataError as `readModel`, and for a field that no model has
 */
export function modelOf(root: Field, tensors: readonly NamedTensor[]): ModelFile {
  const { file } = root;
  const fields = root.object();
  const unknown = Object.keys(fields).find(
    (name) => !['format', 'tensors', ...NAMES].includes(name as (typeof NAMES)[number]),
  );
  // A misspelt `fill` or `standardization` must not make a model without one.
  if (unknown !== undefined) {
    throw new DataError(
      `'${file}' has the field '${unknown}', which no model has; its fields are ${NAMES.join(', ')}`,
      { file, column: unknown },
    );
  }
  const texts = withinStack(file, () =>
    NAMES.filter((name) => fields[name] !== undefined).map((name) => [name, jsonText(fields[name])]),
  );
  const metadata = { format: MODEL_FORMAT, ...Object.fromEntries(texts) };
  return readModel(writeSafetensors(tensors, metadata), file);
}

/** JSON as `JSON.stringify` writes it, but typed arrays as lists, and -0 as -0. */
export function jsonText(value: unknown): string {
  if (Object.is(value, -0)) return '-0';
  if (ArrayBuffer.isView(value)) return jsonText(Array.from(value as Float64Array));
  if (Array.isArray(value)) return `[${value.map(jsonText).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return `{${entries.map(([name, item]) => `${JSON.stringify(name)}:${jsonText(item)}`).join(',')}}`;
}
