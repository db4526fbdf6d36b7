import { floatsToBase64 } from './jsonModelBase64.ts';
import { jsonText } from './jsonModelFields.ts';
import type { ModelFile } from './model.ts';
import { activationTexts } from './scriptActivations.ts';
import { header } from './scriptHeader.ts';
import { DECODING, FEATURES, classAnswer, forwardText } from './scriptParts.ts';

export interface ScriptOptions {
  /** TypeScript instead of JavaScript. */
  readonly types?: boolean;
}

/**
 * A model as one ES module that depends on nothing, for browsers, workers and Node. It exports
 * - `predict(rows)`: rows are lists of values in the order of `columns`, a number for a column of numbers, a text
 *   for one of categories; null, undefined, NaN or '' where one is missing, if the model has learnt what stands
 *   for it. For each row `{ class, probabilities }`, or the list of its targets in their own unit;
 * - `predictAll(rows)`: only the numbers, [rows, classes or targets], as a Float64Array;
 * - `columns`, `targets` and `classes` (null for a regression).
 *
 * The outputs are those of the `cpu` plan to the bit where the same engine computes both.
 * @throws DataError for an activation that Katman does not have
 */
export function writeScript(model: ModelFile, { types = false }: ScriptOptions = {}): string {
  const { network, preprocessing, targets, classes } = model;
  const { fill, standardization, targetStandardization } = preprocessing;
  const names = network.layers.map(({ activation }) => activation);
  const list = 'readonly number[]';
  const scaling = `{ readonly mean: ${list}; readonly std: ${list} }`;
  const constant = (name: string, type: string, value: unknown) =>
    `const ${name}‹: ${type}› = ${literal(value ?? null)};`;
  const parts = [
    header(model, types),
    `/** The columns of the data, in the order of the values of a row. */
export ${constant('columns', 'readonly { readonly name: string; readonly categories?: readonly string[] }[]', preprocessing.columns)}
/** What is predicted. */
export ${constant('targets', 'readonly string[]', targets)}
/** ${classes ? 'The classes that it can be.' : 'It is a number, so there are no classes.'} */
export ${constant('classes', classes ? 'readonly string[]' : 'null', classes)}`,
    types ? TYPES : '',
    classes ? classAnswer(network.layers.at(-1)!.units) : REGRESSION,
    `/** What stands for a missing number, for each input. */
${optional('fill', list, fill)}
/** What inputs are made of mean 0 and deviation 1 with. */
${optional('standardization', scaling, standardization)}`,
    classes
      ? ''
      : `/** What makes outputs targets in their own unit. */
${optional('targetStandardization', scaling, targetStandardization)}`,
    FEATURES,
    forwardText(names),
    ...activationTexts(names),
    DECODING,
    `/** The weights [inputs, units] and biases [units] of each layer, as base64 of float32, little endian. */
function storedLayers()‹: Stored[]› {
  return [
${network.layers.map((layer, l) => stored(layer, model.parameters[l])).join('\n')}
  ];
}`,
  ];
  return `${parts.filter(Boolean).join('\n\n')}\n`.replace(/‹([^›]*)›/g, types ? '$1' : '');
}

const TYPES = `export type Value = number | string | boolean | null | undefined;
type Stored = { units: number; activation: string; w: string; b: string };
type Layer = { units: number; activate: (z: Float32Array) => Float32Array; w: Float32Array; b: Float32Array };`;

const REGRESSION = `/** The targets of each row, in their own unit and in the order of \`targets\`. */
export function predict(rows‹: readonly (readonly Value[])[]›)‹: number[][]› {
  const all = predictAll(rows);
  return rows.map((_, r) => Array.from(all.subarray(r * targets.length, (r + 1) * targets.length)));
}

/** The targets of all rows, one row after another. */
export function predictAll(rows‹: readonly (readonly Value[])[]›)‹: Float64Array› {
  const all = new Float64Array(rows.length * targets.length);
  rows.forEach((row, r) => {
    const outputs = forward(features(row, r), r);
    outputs.forEach((value, j) => {
      const scaling = targetStandardization;
      all[r * targets.length + j] = scaling ? value * scaling.std[j] + scaling.mean[j] : value;
    });
  });
  return all;
}`;

/** A constant that may be null, which TypeScript must not take for always null. */
function optional(name: string, type: string, value: unknown): string {
  return `const ${name} = ${literal(value ?? null)}‹ as ${type} | null›;`;
}

function stored(
  { units, activation }: ModelFile['network']['layers'][number],
  { w, b }: ModelFile['parameters'][number],
): string {
  return `    {
      units: ${units},
      activation: ${literal(activation)},
      w: '${floatsToBase64(w).join('')}',
      b: '${floatsToBase64(b).join('')}',
    },`;
}

/** A value as JavaScript; also within a page nothing ends the script, and no text holds the marks of types. */
function literal(value: unknown): string {
  return jsonText(value).replace(
    /[<‹›\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
