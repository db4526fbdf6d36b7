import { UsageError } from '../errors.ts';
import { draw } from './draw.ts';
import type { SweepSpec } from './spec.ts';

/** One combination of the options that vary: a row of the table. */
export interface Configuration {
  /** From 0, in the order of the specification. */
  readonly index: number;
  readonly options: Readonly<Record<string, unknown>>;
}

/** More trainings than anybody waits for: a grid multiplies faster than one thinks. */
const MOST_TRIALS = 100_000;

/**
 * Every combination of the grid, each with everything that is drawn; what comes out twice is tried once.
 * @throws UsageError if there are too many
 */
export function configurationsOf({ grid, random, seeds, folds = 1 }: SweepSpec): Configuration[] {
  const combinations = Object.values(grid).reduce((product, { length }) => product * length, 1);
  const trials = combinations * (random?.configurations ?? 1) * seeds.length * folds;
  if (trials > MOST_TRIALS)
    throw new UsageError(
      `This sweep has ${trials} trials, more than the ${MOST_TRIALS} that one may have; take fewer values, seeds or folds`,
    );
  let all: Record<string, unknown>[] = [{}];
  for (const [name, values] of Object.entries(grid))
    all = all.flatMap((options) => values.map((value) => ({ ...options, [name]: value })));
  if (random) {
    const drawn = Array.from({ length: random.configurations }, (_, i) =>
      Object.fromEntries(
        Object.entries(random.options).map(([name, distribution]) => {
          const value = draw(distribution, random.seed, i, name);
          // A number alone is the size of one hidden layer.
          return [name, name === 'layers' && typeof value === 'number' ? [value] : value];
        }),
      ),
    );
    all = all.flatMap((options) => drawn.map((more) => ({ ...options, ...more })));
  }
  const distinct = new Map(all.map((options) => [JSON.stringify(options), options]));
  return [...distinct.values()].map((options, index) => ({ index, options }));
}
