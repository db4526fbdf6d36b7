import { DataError } from '../errors.ts';
import { hasDecimalComma, isMissing, toNumber } from './cells.ts';
import { type Table, rowNumber } from './csv.ts';

/** Whole numbers that float32 rounds: how many, and the first of them. */
export interface LostDigits {
  count: number;
  example: string;
}

/** Makes the error for a cell that holds no number. */
type Problem = (table: Table, r: number, c: number) => DataError;

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
  problem: Problem = badCell,
): Float32Array {
  const numbers = new Float32Array(table.cells.length * columns.length);
  let at = 0;
  for (let r = 0; r < table.cells.length; r++)
    for (const c of columns) numbers[at++] = readNumber(table, r, c, lost, problem);
  return numbers;
}

/** The number in one cell; see `readNumbers`. */
export function readNumber(table: Table, r: number, c: number, lost: LostDigits, problem: Problem): number {
  const cell = table.cells[r][c];
  const value = toNumber(cell);
  if (Number.isNaN(value)) throw problem(table, r, c);
  const float = Math.fround(value);
  if (!Number.isFinite(float)) {
    throw cellError(
      table,
      r,
      c,
      `is ${cell}, outside float32; use numbers between -3.4e38 and 3.4e38, e.g. in another unit`,
    );
  }
  if (float !== value && Math.abs(value) > 2 ** 24 && /^[+-]?\d+$/.test(cell)) {
    if (!lost.count++) lost.example = `${cell} (${place(table, r, c)}) becomes ${float}`;
  }
  return float;
}

/** What a person should know of digits that were lost; nothing if none were. */
export function lostNotes({ file }: Table, { count, example }: LostDigits): string[] {
  if (!count) return [];
  return [`'${file}': whole numbers too long for float32 lose digits, ${count} in all: ${example}`];
}

/** The error for a cell that is missing or holds no number; `advice` says what to do about a text. */
export function badCell(table: Table, r: number, c: number, advice = 'correct it'): DataError {
  const cell = table.cells[r][c];
  if (isMissing(cell)) {
    const shown = cell ? `is '${cell}'` : 'is empty';
    return cellError(table, r, c, `${shown}, a missing value; drop the row (--missing drop) or fill it in`);
  }
  const remedy = hasDecimalComma(cell) ? 'if that is a decimal comma, write a point' : advice;
  return cellError(table, r, c, `is '${cell}', which is not a number; ${remedy}`);
}

/** The error for a cell, whose file, row and column go before the problem. */
export function cellError(table: Table, r: number, c: number, problem: string): DataError {
  return new DataError(`In '${table.file}' ${place(table, r, c)} ${problem}`, {
    file: table.file,
    row: rowNumber(table, r),
    column: table.columns[c],
  });
}

function place(table: Table, r: number, c: number): string {
  return `row ${rowNumber(table, r)}, column '${table.columns[c]}'`;
}
