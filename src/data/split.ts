import { DataError } from '../errors.ts';
import { Random } from '../random.ts';
import type { Dataset } from './dataset.ts';

/** 1 for each of these rows, 0 for all others. @throws DataError for a row that is not there, or twice */
export function markRows({ name, rows }: Dataset, marked: ArrayLike<number>): Uint8Array {
  const marks = new Uint8Array(rows);
  for (let i = 0; i < marked.length; i++) {
    const row = marked[i];
    if (!Number.isSafeInteger(row) || row < 0 || row >= rows) {
      throw new DataError(
        `'${name}' has rows 0 to ${rows - 1}, but the split names row ${row}; rows are whole numbers from 0`,
      );
    }
    if (marks[row]++) throw new DataError(`The split of '${name}' names row ${row} twice; name it once`);
  }
  return marks;
}

/** The rows of each class, shuffled; of a regression, all rows. */
export function shuffledByClass(data: Dataset, random: Random): number[][] {
  const groups: number[][] = data.classes ? data.classes.map(() => []) : [[]];
  const labels = data.classes && data.labels();
  for (let i = 0; i < data.rows; i++) groups[labels ? labels[i] : 0].push(i);
  return groups.map((rows) => Array.from(random.permutation(rows.length), (i) => rows[i]));
}

/** Random rows for the test: of each class its share, by largest remainder. */
export function pickTest(data: Dataset, share: number, seed: number): number[] {
  const groups = shuffledByClass(data, new Random(seed, 0x5b117));
  const exact = groups.map((rows) => rows.length * share);
  const counts = exact.map(Math.floor);
  const missing = Math.round(data.rows * share) - counts.reduce((a, b) => a + b, 0);
  exact
    .map((value, group) => ({ group, rest: value - counts[group] }))
    .sort((a, b) => b.rest - a.rest || a.group - b.group)
    .slice(0, Math.max(0, missing))
    .forEach(({ group }) => counts[group]++);
  return groups.flatMap((rows, group) => rows.slice(0, counts[group]));
}
