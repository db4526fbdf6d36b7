import { readFile, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { BUILTIN_NAMES, builtinName, loadBuiltin } from '../data/builtin.ts';
import { parseCsv } from '../data/csv.ts';
import { Dataset, type Task } from '../data/dataset.ts';
import { gunzip, idxDataset, pairIdxFiles, parseIdx } from '../data/idx.ts';
import { tableToDataset } from '../data/tabular.ts';
import { DataError, UsageError } from '../errors.ts';

/** Data as a command was told to take it. */
export interface Loaded {
  readonly data: Dataset;
  /** The rows that are for the test by themselves, if the set says so. */
  readonly testRows: readonly number[] | undefined;
  /** Whether the set is scored on the rows it was trained on, unless told otherwise. */
  readonly wholeByDefault: boolean;
  readonly notes: readonly string[];
}

export interface DataOptions {
  readonly data: string;
  readonly label?: readonly string[];
  readonly task?: Task;
}

/**
 * A built-in set, a CSV file or a folder with IDX files.
 * @throws DataError with file, row and column; UsageError for options that do not fit the kind of data
 */
export async function loadData(options: DataOptions): Promise<Loaded> {
  const builtin = builtinName(options.data);
  if (builtin) {
    refuseColumns(options, 'a built-in set');
    const { data, testRows } = await loadBuiltin(builtin);
    return { data, testRows, wholeByDefault: builtin === 'flower', notes: [] };
  }
  const file = options.data;
  const found = await stat(file).catch(() => undefined);
  if (!found) {
    throw new DataError(
      `There is no data '${file}': give a CSV file, a folder with IDX files, or one of ${BUILTIN_NAMES.join(', ')}`,
      { file },
    );
  }
  if (found.isDirectory()) {
    refuseColumns(options, 'a folder with IDX files');
    return loadIdx(file);
  }
  const { data, notes } = tableToDataset(parseCsv(await read(file), path.basename(file)), options);
  return { data, testRows: undefined, wholeByDefault: false, notes };
}

function refuseColumns({ label, task }: DataOptions, kind: string): void {
  const given = label ? '--label' : task ? '--task' : undefined;
  if (given) throw new UsageError(`${given} is for CSV files; ${kind} says itself what its labels are`);
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
