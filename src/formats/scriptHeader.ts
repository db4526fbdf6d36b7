import type { ModelFile } from './model.ts';

/** More lines of metrics, or names in a line, than this are not for reading. */
const MOST = 20;

/** What a script says of itself before its code, in comments. */
export function header(model: ModelFile, types: boolean): string {
  const { network, parameters, preprocessing, targets, classes, metrics } = model;
  const weights = parameters.reduce((sum, { w, b }) => sum + w.length + b.length, 0);
  const layers = network.layers.map(({ units, activation }) => `${units} ${activation}`);
  const columns = preprocessing.columns.map(({ name }) => name);
  const values = preprocessing.columns.map(({ categories }) => (categories ? `'${categories[0]}'` : '0'));
  const lines = [
    'A neural network in one file without dependencies, for browsers, workers and Node; written by Katman.',
    '',
    `Predicts: ${some(targets)}${classes ? ` (${some(classes)})` : ''}`,
    `From:     ${some(columns)}`,
    `Network:  ${network.inputs} inputs, ${layers.join(', ')}; ${weights} weights and biases`,
    ...metricLines(metrics),
    '',
    `  import { predict } from './model.${types ? 'ts' : 'js'}';`,
    `  predict([[${some(values)}]]);`,
  ];
  return lines.map((line) => `// ${oneLine(line)}`.trimEnd()).join('\n');
}

function metricLines(metrics: ModelFile['metrics']): string[] {
  const leaves = leavesOf(metrics, '');
  if (!leaves.length) return [];
  return ['Metrics:', ...leaves.slice(0, MOST).map(([name, value]) => `  ${name}: ${value}`)];
}

/** The numbers and texts of nested fields by their dotted names; lists, as of a confusion, are left out. */
function leavesOf(value: unknown, name: string): [string, string][] {
  if (typeof value === 'number') return [[name, String(Number(value.toPrecision(6)))]];
  if (typeof value === 'string') return [[name, value]];
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => leavesOf(item, name ? `${name}.${key}` : key));
}

function some(names: readonly string[]): string {
  if (names.length <= MOST) return names.join(', ');
  return `${names.slice(0, MOST).join(', ')}, ... (${names.length} in all)`;
}

/** Names come from data: none may end the comment, end the script of a page, or stand for types. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029‹›]+/gu, ' ').replace(/<(?=[/!])/g, '< ');
}
