import { DataError } from '../errors.ts';
import { isMissing, listed } from './cells.ts';
import { type Table, rowNumber } from './csv.ts';

/**
 * What becomes of cells whose value is not known: an error, their rows are left out, or something stands
 * for them: the mean of the training rows for a number, no category at all for a text.
 */
export const MISSING = ['refuse', 'drop', 'impute'] as const;
export type Missing = (typeof MISSING)[number];

/**
 * The rows of a table in which none of these columns is missing. They keep their numbers in the file.
 * @returns `rows`, from 0, that were kept
 * @throws DataError if none is left
 */
export function dropMissing(table: Table, columns: readonly number[]): { table: Table; rows: number[] } {
  const { file, cells } = table;
  const rows = [...cells.keys()].filter((r) => columns.every((c) => !isMissing(cells[r][c])));
  if (!rows.length) {
    throw new DataError(
      `Every row of '${file}' has a missing value, so none is left; remove the columns that are mostly missing`,
      { file },
    );
  }
  const kept = {
    ...table,
    cells: rows.map((r) => cells[r]),
    rowNumbers: rows.map((r) => rowNumber(table, r)),
  };
  return { table: kept, rows };
}

/** The error that names every one of these columns with missing values; undefined if there is none. */
export function missingColumns(
  table: Table,
  among: readonly number[],
  advice: string,
): DataError | undefined {
  const { file, columns, cells } = table;
  const missing = among
    .map((c) => ({ column: columns[c], first: cells.findIndex((row) => isMissing(row[c])) }))
    .filter(({ first }) => first >= 0)
    .map(({ column, first }) => ({ column, row: rowNumber(table, first) }));
  if (!missing.length) return undefined;
  const names = listed(missing.map(({ column, row }) => `'${column}' (first in row ${row})`));
  return new DataError(
    `'${file}' has missing values in column${missing.length > 1 ? 's' : ''} ${names}; ${advice}`,
    { file, ...missing[0] },
  );
}
