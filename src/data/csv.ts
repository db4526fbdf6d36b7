import Papa from 'papaparse';
import { DataError } from '../errors.ts';
import { isMissing, kindOf, toNumber } from './cells.ts';

/** A file of comma-separated values, as text. */
export interface Table {
  /** The name of the file, for messages. */
  readonly file: string;
  /** Names of the columns, all different. */
  readonly columns: readonly string[];
  /** Rows of cells without the spaces around them, one cell for each column. */
  readonly cells: readonly (readonly string[])[];
  /** Number of the first row of `cells` in the file, from 1: 2 below a header, else 1. */
  readonly firstRow: number;
  /** Numbers of the rows in the file, from 1, where some are left out. */
  readonly rowNumbers?: readonly number[];
}

/** The number in the file, from 1, of a row of a table, from 0. */
export function rowNumber({ firstRow, rowNumbers }: Table, r: number): number {
  return rowNumbers ? rowNumbers[r] : firstRow + r;
}

const MOST_COLUMNS = 65_536;

/** How Papa reads every file: line ends are made one before, and these delimiters are tried. */
export const PAPA = { newline: '\n', delimitersToGuess: [',', '\t', ';', '|'] } as const;

/**
 * Reads comma-separated values. The delimiter (comma, tab, semicolon or |) and whether there is a
 * header are guessed; without a header the columns are `column0`, `column1` and so on.
 *
 * Rows are counted from 1, header included; a quoted cell with line breaks belongs to one row.
 * @param file the name of the file, for messages
 * @throws DataError if it is no UTF-8 text, has no rows of data, a quote that is never closed, rows of
 * different lengths or two columns of one name
 */
export function parseCsv(bytes: Uint8Array | string, file: string): Table {
  return toTable(split(decode(bytes, file), file), file);
}

/**
 * Rows as a table, of which the first may be its header.
 * @throws DataError if there is a header alone, or it has one name twice
 */
export function toTable(rows: string[][], file: string): Table {
  if (!hasHeader(rows)) {
    return { file, columns: rows[0].map((_, c) => `column${c}`), cells: rows, firstRow: 1 };
  }
  const [header, ...cells] = rows;
  if (!cells.length) {
    throw new DataError(`'${file}' has a header and no rows; add rows of data below it`, { file });
  }
  return { file, columns: nameColumns(header, file), cells, firstRow: 2 };
}

function decode(bytes: Uint8Array | string, file: string): string {
  const refuse = (problem: string) => new DataError(`'${file}' ${problem}`, { file });
  let text: string;
  if (typeof bytes === 'string') {
    text = bytes.replace(/^\uFEFF/, '');
  } else {
    const start = bytes[0] * 256 + bytes[1];
    if (start === 0x1f8b) throw refuse('is compressed with gzip; unpack it first, e.g. with gunzip');
    if (start === 0xfeff || start === 0xfffe) throw refuse('is UTF-16 text; save it as UTF-8');
    try {
      text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    } catch {
      throw refuse('is not UTF-8 text (Latin-1 or a spreadsheet, perhaps); save it as CSV in UTF-8');
    }
  }
  if (text.includes('\0')) {
    throw refuse('holds NUL bytes, so it is UTF-16 or no text at all; save it as CSV in UTF-8');
  }
  return text;
}

/** Rows of trimmed cells, all of one length. */
function split(text: string, file: string): string[][] {
  if (!text.trim()) throw new DataError(`'${file}' is empty; give it rows of data`, { file });
  const { data: rows, errors } = Papa.parse<string[]>(withoutBlankEnd(text.replace(/\r\n?/g, '\n')), {
    ...PAPA,
    delimitersToGuess: [...PAPA.delimitersToGuess],
  });
  const quote = errors.find(({ type }) => type === 'Quotes');
  if (quote) throw openQuote(file, quote.row! + 1);
  tidy(rows, { file, row: 1, expected: rows[0].length });
  return rows;
}

/** The error for a quote that does not end where its cell does. */
export function openQuote(file: string, row: number): DataError {
  return new DataError(
    `Row ${row} of '${file}' has a quote that is not closed at the end of its cell; close it, and double the quotes inside a quoted cell`,
    { file, row },
  );
}

/**
 * Takes the spaces around cells away, in place.
 * @param row the number of the first of these rows in the file, from 1
 * @throws DataError for a row without the expected number of cells, and where too many are expected
 */
export function tidy(
  rows: string[][],
  { file, row, expected }: { readonly file: string; readonly row: number; readonly expected: number },
): void {
  if (expected > MOST_COLUMNS) {
    throw new DataError(
      `'${file}' has ${expected} columns, more than the ${MOST_COLUMNS} that are taken; are its line ends missing?`,
      { file, row: 1 },
    );
  }
  rows.forEach((cells, r) => {
    if (cells.length !== expected) {
      throw new DataError(
        `Row ${row + r} of '${file}' has ${cells.length} cells where the first row has ${expected}; complete it, or put quotes around cells that contain the delimiter`,
        { file, row: row + r },
      );
    }
    for (let c = 0; c < expected; c++) cells[c] = cells[c].trim();
  });
}

/** The text up to the end of the last line that is not blank. */
export function withoutBlankEnd(text: string): string {
  const lineEnd = text.indexOf('\n', text.trimEnd().length);
  return lineEnd < 0 ? text : text.slice(0, lineEnd);
}

/** A first row without numbers is a header, and so is one with a text above a column of numbers. */
function hasHeader([first, ...rest]: string[][]): boolean {
  const texts = [...first.keys()].filter((c) => Number.isNaN(toNumber(first[c])));
  if (texts.length === first.length) return true;
  return texts.some((c) => !isMissing(first[c]) && kindOf(rest.map((row) => row[c])) === 'number');
}

function nameColumns(header: readonly string[], file: string): string[] {
  const positions = new Map<string, number>();
  return header.map((cell, c) => {
    const name = cell || `column${c}`;
    const before = positions.get(name);
    if (before !== undefined) {
      throw new DataError(
        `Columns ${before + 1} and ${c + 1} of '${file}' are both named '${name}'; rename one of them`,
        { file, row: 1, column: name },
      );
    }
    positions.set(name, c);
    return name;
  });
}
