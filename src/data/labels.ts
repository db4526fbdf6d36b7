import { DataError, UsageError } from '../errors.ts';
import { byCodePoint, isMissing, kindOf, listed, toNumber } from './cells.ts';
import { badCell, cellError } from './columns.ts';
import type { Table } from './csv.ts';
import type { Task } from './dataset.ts';

/** A column with no more different whole numbers than this is taken for classes. */
const FEW = 20;
const MOST_CLASSES = 1000;

/**
 * The columns that are predicted: each by its name or, if no column has that name, by its index from 0;
 * the last one if none is asked for.
 * @throws DataError for a column that is not there, UsageError for one that is named twice
 */
export function labelColumns(
  { file, columns }: Table,
  labels: readonly string[] = [],
  role = 'a label',
): number[] {
  if (!labels.length) return [columns.length - 1];
  const found = labels.map((label) => {
    const byName = columns.indexOf(label);
    if (byName >= 0) return byName;
    if (/^\d+$/.test(label) && Number(label) < columns.length) return Number(label);
    const names = listed(columns.map((name) => `'${name}'`));
    throw new DataError(`'${file}' has no column '${label}' for ${role}; its columns are ${names}`, {
      file,
      column: label,
    });
  });
  const twice = found.find((c, i) => found.indexOf(c) < i);
  if (twice !== undefined) {
    throw new UsageError(`The label column '${columns[twice]}' of '${file}' is given twice; give it once`);
  }
  return found;
}

/** Text and few different whole numbers are classes; anything else is a quantity. */
export function guessTask(cells: readonly string[]): Task {
  if (kindOf(cells) === 'text') return 'classification';
  const distinct = new Set(cells.map(toNumber));
  return distinct.size <= FEW && [...distinct].every(Number.isInteger) ? 'classification' : 'regression';
}

/**
 * The classes of a label column, numbers by their value and texts by code point, and the class of each
 * row.
 * @throws DataError for a missing label, a single class or too many classes
 */
export function readClasses(table: Table, column: number): { classes: string[]; labels: Uint32Array } {
  const cells = table.cells.map((row) => row[column]);
  const missing = cells.findIndex(isMissing);
  if (missing >= 0) throw badCell(table, missing, column);
  const numeric = cells.every((cell) => !Number.isNaN(toNumber(cell)));
  const names = numeric ? cells.map((cell) => String(Number(cell))) : cells;
  const classes = [...new Set(names)];
  const refuse = (problem: string) =>
    new DataError(`The label column '${table.columns[column]}' of '${table.file}' ${problem}`, {
      file: table.file,
      column: table.columns[column],
    });
  if (classes.length === 1) {
    throw refuse(`is '${classes[0]}' in every row; a classification needs at least two classes`);
  }
  if (classes.length > MOST_CLASSES) {
    throw refuse(
      `has ${classes.length} different labels, more than ${MOST_CLASSES} classes; take another column or a regression`,
    );
  }
  classes.sort(numeric ? (a, b) => Number(a) - Number(b) : byCodePoint);
  const numbers = new Map(classes.map((name, i) => [name, i]));
  return { classes, labels: Uint32Array.from(names, (name) => numbers.get(name)!) };
}

/**
 * The number of each row's class among classes that are known, which numbers may write in another way.
 * @throws DataError for a label that is missing or none of the classes
 */
export function readKnownClasses(table: Table, column: number, classes: readonly string[]): Uint32Array {
  const numbers = new Map(classes.map((name, i) => [name, i]));
  return Uint32Array.from(table.cells, (row, r) => {
    const cell = row[column];
    const number = numbers.get(cell) ?? numbers.get(String(toNumber(cell)));
    if (number !== undefined) return number;
    if (isMissing(cell)) throw badCell(table, r, column);
    const names = listed(classes.map((name) => `'${name}'`));
    throw cellError(
      table,
      r,
      column,
      `is '${cell}', which is none of the model's classes ${names}; correct it`,
    );
  });
}
