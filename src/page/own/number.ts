import { DataError } from '../../errors.ts';
import type { ColumnStore } from './column.ts';
import type { Table } from './table.ts';

/** Counts whole numbers that lose digits in float32, and keeps the first. */
export interface Lost {
  count: number;
  example: string;
}

/**
 * The number of a cell in float32.
 * @throws DataError with row and column for a text, and for a number outside float32
 */
export function float(
  { file, firstRow }: Pick<Table, 'file' | 'firstRow'>,
  column: ColumnStore,
  row: number,
  lost: Lost,
  advice = 'correct it in the file, or leave the column out',
): number {
  const value = column.value(row);
  const single = Math.fround(value);
  if (Number.isFinite(single)) {
    if (single !== value && Number.isInteger(value) && Math.abs(value) > 2 ** 24 && !lost.count++)
      lost.example = `${value} (row ${row + firstRow}, column '${column.name}') becomes ${single}`;
    return single;
  }
  const place = { file, row: row + firstRow, column: column.name };
  const where = `In '${file}' row ${place.row}, column '${column.name}'`;
  if (!Number.isNaN(value)) {
    throw new DataError(
      `${where} is ${value}, outside float32; use numbers between -3.4e38 and 3.4e38, e.g. in another unit`,
      place,
    );
  }
  const { firstStray } = column.summary();
  const text = firstStray?.row === row ? firstStray.text : column.text(row);
  throw new DataError(
    `${where} is ${text === undefined ? 'a text' : `'${text}'`}, which is not a number; ${advice}`,
    place,
  );
}
