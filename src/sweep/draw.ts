import { DataError } from '../errors.ts';
import { Random } from '../random.ts';

/** A number drawn evenly, evenly by its logarithm, whole, or one of a list. */
export type Distribution =
  | { readonly uniform: readonly [number, number] }
  | { readonly log: readonly [number, number] }
  | { readonly int: readonly [number, number] }
  | { readonly choice: readonly unknown[] };

export const DISTRIBUTIONS = ['uniform', 'log', 'int', 'choice'] as const;

/** @param field its name in the file, for messages @throws DataError saying what it may be */
export function checkDistribution(file: string, field: string, value: unknown): Distribution {
  const refuse = (what: string): never => {
    throw new DataError(`'${file}': ${field} ${what}`, { file, column: field });
  };
  const entries = value && typeof value === 'object' ? Object.entries(value) : [];
  const [[kind, range] = []] = entries;
  if (entries.length !== 1 || !(DISTRIBUTIONS as readonly string[]).includes(kind!))
    return refuse(
      `is to be one of { "uniform": [low, high] }, { "log": [low, high] }, { "int": [low, high] } and { "choice": [...] }, not ${JSON.stringify(value)}`,
    );
  if (!Array.isArray(range) || !range.length) return refuse(`.${kind} is empty; give it a list`);
  if (kind === 'choice') return value as Distribution;
  const [low, high] = range as number[];
  const isNumber = (end: unknown) => (kind === 'int' ? Number.isSafeInteger(end) : Number.isFinite(end));
  if (range.length !== 2 || !range.every(isNumber) || !(low < high))
    return refuse(
      `.${kind} is to be [low, high], two ${kind === 'int' ? 'whole ' : ''}numbers with low below high, not ${JSON.stringify(range)}`,
    );
  if (kind === 'log' && low <= 0)
    return refuse(`.log is to begin above 0, not at ${low}: there is no logarithm of it`);
  return value as Distribution;
}

/** What is drawn for an option in a configuration depends on nothing but seed, number and name. */
export function draw(distribution: Distribution, seed: number, index: number, option: string): unknown {
  const random = new Random(seed, index, ...Array.from(option, (letter) => letter.charCodeAt(0)));
  if ('choice' in distribution) {
    const { choice } = distribution;
    return choice[Math.floor(random.uniform(0, choice.length))];
  }
  if ('int' in distribution) {
    const [low, high] = distribution.int;
    return Math.floor(random.uniform(low, high + 1));
  }
  if ('uniform' in distribution) return rounded(random.uniform(...distribution.uniform));
  const [low, high] = distribution.log;
  return rounded(Math.exp(random.uniform(Math.log(low), Math.log(high))));
}

/** Engines differ in the last digit of a logarithm, and people read no more than six. */
function rounded(value: number): number {
  return Number(value.toPrecision(6));
}
