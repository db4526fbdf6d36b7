import type { CsvSink } from '../../data/csvReader.ts';
import type { Task } from '../../data/dataset.ts';
import { DataError } from '../../errors.ts';
import { ColumnStore, type ColumnSummary } from './column.ts';

/** Limits of the page; the command line takes more. */
export const MOST_COLUMNS = 1000;
export const MOST_CELLS = 50_000_000;
export const FEWEST_ROWS = 4;
/** Texts with more different values than this are hardly categories. */
export const MOST_CATEGORIES = 100;
/** A column with no more different whole numbers than this is taken for classes. */
const FEW = 20;
const PREVIEW = 20;

/** A table as it is kept in the worker, column by column. */
export class Table {
  readonly file: string;
  readonly columns: readonly ColumnStore[];
  /** The number of the first row of data in the file, from 1. */
  readonly firstRow: number;
  /** The cells of the first rows. */
  readonly preview: readonly (readonly string[])[];

  constructor(fields: Pick<Table, 'file' | 'columns' | 'firstRow' | 'preview'>) {
    this.file = fields.file;
    this.columns = fields.columns;
    this.firstRow = fields.firstRow;
    this.preview = fields.preview;
  }

  get rows(): number {
    return this.columns[0].rows;
  }

  /** @throws DataError for a column that is not there */
  column(name: string): ColumnStore {
    const column = this.columns.find((one) => one.name === name);
    if (column) return column;
    throw new DataError(`'${this.file}' has no column '${name}'; choose one that it has`, { column: name });
  }
}

/** What of a table crosses to the page. */
export interface TableSummary {
  readonly file: string;
  readonly rows: number;
  readonly firstRow: number;
  readonly columns: readonly ColumnSummary[];
  /** The first rows, 20 at most. */
  readonly preview: readonly (readonly string[])[];
  /** Rows with a missing value in any column. */
  readonly rowsWithMissing: number;
}

/** What a person has decided about a table. */
export interface Choice {
  /** The column that is predicted, by name. */
  readonly label: string;
  readonly task: Task;
  /** Columns, by name. */
  readonly features: readonly string[];
  /** Formulas over columns of numbers. */
  readonly derived: readonly string[];
  readonly missing: 'drop' | 'impute';
  /** Share of the rows kept for the test, from 0 to below 1. */
  readonly testShare: number;
}

/** Makes a table of the rows that a `CsvReader` gives. */
export class TableBuilder implements CsvSink {
  #columns: ColumnStore[] = [];
  #firstRow = 1;
  #preview: (readonly string[])[] = [];

  /** @param file its name, for messages */
  constructor(private readonly file: string) {}

  /** @throws DataError for too many columns, or a single one */
  begin(names: readonly string[], firstRow: number): void {
    if (names.length > MOST_COLUMNS) {
      throw this.#refuse(
        `has ${names.length} columns in row 1, more than the ${MOST_COLUMNS} that this page takes; leave some out`,
        1,
      );
    }
    if (names.length === 1) {
      throw this.#refuse(
        `has a single column in row 1; features and label stand in columns of their own, between commas, tabs, semicolons or |`,
        1,
      );
    }
    this.#columns = names.map((name) => new ColumnStore(name));
    this.#firstRow = firstRow;
  }

  /** @throws DataError for too many cells */
  rows(rows: readonly (readonly string[])[]): void {
    for (const row of rows) {
      if (this.#preview.length < PREVIEW) this.#preview.push(row);
      for (let c = 0; c < this.#columns.length; c++) this.#columns[c].push(row[c]);
    }
    const [{ rows: count }] = this.#columns;
    if (count * this.#columns.length > MOST_CELLS) {
      throw this.#refuse(
        `has more than ${MOST_CELLS / 1e6} million cells, reached in row ${count + this.#firstRow - 1}, which is all that this page takes; leave rows or columns out`,
        count + this.#firstRow - 1,
      );
    }
  }

  /** @throws DataError for too few rows */
  table(): Table {
    const [{ rows }] = this.#columns;
    if (rows < FEWEST_ROWS) {
      const last = rows + this.#firstRow - 1;
      throw this.#refuse(
        `ends after row ${last}, with ${rows} row${rows > 1 ? 's' : ''} of data; at least ${FEWEST_ROWS} are needed, to train on some and test on others`,
        last,
      );
    }
    const { file } = this;
    return new Table({ file, columns: this.#columns, firstRow: this.#firstRow, preview: this.#preview });
  }

  #refuse(problem: string, row: number): DataError {
    return new DataError(`'${this.file}' ${problem}`, { file: this.file, row });
  }
}

export function summarize(table: Table): TableSummary {
  const { file, rows, firstRow, preview, columns } = table;
  const summaries = columns.map((column) => column.summary());
  const withMissing = columns.filter((_, c) => summaries[c].missing);
  let rowsWithMissing = 0;
  for (let row = 0; row < rows; row++)
    if (withMissing.some((column) => column.isMissing(row))) rowsWithMissing++;
  return { file, rows, firstRow, preview, columns: summaries, rowsWithMissing };
}

/** Text and few different whole numbers are classes; anything else is a quantity. */
export function guessTask({ kind, distinct, whole }: ColumnSummary): Task {
  if (kind === 'text') return 'classification';
  return whole && distinct! <= FEW ? 'classification' : 'regression';
}

/** Why a column can be no feature; undefined if it can. */
export function unusable(
  { kind, distinct, missing }: ColumnSummary,
  rows: number,
): 'texts' | 'empty' | undefined {
  if (missing === rows) return 'empty';
  return kind === 'text' && (distinct ?? Infinity) > MOST_CATEGORIES ? 'texts' : undefined;
}

/** What is chosen before a person chooses: the last column from all others. */
export function firstChoice({ columns, rows, rowsWithMissing }: TableSummary): Choice {
  const label = columns.findLast((column) => column.missing < rows) ?? columns.at(-1)!;
  return {
    label: label.name,
    task: guessTask(label),
    features: columns.filter((column) => column !== label && !unusable(column, rows)).map(({ name }) => name),
    derived: [],
    // Rows are left out while they are few.
    missing: rowsWithMissing > rows / 20 ? 'impute' : 'drop',
    testShare: 0.2,
  };
}
