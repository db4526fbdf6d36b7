import { DataError, UsageError } from '../errors.ts';
import { type LostDigits, badCell, lostNotes, readNumbers } from './columns.ts';
import { listed } from './cells.ts';
import type { Table } from './csv.ts';
import { Dataset, type Task } from './dataset.ts';
import { describeColumns, encode } from './encode.ts';
import { type Column, featuresOf } from './features.ts';
import { guessTask, labelColumns, readClasses } from './labels.ts';
import { type Missing, dropMissing } from './missing.ts';

export interface TabularOptions {
  /** The columns that are predicted, by name or index from 0; the last one by default. */
  readonly label?: readonly string[];
  /**
   * By default a classification if there is one label column and it is text or has at most 20 different
   * whole numbers, else a regression.
   */
  readonly task?: Task;
  /** The column of the rows' weights, by name or index from 0; it is no feature then. */
  readonly weight?: string;
  /** What becomes of missing values; 'refuse' by default. A missing label is refused or dropped. */
  readonly missing?: Missing;
}

/** A table as a data set. */
export interface Tabular {
  readonly data: Dataset;
  /** What a person should know, such as digits that were lost. */
  readonly notes: readonly string[];
  /** The rows of the table, from 0, that the data has; undefined if it has all. */
  readonly rows: readonly number[] | undefined;
}

/**
 * A table as a data set: the label columns are predicted from all others, of which those of text become
 * one feature for each category.
 * @throws DataError with file, row and column for a label that is not there, cells that are missing, no
 * numbers or outside float32, texts that make no categories and labels that make no classes; UsageError for
 * a classification by several label columns
 */
export function tableToDataset(table: Table, options: TabularOptions = {}): Tabular {
  const { label, task, missing = 'refuse' } = options;
  const { file, columns } = table;
  const weights = options.weight === undefined ? [] : labelColumns(table, [options.weight], 'weights');
  const labels = labelColumns(table, label);
  const both = labels.find((c) => weights.includes(c));
  if (both !== undefined) {
    throw new UsageError(
      `Column '${columns[both]}' of '${file}' is to be both label and weight; name the label by its column`,
    );
  }
  const inputs = [...columns.keys()].filter((c) => !labels.includes(c) && !weights.includes(c));
  if (!inputs.length) {
    throw new DataError(
      `'${file}' has no columns besides the label; features stand in columns of their own, between commas, tabs, semicolons or |`,
      { file },
    );
  }
  if (task === 'classification' && labels.length > 1) {
    throw new UsageError(
      `A classification has one label column, not the ${labels.length} that are given; give one, or ask for a regression`,
    );
  }
  const { table: used, rows, notes } = withoutMissing(table, [...inputs, ...labels, ...weights], missing);
  const described = describeColumns(used, inputs);
  const lost = { count: 0, example: '' };
  const encoded = encode(used, described, {
    impute: missing === 'impute',
    advice: 'fill them in, or choose --missing drop or --missing impute',
    lost,
  });
  const common = {
    name: baseName(file),
    columns: described,
    features: featuresOf(described),
    targets: labels.map((c) => columns[c]),
    x: encoded.x,
    ...(weights.length && { weight: readNumbers(used, weights, lost) }),
  };
  const [only] = labels;
  const chosen = task ?? (labels.length > 1 ? 'regression' : guessTask(used.cells.map((row) => row[only])));
  const data =
    chosen === 'classification'
      ? Dataset.classification({ ...common, ...readClasses(used, only) })
      : new Dataset({ ...common, y: readTargets(used, labels, lost) });
  return {
    data,
    notes: [...notes, ...textNotes(file, described), ...encoded.notes, ...lostNotes(used, lost)],
    rows,
  };
}

/** The table as it is, or for 'drop' its rows without missing values and how many were left out. */
export function withoutMissing(
  table: Table,
  columns: readonly number[],
  missing: Missing,
): { table: Table; rows: readonly number[] | undefined; notes: string[] } {
  if (missing !== 'drop') return { table, rows: undefined, notes: [] };
  const all = table.cells.length;
  const { table: kept, rows } = dropMissing(table, columns);
  if (rows.length === all) return { table, rows: undefined, notes: [] };
  const note = `'${table.file}': ${all - rows.length} of ${all} rows have missing values and are left out`;
  return { table: kept, rows, notes: [note] };
}

/** Quantities that are to be predicted, [rows, columns]. @throws DataError for a cell that is no number */
export function readTargets(table: Table, columns: readonly number[], lost: LostDigits): Float32Array {
  const advice = 'correct it, or take it as the one label of a classification';
  return readNumbers(table, columns, lost, (_, r, c) => badCell(table, r, c, advice));
}

function textNotes(file: string, columns: readonly Column[]): string[] {
  const texts = columns.filter(({ categories }) => categories);
  if (!texts.length) return [];
  const names = texts.map(({ name, categories }) => `'${name}' (${categories!.length})`);
  return [`'${file}': text becomes one feature for each category: ${listed(names)}`];
}

/** 'folder/iris.csv' is 'iris'. */
export function baseName(file: string): string {
  return file.replace(/^.*[\\/]/, '').replace(/(.)\.[^.]*$/, '$1');
}
