import { byCodePoint } from '../../data/cells.ts';
import { Dataset } from '../../data/dataset.ts';
import { type Column, featureCount, featuresOf } from '../../data/features.ts';
import { baseName } from '../../data/tabular.ts';
import { DataError } from '../../errors.ts';
import type { ColumnStore } from './column.ts';
import { columnsOf, compile, parseFormula } from './derived.ts';
import { type Choice, MOST_CATEGORIES, type Table } from './table.ts';
import { readLabel } from './label.ts';
import { float } from './number.ts';

/** Numbers of features in all rows that fit: 400 MB. */
export const MOST_NUMBERS = 100_000_000;

/** How many cells of a column something is true of. */
export interface Count {
  readonly name: string;
  readonly count: number;
}

/** A data set made as a person chose, and what was done for it. */
export interface Made {
  readonly data: Dataset;
  /** Rows left out, since a feature is missing in them, or the label is. */
  readonly dropped: { readonly features: number; readonly label: number };
  /** Missing cells that something will stand for, by column. */
  readonly imputed: readonly Count[];
  /** Columns of text, and how many features each became. */
  readonly oneHot: readonly Count[];
  /** Whole numbers too long for float32, and the first of them. */
  readonly lost: { readonly count: number; readonly example: string };
}

/** One column of the data set, and how it fills its features. */
interface Part {
  readonly column: Column;
  /** Writes the features of a row from `at`; true if its value is missing. */
  fill(x: Float32Array, at: number, row: number): boolean;
}

/**
 * A table as the data set that was chosen, with the features and classes that the command line makes of it.
 * A missing number is NaN, to be imputed by what stands for it in the training rows.
 * @throws DataError with row and column for what cannot be used, FormulaError for a formula that cannot be read
 */
export function makeDataset(table: Table, choice: Choice): Made {
  const { file } = table;
  const label = table.column(choice.label);
  const parts: Part[] = [];
  const inputs = choice.features.map((name) => table.column(name));
  if (inputs.includes(label)) {
    throw new DataError(
      `The label '${label.name}' is among the features, so there is nothing to learn; take it out of them`,
      { file, column: label.name },
    );
  }
  const numbers = table.columns.filter(({ kind }) => kind === 'number').map(({ name }) => name);
  const formulas = choice.derived.map((text) => {
    const formula = parseFormula(text, numbers);
    return { text: text.trim(), formula, uses: columnsOf(formula).map((name) => table.column(name)) };
  });
  const used = [...new Set([...inputs, ...formulas.flatMap(({ uses }) => uses)])];
  const { rows, dropped } = keptRows(table, label, choice.missing === 'drop' ? used : []);
  const lost = { count: 0, example: '' };
  for (const column of inputs)
    parts.push(column.kind === 'text' ? categories(table, column, rows) : quantity(table, column, lost));
  for (const formula of formulas) parts.push(derived(table, label, parts, formula));
  if (!parts.length) throw new DataError(`No feature of '${file}' is chosen; choose one at least`, { file });
  const columns = parts.map(({ column }) => column);
  const width = featureCount(columns);
  if (rows.length * width > MOST_NUMBERS) {
    throw new DataError(
      `${rows.length} rows of ${width} features are more than the ${MOST_NUMBERS / 1e6} million numbers that this page takes; choose fewer features`,
      { file },
    );
  }
  const { x, missing } = fillRows(parts, rows, width);
  const common = { name: baseName(file), columns, features: featuresOf(columns), targets: [label.name], x };
  return {
    data: readLabel({ table, label, rows, task: choice.task, common, lost }),
    dropped,
    imputed: columns.map(({ name }, i) => ({ name, count: missing[i] })).filter(({ count }) => count),
    oneHot: columns
      .filter(({ categories }) => categories)
      .map(({ name, categories }) => ({ name, count: categories!.length })),
    lost,
  };
}

