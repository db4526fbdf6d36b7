import { DataError } from '../errors.ts';
import { listed } from './cells.ts';
import { lostNotes } from './columns.ts';
import type { Table } from './csv.ts';
import { Dataset } from './dataset.ts';
import { encode } from './encode.ts';
import { type Column, featuresOf } from './features.ts';
import { labelColumns, readKnownClasses } from './labels.ts';
import type { Missing } from './missing.ts';
import { type Tabular, baseName, readTargets, withoutMissing } from './tabular.ts';

/** What a trained model takes and gives: other data is read as it was trained on, nothing is guessed. */
export interface Schema {
  readonly columns: readonly Column[];
  readonly targets: readonly string[];
  /** Undefined for a regression. */
  readonly classes: readonly string[] | undefined;
}

const ADVICE = 'fill them in, or train the model with --missing impute';

/**
 * The features of a table, its columns found by name, further ones passed over.
 * @param options `impute`: whether missing values are taken, as `encode` does
 * @returns x [rows, features], NaN where a number is missing
 * @throws DataError for a column that the table lacks, missing values and cells that are no numbers
 */
export function tableFeatures(
  table: Table,
  { columns }: Pick<Schema, 'columns'>,
  { impute }: { readonly impute: boolean },
): { x: Float32Array; notes: string[] } {
  const lost = { count: 0, example: '' };
  const { x, notes } = encode(table, columns, { impute, advice: ADVICE, lost });
  return { x, notes: [...notes, ...lostNotes(table, lost)] };
}

/** Where the columns that a model takes stand in a table; those that it lacks are passed over. */
export function inputColumns(table: Table, { columns }: Pick<Schema, 'columns'>): number[] {
  const names = new Set(columns.map(({ name }) => name));
  return [...table.columns.keys()].filter((c) => names.has(table.columns[c]));
}

/**
 * A table as a data set with the columns and classes of a model.
 * @param options `label`: where the targets stand, by default under their own names
 * @throws DataError as `tableFeatures`, for labels that are not as many as the model's targets, and for
 * a label that is none of its classes
 */
export function tableAs(
  table: Table,
  schema: Schema,
  { label = schema.targets, missing }: { readonly label?: readonly string[]; readonly missing: Missing },
): Tabular {
  const { file } = table;
  const { columns, targets, classes } = schema;
  const labels = labelColumns(table, label);
  if (labels.length !== targets.length) {
    throw new DataError(
      `The model predicts ${listed(targets)}, but ${labels.length} label columns of '${file}' are given; give ${targets.length}`,
      { file },
    );
  }
  const inputs = inputColumns(table, schema);
  const { table: used, rows, notes } = withoutMissing(table, [...inputs, ...labels], missing);
  const encoded = tableFeatures(used, schema, { impute: missing === 'impute' });
  const common = { name: baseName(file), columns, features: featuresOf(columns), targets, x: encoded.x };
  const lost = { count: 0, example: '' };
  const data = classes
    ? Dataset.classification({ ...common, classes, labels: readKnownClasses(used, labels[0], classes) })
    : new Dataset({ ...common, y: readTargets(used, labels, lost) });
  return { data, notes: [...notes, ...encoded.notes, ...lostNotes(used, lost)], rows };
}

/** The features of a data set that a model takes, by name. @throws DataError naming those that it lacks */
export function datasetFeatures(data: Dataset, { columns }: Pick<Schema, 'columns'>): Float32Array {
  return pick(data.x, data.features, featuresOf(columns), `'${data.name}' has no feature`);
}

/**
 * A data set with the columns and classes of a model.
 * @throws DataError if it lacks a feature or a target, or has a class that the model does not know
 */
export function datasetAs(data: Dataset, schema: Schema): Dataset {
  const { columns, targets, classes } = schema;
  const features = featuresOf(columns);
  const common = { name: data.name, columns, features, targets, x: datasetFeatures(data, schema) };
  if (!classes !== !data.classes) {
    const [is, wanted] = classes ? ['regression', 'classification'] : ['classification', 'regression'];
    throw new DataError(`'${data.name}' is a ${is}, but the model a ${wanted}; take data of its kind`);
  }
  if (!classes) {
    const y = pick(data.y, data.targets, targets, `'${data.name}' has no target`);
    return new Dataset({ ...common, y });
  }
  const numbers = data.classes!.map((name) => classes.indexOf(name));
  const labels = data.labels().map((label) => {
    if (numbers[label] >= 0) return numbers[label];
    const names = listed(classes.map((name) => `'${name}'`));
    throw new DataError(
      `'${data.name}' has the class '${data.classes![label]}', which is none of the model's classes ${names}; take data of its classes`,
    );
  });
  return Dataset.classification({ ...common, classes, labels });
}

/** Columns of t [rows, names], by name, in another order. */
function pick(
  t: Float32Array,
  names: readonly string[],
  wanted: readonly string[],
  problem: string,
): Float32Array {
  const places = wanted.map((name) => names.indexOf(name));
  const lacking = wanted.filter((_, i) => places[i] < 0);
  if (lacking.length) {
    const quoted = listed(lacking.map((name) => `'${name}'`));
    throw new DataError(`${problem} ${quoted}, which the model has; take data with the same columns`, {
      column: lacking[0],
    });
  }
  const width = places.length;
  return Float32Array.from({ length: (t.length / names.length) * width }, (_, i) => {
    return t[Math.floor(i / width) * names.length + places[i % width]];
  });
}
