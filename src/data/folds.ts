import { DataError } from '../errors.ts';
import { Random } from '../random.ts';
import type { Dataset } from './dataset.ts';
import { shuffledByClass } from './split.ts';

/**
 * The test rows of each of k folds, for cross-validation: every row is in exactly one. The sizes of the
 * folds differ by one row at most, and so do the rows that they have of each class.
 * @throws DataError if k is no whole number from 2 to the number of rows
 */
export function folds(data: Dataset, k: number, seed = 1): number[][] {
  if (!Number.isSafeInteger(k) || k < 2 || k > data.rows) {
    throw new DataError(
      `'${data.name}' has ${data.rows} rows, which cannot be cut into ${k} folds; take a whole number from 2 to ${data.rows}`,
    );
  }
  // Dealt like cards, class after class, each going on with the fold after the last one's.
  const dealt = shuffledByClass(data, new Random(seed, 0xf01d)).flat();
  return Array.from({ length: k }, (_, fold) => dealt.filter((_, i) => i % k === fold).sort((a, b) => a - b));
}
