import { DataError, UsageError } from '../errors.ts';
import { isMissing, kindOf, listed, toNumber } from './cells.ts';
import { badCell } from './columns.ts';
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
export function labelColumns({ file, columns }: Table, labels: readonly string[] = []): number[] {
  if (!labels.length) return [columns.length - 1];
  const found = labels.map((label) => {
    const byName = columns.indexOf(label);
    if (byName >= 0) return byName;
    if (/^\d+$/.test(label) && Number(label) < columns.length) return Number(label);
    const names = listed(columns.map((name) => `'${name}'`));
    throw new DataError(`'${file}' has no column '${label}' for a label; its columns are ${names}`, {
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

/** As most languages sort text; JavaScript by itself compares UTF-16 units, which differs above U+FFFF. */
function byCodePoint(a: string, b: string): number {
  const [p, q] = [a, b].map((text) => Array.from(text, (character) => character.codePointAt(0)!));
  const differs = p.findIndex((point, i) => point !== q[i]);
  return differs < 0 ? p.length - q.length : p[differs] - (q[differs] ?? -1);
}
