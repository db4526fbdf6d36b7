import { UsageError } from '../errors.ts';
import { parseCsv } from './csv.ts';
import { Dataset } from './dataset.ts';
import { datasets } from './generators.ts';
import { tableToDataset } from './tabular.ts';

/** The data sets that come with Katman. */
export const BUILTIN_NAMES = [
  'flower',
  'circles',
  'xor',
  'spiral',
  'moons',
  'blobs',
  'plane',
  'houses',
  'iris',
  'wine',
  'breast_cancer',
  'digits',
] as const;

export type BuiltinName = (typeof BUILTIN_NAMES)[number];

/** A built-in set and the rows (from 0) that are fixed for its test; undefined if none are. */
export interface Builtin {
  readonly data: Dataset;
  readonly testRows: readonly number[] | undefined;
  /** The test rows of each of five fixed folds, where the set has them. */
  readonly folds?: readonly (readonly number[])[];
}

// Each path is written out, so that a page loads the files it uses and no others.
const LOADERS: Record<BuiltinName, () => Promise<Builtin>> = {
  flower: async () => ({
    data: read('flower', await import('../../data/flower.csv?raw')),
    testRows: undefined,
  }),
  circles: generated(datasets.circles),
  xor: generated(datasets.xor),
  spiral: generated(datasets.spiral),
  moons: generated(datasets.moons),
  blobs: generated(datasets.blobs),
  plane: generated(datasets.plane),
  houses: generated(datasets.houses),
  iris: async () => withSplit('iris', await import('../../data/iris.csv?raw')),
  wine: async () => withSplit('wine', await import('../../data/wine.csv?raw')),
  breast_cancer: async () => withSplit('breast_cancer', await import('../../data/breast_cancer.csv?raw')),
  digits: async () => withSplit('digits', await import('../../data/digits.csv?raw')),
};

/** Whether a data set of exactly this name is built in. */
export function isBuiltin(name: string): name is BuiltinName {
  return (BUILTIN_NAMES as readonly string[]).includes(name);
}

/** The built-in set that a person means, also by `breast-cancer`; undefined if there is none. */
export function builtinName(name: string): BuiltinName | undefined {
  const underscored = name.replaceAll('-', '_');
  return isBuiltin(underscored) ? underscored : undefined;
}

/**
 * A built-in data set; the generated ones are drawn with seed 1.
 * @throws UsageError for a name that is not in `BUILTIN_NAMES`
 */
export async function loadBuiltin(name: string): Promise<Builtin> {
  const known = builtinName(name);
  if (!known) {
    throw new UsageError(
      `There is no built-in data set '${name}'; choose one of ${BUILTIN_NAMES.join(', ')}`,
    );
  }
  return LOADERS[known]();
}

function generated(draw: (options: { seed: number }) => Dataset): () => Promise<Builtin> {
  return async () => ({ data: draw({ seed: 1 }), testRows: undefined });
}

function read(name: string, { default: text }: { default: string }): Dataset {
  return tableToDataset(parseCsv(text, `${name}.csv`)).data;
}

async function withSplit(
  name: 'iris' | 'wine' | 'breast_cancer' | 'digits',
  file: { default: string },
): Promise<Builtin> {
  const { default: splits } = await import('../../data/splits.json');
  const { classes, test, folds5_test_rows } = splits[name];
  const data = new Dataset({ ...read(name, file), classes });
  return { data, testRows: test, folds: folds5_test_rows };
}
