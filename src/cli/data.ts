import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { BUILTIN_NAMES, builtinName, loadBuiltin } from '../data/builtin.ts';
import { type Table, parseCsv } from '../data/csv.ts';
import { Dataset, type Task } from '../data/dataset.ts';
import { gunzip, idxDataset, pairIdxFiles, parseIdx } from '../data/idx.ts';
import type { Missing } from '../data/missing.ts';
import { tableToDataset } from '../data/tabular.ts';
import { DataError, UsageError } from '../errors.ts';
import { sha256 } from './hash.ts';
import { readInput, readJsonInput } from './input.ts';

/** Data as a command was told to take it. */
export interface Loaded {
  readonly data: Dataset;
  /**
   * SHA-256 of the file's bytes; of an IDX folder's files one after another (images and labels, those of the test
   * last); of a built-in set's x and y as float32, little-endian.
   */
  readonly sha256: string;
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
export type Source =
  { readonly table: Table; readonly sha256: string } | { readonly kind: string; readonly ready: Loaded };

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
  return { data, sha256: source.sha256, testRows: testRows || undefined, wholeByDefault: false, notes };
}

/** Finds and reads data by what `--data` says. @throws DataError if there is none, or it cannot be read */
export async function openSource(name: string): Promise<Source> {
  const builtin = builtinName(name);
  if (builtin) {
    const set = await loadBuiltin(builtin);
    const digest = sha256(set.data.x, set.data.y);
    const ready = { ...set, sha256: digest, wholeByDefault: builtin === 'flower', notes: [] };
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
  const bytes = await read(name);
  return { table: parseCsv(bytes, path.basename(name)), sha256: sha256(bytes) };
}

/** @throws UsageError for an option that only a table has a use for */
export function refuseColumns(
  { label, task, sampleWeight, missing }: Omit<DataOptions, 'data' | 'split'>,
  kind: string,
): void {
  const given = label ? '--label' : task ? '--task' : sampleWeight ? '--sample-weight' : undefined;
  if (given) throw new UsageError(`${given} is for CSV files; ${kind} says itself what its labels are`);
  if (missing)
    throw new UsageError(`--missing is for CSV files; ${kind} has no missing values, so leave it out`);
}

/**
 * The test rows that a split file names, from 0.
 * @param table the table whose rows they are, of which only `kept` may have been taken
 * @returns their places among the rows that were taken; what was left out is passed over
 * @throws DataError if it is no list of rows
 */
export async function readSplit(file: string, table?: Table, kept?: readonly number[]): Promise<number[]> {
  const advice = 'give a JSON array of rows from 0, e.g. [0, 5, 10]';
  const rows = await readJsonInput({ file, what: 'The split', advice });
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

function read(file: string): Promise<Uint8Array> {
  return readInput({ file, what: 'The data', advice: 'give a CSV file or a folder with IDX files' });
}

async function loadIdx(folder: string): Promise<Loaded> {
  const { train, test } = pairIdxFiles(await readdir(folder));
  const files: Uint8Array[] = [];
  const idx = async (name: string) => {
    const bytes = await read(path.join(folder, name));
    files.push(bytes);
    return { file: name, ...parseIdx(await gunzip(bytes, name), name) };
  };
  const pair = async ({ images, labels }: { images: string; labels: string }) =>
    idxDataset(await idx(images), await idx(labels), path.basename(path.resolve(folder)));
  const first = await pair(train);
  const parts = test ? joinParts(first, await pair(test)) : { data: first, testRows: undefined };
  return { ...parts, sha256: sha256(...files), wholeByDefault: false, notes: [] };
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
