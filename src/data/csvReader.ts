import Papa from 'papaparse';
import { DataError } from '../errors.ts';
import { PAPA, openQuote, tidy, toTable, withoutBlankEnd } from './csv.ts';

/** Takes what a `CsvReader` reads. */
export interface CsvSink {
  /** Called once, before any row. `firstRow`: the number of the first row of data in the file, 1 or 2. */
  begin(columns: readonly string[], firstRow: number): void;
  /** Some further rows of cells without the spaces around them, one cell for each column. */
  rows(cells: readonly (readonly string[])[]): void;
}

/** Characters that are parsed at once; the delimiter and the header are guessed from the first so many. */
const CHUNK = 2 ** 20;
/** A row longer than this is no row: its quote is never closed, or the file has no line ends. */
const LONGEST_ROW = 8 * CHUNK;

/** Reads comma-separated values piece by piece, as `parseCsv` reads them all at once. */
export class CsvReader {
  readonly #decoder = new TextDecoder('utf-8', { fatal: true });
  #parser: Papa.Parser | undefined;
  #text = '';
  /** A carriage return at the end of a piece, whose line feed may come with the next. */
  #held = '';
  #parseAt = CHUNK;
  #rows = 0;
  #expected = 0;

  /** @param file its name, for messages */
  constructor(
    private readonly file: string,
    private readonly sink: CsvSink,
  ) {}

  /** @throws DataError as `parseCsv`, with the row where it can be told */
  push(bytes: Uint8Array): void {
    this.#append(this.#decode(bytes));
    if (this.#text.length >= this.#parseAt) this.#parse(false);
  }

  /** Reads what is left. @throws DataError as `push`, and for a file without rows */
  end(): void {
    this.#append(this.#decode());
    this.#text += this.#held && '\n';
    if (!this.#text.trim()) throw this.#refuse('is empty; give it rows of data');
    this.#parse(true);
  }

  #append(text: string): void {
    const all = this.#held + text;
    this.#held = all.endsWith('\r') ? '\r' : '';
    this.#text += (this.#held ? all.slice(0, -1) : all).replace(/\r\n?/g, '\n');
  }

  #decode(bytes?: Uint8Array): string {
    let text: string;
    try {
      text = this.#decoder.decode(bytes, { stream: bytes !== undefined });
    } catch {
      const readable = new TextDecoder().decode(bytes).split('\uFFFD')[0];
      throw this.#refuse(
        `is not UTF-8 text from row ${this.#rowAfter(readable)} on (Latin-1, a spreadsheet or no table at all, perhaps); save it as CSV in UTF-8`,
        this.#rowAfter(readable),
      );
    }
    const nul = text.indexOf('\0');
    if (nul < 0) return text;
    const row = this.#rowAfter(text.slice(0, nul));
    throw this.#refuse(
      `holds a NUL byte in row ${row}, so it is UTF-16 or no text at all; save it as CSV in UTF-8`,
      row,
    );
  }

  /** The number of the row that comes after all that was read and this text. */
  #rowAfter(text: string): number {
    return this.#rows + (this.#text + this.#held + text).split(/\r\n?|\n/).length;
  }

  #parse(last: boolean): void {
    // The last line that is not blank waits, since it may go on, and blank lines are none at the end of the file.
    const text = last ? withoutBlankEnd(this.#text) : this.#text.trimEnd();
    this.#parser ??= new Papa.Parser({ newline: '\n', delimiter: guessDelimiter(text) });
    const { data, errors, meta } = this.#parser.parse(text, 0, !last) as Papa.ParseResult<string[]>;
    const quote = errors.find(({ type, row }) => type === 'Quotes' && (last || row! < data.length));
    if (quote) throw openQuote(this.file, this.#rows + quote.row! + 1);
    // A header alone cannot be told from a row.
    const used = this.#rows || data.length > 1 || last;
    if (used) {
      this.#give(data);
      this.#text = last ? '' : this.#text.slice(meta.cursor);
    }
    this.#parseAt = this.#text.length + CHUNK;
    if (this.#text.length > LONGEST_ROW) {
      const row = this.#rows + 1;
      throw this.#refuse(
        `has a row ${row} of more than ${LONGEST_ROW / CHUNK} million characters; close its quotes, or give the file line ends`,
        row,
      );
    }
  }

  #give(rows: string[][]): void {
    if (!rows.length) return;
    this.#expected ||= rows[0].length;
    const { file } = this;
    tidy(rows, { file, row: this.#rows + 1, expected: this.#expected });
    let cells: readonly (readonly string[])[] = rows;
    if (!this.#rows) {
      const table = toTable(rows, file);
      this.sink.begin(table.columns, table.firstRow);
      cells = table.cells;
    }
    this.#rows += rows.length;
    this.sink.rows(cells);
  }

  #refuse(problem: string, row?: number): DataError {
    return new DataError(`'${this.file}' ${problem}`, { file: this.file, row });
  }
}

function guessDelimiter(text: string): string {
  const options = { newline: PAPA.newline, delimitersToGuess: [...PAPA.delimitersToGuess], preview: 1 };
  return Papa.parse<string[]>(text, options).meta.delimiter;
}
