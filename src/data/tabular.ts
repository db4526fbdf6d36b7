import { DataError, UsageError } from '../errors.ts';
import { badCell, readFeatures, readNumbers } from './columns.ts';
import type { Table } from './csv.ts';
import { Dataset, type Task } from './dataset.ts';
import { guessTask, labelColumns, readClasses } from './labels.ts';

export interface TabularOptions {
  /** The columns that are predicted, by name or index from 0; the last one by default. */
  readonly label?: readonly string[];
  /**
   * By default a classification if there is one label column and it is text or has at most 20 different
   * whole numbers, else a regression.
   */
  readonly task?: Task;
}

/**
 * A table as a data set: the label columns are predicted from all others. The notes say what a person
 * should know, such as digits that were lost.
 * @throws DataError with file, row and column for a label that is not there, cells that are missing, no
 * numbers or outside float32, and labels that make no classes; UsageError for a classification by several
 * label columns
 */
export function tableToDataset(
  table: Table,
  { label, task }: TabularOptions = {},
): { data: Dataset; notes: string[] } {
  const { file, columns, cells } = table;
  const labels = labelColumns(table, label);
  const inputs = [...columns.keys()].filter((c) => !labels.includes(c));
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
  const lost = { count: 0, example: '' };
  const common = {
    name: baseName(file),
    features: inputs.map((c) => columns[c]),
    targets: labels.map((c) => columns[c]),
    x: readFeatures(table, inputs, lost),
  };
  const [only] = labels;
  const chosen = task ?? (labels.length > 1 ? 'regression' : guessTask(cells.map((row) => row[only])));
  const data =
    chosen === 'classification'
      ? Dataset.classification({ ...common, ...readClasses(table, only) })
      : new Dataset({ ...common, y: readNumbers(table, labels, lost, badTarget) });
  const notes = lost.count
    ? [`'${file}': whole numbers too long for float32 lose digits, ${lost.count} in all: ${lost.example}`]
    : [];
  return { data, notes };
}

function badTarget(table: Table, r: number, c: number): DataError {
  return badCell(table, r, c, 'correct it, or take it as the one label of a classification');
}

/** 'folder/iris.csv' is 'iris'. */
function baseName(file: string): string {
  return file.replace(/^.*[\\/]/, '').replace(/(.)\.[^.]*$/, '$1');
}