/** The rows, from 0, whose label is known, and that miss nothing in these columns. */
function keptRows(
  { rows, file }: Table,
  label: ColumnStore,
  columns: readonly ColumnStore[],
): { rows: number[]; dropped: Made['dropped'] } {
  const kept: number[] = [];
  const dropped = { features: 0, label: 0 };
  for (let row = 0; row < rows; row++) {
    if (label.isMissing(row)) dropped.label++;
    else if (columns.some((column) => column.isMissing(row))) dropped.features++;
    else kept.push(row);
  }
  if (kept.length) return { rows: kept, dropped };
  throw new DataError(
    `Every row of '${file}' has a missing value, so none is left; leave out the columns that are mostly missing`,
    { file },
  );
}

function fillRows(
  parts: readonly Part[],
  rows: readonly number[],
  width: number,
): { x: Float32Array; missing: number[] } {
  const x = new Float32Array(rows.length * width);
  const widths = parts.map(({ column }) => featureCount([column]));
  const missing = parts.map(() => 0);
  let at = 0;
  for (const row of rows) {
    for (let i = 0; i < parts.length; i++) {
      if (parts[i].fill(x, at, row)) missing[i]++;
      at += widths[i];
    }
  }
  return { x, missing };
}

function quantity(table: Table, column: ColumnStore, lost: Made['lost']): Part {
  const { values } = column;
  if (values.every(Number.isNaN)) {
    throw new DataError(`Column '${column.name}' has no number in any row; leave it out`, {
      column: column.name,
    });
  }
  return {
    column: { name: column.name },
    fill(x, at, row) {
      const missing = column.isMissing(row);
      x[at] = missing ? NaN : float(table, column, row, lost);
      return missing;
    },
  };
}

function categories({ file }: Table, column: ColumnStore, rows: readonly number[]): Part {
  const { name, texts } = column;
  const present = new Set<string>();
  if (texts) for (const row of rows) if (!column.isMissing(row)) present.add(column.text(row)!);
  if (!texts || present.size > MOST_CATEGORIES) {
    throw new DataError(
      `The text column '${name}' of '${file}' has more than ${MOST_CATEGORIES} different values, which are hardly categories; leave it out`,
      { file, column: name },
    );
  }
  const names = [...present].sort(byCodePoint);
  const places = new Map(names.map((text, place) => [text, place]));
  return {
    column: { name, categories: names },
    fill(x, at, row) {
      if (column.isMissing(row)) return true;
      x[at + places.get(column.text(row)!)!] = 1;
      return false;
    },
  };
}

function derived(
  table: Table,
  label: ColumnStore,
  before: readonly Part[],
  { text, formula, uses }: { text: string; formula: ReturnType<typeof parseFormula>; uses: ColumnStore[] },
): Part {
  const place = { file: table.file, column: text };
  if (uses.includes(label)) {
    throw new DataError(
      `The derived feature '${text}' uses the label '${label.name}', so it would give the answer away; take another column`,
      place,
    );
  }
  if (!uses.length)
    throw new DataError(`The derived feature '${text}' uses no column; name one at least`, place);
  if (before.some(({ column }) => column.name === text)) {
    throw new DataError(`The feature '${text}' is there already; remove it, or write another formula`, place);
  }
  const value = compile(formula, (name) => table.column(name).values);
  const none = { count: 0, example: '' };
  return {
    column: { name: text },
    fill(x, at, row) {
      const missing = uses.some((column) => column.isMissing(row));
      if (missing) {
        x[at] = NaN;
        return true;
      }
      for (const column of uses) float(table, column, row, none);
      const result = value(row);
      x[at] = result;
      if (Number.isFinite(x[at])) return false;
      throw new DataError(
        `The derived feature '${text}' is ${result} in row ${row + table.firstRow}, no finite number in float32; write a formula that has a value in every row`,
        { ...place, row: row + table.firstRow },
      );
    },
  };
}
