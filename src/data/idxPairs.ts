import { DataError } from '../errors.ts';

/** The names of two files that belong together. */
export interface IdxPair {
  readonly images: string;
  readonly labels: string;
}

const EXPECTED =
  'files named as train-images-idx3-ubyte and train-labels-idx1-ubyte (and t10k-... or test-... for the test), with or without .gz';

/**
 * Finds the IDX files of a folder by their names, e.g. `train-images-idx3-ubyte.gz` and
 * `train-labels.idx1-ubyte`: what stands before `images` and `labels` makes a pair. A pair alone is for
 * training; of several, `train` is, and `t10k` or `test` is for the test.
 * @throws DataError that says which files are expected
 */
export function pairIdxFiles(names: readonly string[]): { train: IdxPair; test?: IdxPair } {
  const pairs = collectPairs(names);
  const withPrefix = (prefix: RegExp) => [...pairs].filter(([name]) => prefix.test(name));
  const trains = pairs.size === 1 ? [...pairs] : withPrefix(/(^|[-._])train$/i);
  const tests = pairs.size === 1 ? [] : withPrefix(/(^|[-._])(t10k|test)$/i);
  if (trains.length !== 1 || tests.length > 1) {
    const found = [...pairs.values()].map(({ images }) => `'${images}'`).join(', ');
    throw new DataError(
      `Which images are for training is not clear from ${found}; keep one set in the folder: ${EXPECTED}`,
    );
  }
  const [[, train]] = trains;
  return tests.length ? { train, test: tests[0][1] } : { train };
}

/** Pairs by what their names begin with. */
function collectPairs(names: readonly string[]): Map<string, IdxPair> {
  const pairs = new Map<string, Partial<IdxPair>>();
  // In order, so that an unpacked file goes before the same with .gz.
  for (const name of [...names].sort()) {
    const match = /^(.*?)[-._]?(images|labels)[-.]idx\d(-ubyte)?(\.gz)?$/i.exec(name);
    if (!match) continue;
    const [, prefix, kind] = match;
    pairs.set(prefix, { [kind.toLowerCase()]: name, ...pairs.get(prefix) });
  }
  if (!pairs.size) throw new DataError(`There are no IDX files in the folder; expected are ${EXPECTED}`);
  const complete = new Map<string, IdxPair>();
  for (const [prefix, { images, labels }] of pairs) {
    if (!images || !labels) {
      const [has, lacks] = images ? ['images', 'labels'] : ['labels', 'images'];
      throw new DataError(
        `'${images ?? labels}' has ${has} but there is no file with its ${lacks}; expected are ${EXPECTED}`,
        { file: images ?? labels },
      );
    }
    complete.set(prefix, { images, labels });
  }
  return complete;
}
