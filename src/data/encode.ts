import { DataError } from '../errors.ts';
import { byCodePoint, hasDecimalComma, isMissing, kindOf, listed } from './cells.ts';
import { type LostDigits, badCell, readNumber } from './columns.ts';
import { type Table, rowNumber } from './csv.ts';
import { type Column, featureCount } from './features.ts';
import { missingColumns } from './missing.ts';

/** More different texts than this are hardly categories: names, dates, free text. */
const MOST_CATEGORIES = 100;

/**
 * Columns of a table as what they hold: numbers, or the categories of a text, by code point.
 * @throws DataError for a text of too many categories, and for decimal commas
 */
export function describeColumns(table: Table, columns: readonly number[]): Column[] {
  const commas: string[] = [];
  const described = columns.map((c): Column => {
    const name = table.columns[c];
    const cells = table.cells.map((row) => row[c]);
    if (kindOf(cells) !== 'text') return { name };
    const points = cells.map((cell) => (hasDecimalComma(cell) ? cell.replace(',', '.') : cell));
    if (kindOf(points) === 'number') commas.push(name);
    return { name, categories: categoriesOf(table, c) };
  });
  if (commas.length) {
    throw new DataError(
      `'${table.file}' has decimal commas in column${commas.length > 1 ? 's' : ''} ${listed(commas.map((name) => `'${name}'`))}; write decimal points`,
      { file: table.file, column: commas[0] },
    );
  }
  for (const { name, categories } of described) {
    if (!categories || categories.length <= MOST_CATEGORIES) continue;
    throw new DataError(
      `The text column '${name}' of '${table.file}' has ${categories.length} different values, more than ${MOST_CATEGORIES} categories; remove it, or group its values`,
      { file: table.file, column: name },
    );
  }
  return described;
}

function categoriesOf({ cells }: Table, c: number): string[] {
  const categories = new Set<string>();
  for (const row of cells) if (!isMissing(row[c])) categories.add(row[c]);
  return [...categories].sort(byCodePoint);
}

/** How `encode` treats what is no plain value. */
export interface EncodeOptions {
  /** Whether a missing number becomes NaN and a missing category all zeros, instead of an error. */
  readonly impute: boolean;
  /** What to do about missing values, for the error. */
  readonly advice: string;
  /** Gets the whole numbers that lose digits. */
  readonly lost: LostDigits;
}

/**
 * The columns of a table that are named, in this order, as features: numbers as they are, a category as 1
 * at its place and 0 at all others, one that is not among the categories as all zeros.
 * @returns x [rows, features], and what a person should know
 * @throws DataError for a column that the table lacks, missing values and cells that are no numbers
 */
export function encode(
  table: Table,
  columns: readonly Column[],
  { impute, advice, lost }: EncodeOptions,
): { x: Float32Array; notes: string[] } {
  const indices = findColumns(table, columns);
  const width = featureCount(columns);
  const x = new Float32Array(table.cells.length * width);
  const problem = (_: Table, r: number, c: number) =>
    (impute ? undefined : missingColumns(table, indices, advice)) ?? badCell(table, r, c);
  const parts = columns.map(({ name, categories }, i) => ({
    name,
    c: indices[i],
    width: categories?.length ?? 1,
    places: categories && new Map(categories.map((category, place) => [category, place])),
    imputed: 0,
    unknown: 0,
    firstUnknown: '',
  }));
  let at = 0;
  table.cells.forEach((row, r) => {
    for (const part of parts) {
      const cell = row[part.c];
      const place = part.places?.get(cell);
      if (place !== undefined) {
        x[at + place] = 1;
      } else if (isMissing(cell)) {
        if (!impute) throw problem(table, r, part.c);
        part.imputed++;
        if (!part.places) x[at] = NaN;
      } else if (!part.places) {
        x[at] = readNumber(table, r, part.c, lost, problem);
      } else if (!part.unknown++) {
        part.firstUnknown = `'${cell}' in row ${rowNumber(table, r)}`;
      }
      at += part.width;
    }
  });
  return { x, notes: [...imputedNotes(table, parts), ...unknownNotes(table, parts)] };
}

/** Where columns stand in a table. @throws DataError naming those that it lacks */
function findColumns({ file, columns: present }: Table, columns: readonly Column[]): number[] {
  const positions = new Map(present.map((name, c) => [name, c]));
  const lacking = columns.map(({ name }) => name).filter((name) => !positions.has(name));
  if (lacking.length) {
    const quoted = (names: readonly string[]) => listed(names.map((name) => `'${name}'`));
    throw new DataError(
      `'${file}' has no column ${quoted(lacking)}, which the model takes; its columns are ${quoted(present)}`,
      { file, column: lacking[0] },
    );
  }
  return columns.map(({ name }) => positions.get(name)!);
}

function imputedNotes({ file }: Table, parts: readonly { name: string; imputed: number }[]): string[] {
  const some = parts.filter(({ imputed }) => imputed);
  if (!some.length) return [];
  const cells = some.reduce((sum, { imputed }) => sum + imputed, 0);
  return [
    `'${file}': ${cells} missing cell${cells > 1 ? 's are' : ' is'} imputed, in ${listed(some.map(({ name, imputed }) => `'${name}' (${imputed})`))}: numbers by the mean of the training rows, categories by all zeros`,
  ];
}

function unknownNotes(
  { file }: Table,
  parts: readonly { name: string; unknown: number; firstUnknown: string }[],
): string[] {
  return parts
    .filter(({ unknown }) => unknown)
    .map(
      ({ name, unknown, firstUnknown }) =>
        `'${file}': ${unknown} cell${unknown > 1 ? 's' : ''} of column '${name}' ${unknown > 1 ? 'hold categories' : 'holds a category'} that the model never saw, taken as all zeros; the first is ${firstUnknown}`,
    );
}
