import { jsonText, modelFields, modelOf, parseModel, readTensors, tensorFields } from './jsonModelFields.ts';
import { type ModelFile, tensorShapes } from './model.ts';

/** The format that a JSON model names. */
export const JSON_FORMAT = 'katman-model-json/1';

/**
 * A model as JSON text, whole: a field for each part, one a line, and the tensors `layer1.w`, `layer1.b`, ...,
 * each with its shape and its numbers as base64 of float32, little endian, in pieces of 64 KiB.
 */
export function writeJsonModel(model: ModelFile): string {
  const data = model.parameters.flatMap(({ w, b }) => [w, b]);
  const tensors = tensorShapes(model.network).map((tensor, i) => ({ ...tensor, data: data[i] }));
  const fields = { format: JSON_FORMAT, ...modelFields(model), tensors: tensorFields(tensors) };
  const lines = Object.entries(fields).map(([name, value]) => `  "${name}": ${jsonText(value)}`);
  return `{\n${lines.join(',\n')}\n}\n`;
}

/**
 * Reads a model that `writeJsonModel` wrote, to the bit.
 * @param file the name of the file, for messages
 * @throws DataError naming file and field for what is no JSON, another format, a field that is missing, unknown
 * or not what it has to be, sizes that do not fit each other, and numbers that are not finite
 */
export function readJsonModel(text: string, file = 'model.json'): ModelFile {
  const root = parseModel(text, file);
  const format = root.get('format');
  if (format.value !== JSON_FORMAT) throw format.wrong(`the format '${JSON_FORMAT}'`);
  return modelOf(root, readTensors(root.get('tensors')));
}
