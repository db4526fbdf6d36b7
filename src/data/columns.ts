import { DataError } from '../errors.ts';
import { hasDecimalComma, isMissing, kindOf, listed, toNumber } from './cells.ts';
import type { Table } from './csv.ts';

/** Whole numbers that float32 rounds: how many, and the first of them. */
export interface LostDigits {
  count: number;
  example: string;
}

/**
 * Columns of a table as numbers, [rows, columns].
 * @param lost gets the whole numbers that lose digits
 * @param problem what to throw for a cell that holds no number; by default an error that names it
 * @throws DataError for a number outside float32
 */
export function readNumbers(
  table: Table,
  columns: readonly number[],
  lost: LostDigits,
  problem: (table: Table, r: number, c: number) => DataError = badCell,
): Float32Array {
  const numbers = new Float32Array(table.cells.length * columns.length);
  let at = 0;
  table.cells.forEach((row, r) => {
    for (const c of columns) {
      const value = toNumber(row[c]);
      if (Number.isNaN(value)) throw problem(table, r, c);
      const float = Math.fround(value);
      if (!Number.isFinite(float)) {
        throw cellError(
          table,
          r,
          c,
          `is ${row[c]}, outside float32; use numbers between -3.4e38 and 3.4e38, e.g. in another unit`,
        );
      }
      if (float !== value && Math.abs(value) > 2 ** 24 && /^[+-]?\d+$/.test(row[c])) {
        if (!lost.count++) lost.example = `${row[c]} (${place(table, r, c)}) becomes ${float}`;
      }
      numbers[at++] = float;
    }
  });
  return numbers;
}

/**
 * The features of a table as numbers, [rows, columns].
 * @param lost gets the whole numbers that lose digits
 * @throws DataError that names every column of text, or else every column with missing values, or else
 * the cell that is no number; and for a number outside float32
 */
export function readFeatures(table: Table, columns: readonly number[], lost: LostDigits): Float32Array {
  return readNumbers(
    table,
    columns,
    lost,
    (_, r, c) => textColumns(table, columns) ?? missingColumns(table, columns) ?? badCell(table, r, c),
  );
}

/** The error for a cell that is missing or holds no number; `advice` says what to do about a text. */
export function badCell(table: Table, r: number, c: number, advice = 'correct it'): DataError {
  const cell = table.cells[r][c];
  if (isMissing(cell)) {
    const shown = cell ? `is '${cell}'` : 'is empty';
    return cellError(table, r, c, `${shown}, a missing value; drop the row or fill it in`);
  }
  const remedy = hasDecimalComma(cell) ? 'if that is a decimal comma, write a point' : advice;
  return cellError(table, r, c, `is '${cell}', which is not a number; ${remedy}`);
}

function cellError(table: Table, r: number, c: number, problem: string): DataError {
  return new DataError(`In '${table.file}' ${place(table, r, c)} ${problem}`, {
    file: table.file,
    row: table.firstRow + r,
    column: table.columns[c],
  });
}

function place({ columns, firstRow }: Table, r: number, c: number): string {
  return `row ${firstRow + r}, column '${columns[c]}'`;
}

function textColumns({ file, columns, cells }: Table, among: readonly number[]): DataError | undefined {
  const texts = among.filter((c) => kindOf(cells.map((row) => row[c])) === 'text');
  if (!texts.length) return undefined;
  const names = listed(texts.map((c) => `'${columns[c]}'`));
  const comma = texts.some((c) => cells.some((row) => hasDecimalComma(row[c])));
  return new DataError(
    `Text features cannot be used yet, and '${file}' has text in column${texts.length > 1 ? 's' : ''} ${names}; ${
      comma ? 'write decimal points instead of decimal commas' : 'encode them as numbers, remove them, or take one as the label'
    }`,
    { file, column: columns[texts[0]] },
  );
}

function missingColumns(
  { file, columns, cells, firstRow }: Table,
  among: readonly number[],
): DataError | undefined {
  const missing = among
    .map((c) => ({ column: columns[c], row: cells.findIndex((row) => isMissing(row[c])) + firstRow }))
    .filter(({ row }) => row >= firstRow);
  if (!missing.length) return undefined;
  const names = listed(missing.map(({ column, row }) => `'${column}' (first in row ${row})`));
  return new DataError(
    `'${file}' has missing values in column${missing.length > 1 ? 's' : ''} ${names}; drop those rows or fill them in`,
    { file, ...missing[0] },
  );
}
