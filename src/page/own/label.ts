import { byCodePoint } from '../../data/cells.ts';
import { Dataset, type DatasetFields, type Task } from '../../data/dataset.ts';
import { DataError } from '../../errors.ts';
import type { ColumnStore } from './column.ts';
import { type Lost, float } from './number.ts';
import type { Table } from './table.ts';

/** As the command line. */
const MOST_CLASSES = 1000;

interface Labelled {
  readonly table: Table;
  readonly label: ColumnStore;
  /** The rows that are used, from 0, none of which misses its label. */
  readonly rows: readonly number[];
  readonly task: Task;
  readonly common: Omit<DatasetFields, 'y' | 'classes'>;
  readonly lost: Lost;
}

/** The data set with its label. @throws DataError for a label that cannot be predicted */
export function readLabel({ table, label, rows, task, common, lost }: Labelled): Dataset {
  if (task === 'classification') return Dataset.classification({ ...common, ...classes(table, label, rows) });
  const advice = 'correct it in the file, or make it a classification';
  const y = Float32Array.from(rows, (row) => float(table, label, row, lost, advice));
  if (y.every((value) => value === y[0]))
    throw refuse(
      table,
      label,
      `is ${y[0]} in every row, so there is nothing to learn; choose another column`,
    );
  return new Dataset({ ...common, y });
}

function classes(
  table: Table,
  label: ColumnStore,
  rows: readonly number[],
): { classes: string[]; labels: Uint32Array } {
  const { values } = label;
  const numeric = rows.every((row) => !Number.isNaN(values[row]));
  const numbers = new Map<string | number, number>();
  for (const row of rows) {
    const value = numeric ? values[row] : label.text(row);
    // A text that is not remembered is one of too many.
    if (value === undefined || numbers.size > MOST_CLASSES) throw tooMany(table, label);
    numbers.set(value, 0);
  }
  const many = numbers.size > MOST_CLASSES;
  if (many) throw tooMany(table, label);
  if (numbers.size === rows.length && rows.length > 2) {
    throw refuse(
      table,
      label,
      `has another value in each of the ${rows.length} rows, so no class can be learnt; choose another column${numeric ? ', or a regression' : ''}`,
    );
  }
  const sorted = [...numbers.keys()].sort((a, b) =>
    typeof a === 'number' && typeof b === 'number' ? a - b : byCodePoint(String(a), String(b)),
  );
  if (sorted.length === 1) {
    throw refuse(table, label, `is '${sorted[0]}' in every row; a classification needs at least two classes`);
  }
  sorted.forEach((value, number) => numbers.set(value, number));
  return {
    classes: sorted.map(String),
    labels: Uint32Array.from(rows, (row) => numbers.get(numeric ? values[row] : label.text(row)!)!),
  };
}

function tooMany(table: Table, label: ColumnStore): DataError {
  return refuse(
    table,
    label,
    `has more than ${MOST_CLASSES} different values, too many for classes; choose another column${label.kind === 'number' ? ', or a regression' : ''}`,
  );
}

function refuse({ file }: Table, { name }: ColumnStore, problem: string): DataError {
  return new DataError(`The label column '${name}' of '${file}' ${problem}`, { file, column: name });
}
