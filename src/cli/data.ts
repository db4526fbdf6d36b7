import { readFile, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { BUILTIN_NAMES, builtinName, loadBuiltin } from '../data/builtin.ts';
import { type Table, parseCsv } from '../data/csv.ts';
import { Dataset, type Task } from '../data/dataset.ts';
import { gunzip, idxDataset, pairIdxFiles, parseIdx } from '../data/idx.ts';
import type { Missing } from '../data/missing.ts';
import { tableToDataset } from '../data/tabular.ts';
import { DataError, UsageError } from '../errors.ts';

/** Data as a command was told to take it. */
export interface Loaded {
  readonly data: Dataset;
  /** The rows that are for the test by themselves, if the set says so. */
  readonly testRows: readonly number[] | undefined;
  /** The test rows of each of the folds that the set itself has. */
  readonly folds?: readonly (readonly number[])[];
  /** Whether the set is scored on the rows it was trained on, unless told otherwise. */
  readonly wholeByDefault: boolean;
  readonly notes: readonly string[];
}

export interface DataOptions {
  readonly data: string;
  readonly label?: readonly string[];
  readonly task?: Task;
  readonly sampleWeight?: string;
  readonly missing?: Missing;
  /** A file with the rows for the test, instead of those that the set has. */
  readonly split?: string;
}

/** Data as it lies: a table of text that can be read in more than one way, or a set that is ready. */
export type Source = { readonly table: Table } | { readonly kind: string; readonly ready: Loaded };

/**
 * A built-in set, a CSV file or a folder with IDX files.
 * @throws DataError with file, row and column; UsageError for options that do not fit the kind of data
 */
export async function loadData(options: DataOptions): Promise<Loaded> {
  const source = await openSource(options.data);
  if ('ready' in source) {
    refuseColumns(options, source.kind);
    return options.split ? { ...source.ready, testRows: await readSplit(options.split) } : source.ready;
  }
  const { data, notes, rows } = tableToDataset(source.table, { ...options, weight: options.sampleWeight });
  const testRows = options.split && (await readSplit(options.split, source.table, rows));
  return { data, testRows: testRows || undefined, wholeByDefault: false, notes };
}

/** Finds and reads data by what `--data` says. @throws DataError if there is none, or it cannot be read */
export async function openSource(name: string): Promise<Source> {
  const builtin = builtinName(name);
  if (builtin) {
    const ready = { ...(await loadBuiltin(builtin)), wholeByDefault: builtin === 'flower', notes: [] };
    return { kind: 'a built-in set', ready };
  }
  const found = await stat(name).catch(() => undefined);
  if (!found) {
    throw new DataError(
      `There is no data '${name}': give a CSV file, a folder with IDX files, or one of ${BUILTIN_NAMES.join(', ')}`,
      { file: name },
    );
  }
  if (found.isDirectory()) return { kind: 'a folder with IDX files', ready: await loadIdx(name) };
  return { table: parseCsv(await read(name), path.basename(name)) };
}

/** @throws UsageError for an option that only a table has a use for */
export function refuseColumns(
  { label, task, sampleWeight }: Pick<DataOptions, 'label' | 'task' | 'sampleWeight'>,
  kind: string,
): void {
  const given = label ? '--label' : task ? '--task' : sampleWeight ? '--sample-weight' : undefined;
  if (given) throw new UsageError(`${given} is for CSV files; ${kind} says itself what its labels are`);
}

/**
 * The test rows that a split file names, from 0.
 * @param table the table whose rows they are, of which only `kept` may have been taken
 * @returns their places among the rows that were taken; what was left out is passed over
 * @throws DataError if it is no list of rows
 */
export async function readSplit(file: string, table?: Table, kept?: readonly number[]): Promise<number[]> {
  let rows: unknown;
  try {
    rows = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new DataError(`The split '${file}' cannot be read: ${(error as Error).message}`, { file });
  }
  if (!Array.isArray(rows) || !rows.every((row) => Number.isSafeInteger(row) && row >= 0)) {
    throw new DataError(`The split '${file}' is to be a JSON array of test rows, whole numbers from 0`, {
      file,
    });
  }
  if (!table || !kept) return rows;
  const all = table.cells.length;
  const beyond = rows.find((row) => row >= all);
  if (beyond !== undefined) {
    throw new DataError(
      `'${table.file}' has rows 0 to ${all - 1}, but the split '${file}' names row ${beyond}; rows are whole numbers from 0`,
      { file },
    );
  }
  const places = new Map(kept.map((row, place) => [row, place]));
  return rows.filter((row) => places.has(row)).map((row) => places.get(row)!);
}

async function read(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    throw new DataError(`'${file}' cannot be read: ${(error as Error).message}`, { file });
  }
}

async function loadIdx(folder: string): Promise<Loaded> {
  const { train, test } = pairIdxFiles(await readdir(folder));
  const idx = async (name: string) => {
    const file = path.join(folder, name);
    return { file: name, ...parseIdx(await gunzip(await read(file), name), name) };
  };
  const pair = async ({ images, labels }: { images: string; labels: string }) =>
    idxDataset(await idx(images), await idx(labels), path.basename(path.resolve(folder)));
  const first = await pair(train);
  if (!test) return { data: first, testRows: undefined, wholeByDefault: false, notes: [] };
  const second = await pair(test);
  const { data, testRows } = joinParts(first, second);
  return { data, testRows, wholeByDefault: false, notes: [] };
}

/** A training and a test set as one, and which of its rows are the test's. */
function joinParts(train: Dataset, test: Dataset): { data: Dataset; testRows: number[] } {
  if (train.features.length !== test.features.length) {
    throw new DataError(
      `'${train.name}' has ${train.features.length} numbers in each training row, but ${test.features.length} in each test row; both are to be of one size`,
    );
  }
  const x = new Float32Array(train.x.length + test.x.length);
  x.set(train.x);
  x.set(test.x, train.x.length);
  const classes = test.classes!.length > train.classes!.length ? test.classes! : train.classes!;
  const { name, features, targets } = train;
  const labels = Uint32Array.from([...train.labels(), ...test.labels()]);
  return {
    data: Dataset.classification({ name, features, x, targets, classes, labels }),
    testRows: Array.from({ length: test.rows }, (_, i) => train.rows + i),
  };
}
