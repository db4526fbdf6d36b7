import { hashOf } from '../session/hash.ts';
import type { Configuration } from './configurations.ts';
import type { Requires, SweepSpec } from './spec.ts';

/** One training: a configuration, a seed, a fold. */
export interface Trial {
  /** Hash of all that decides what comes out of it: two trials of one name are one. */
  readonly id: string;
  /** The index of its configuration. */
  readonly configuration: number;
  /** From 0; with early stopping of the hopeless only, more than one. */
  readonly rung: number;
  readonly seed: number;
  /** From 0; undefined without cross-validation. */
  readonly fold?: number;
  /** All that `katman train --experiment` needs to train the same; with folds, all of them. */
  readonly experiment: Readonly<Record<string, unknown>>;
  /** SHA-256 of the data, and of the file with the test rows where there is one. */
  readonly data: { readonly sha256: string; readonly split?: string };
  readonly requires: Requires;
}

/** What all trials of a sweep have in common. */
export interface Common {
  readonly spec: SweepSpec;
  /** The experiment that all have: its format, its data and the options that do not vary. */
  readonly base: Readonly<Record<string, unknown>>;
  readonly data: Trial['data'];
}

/** The trials of a configuration in a rung: one for each seed and fold. @param epochs of this rung */
export async function trialsOf(
  { spec, base, data }: Common,
  { index, options }: Configuration,
  rung: number,
  epochs: number | undefined,
): Promise<Trial[]> {
  const { seeds, folds, requires } = spec;
  const numbers = folds ? Array.from({ length: folds }, (_, fold) => fold) : [undefined];
  return Promise.all(
    seeds.flatMap((seed) =>
      numbers.map(async (fold): Promise<Trial> => {
        const experiment = {
          ...base,
          ...options,
          seed,
          ...(folds && { folds }),
          ...(epochs && { epochs }),
        };
        const id = await idOf({ experiment, fold, data, requires });
        return { id, configuration: index, rung, seed, fold, experiment, data, requires };
      }),
    ),
  );
}

/** Where data lies does not matter, only what it is. */
export async function idOf({
  experiment,
  fold,
  data,
  requires,
}: Pick<Trial, 'experiment' | 'fold' | 'data' | 'requires'>): Promise<string> {
  const { data: _data, split: _split, ...options } = experiment;
  const sorted = Object.entries(options).sort(([a], [b]) => (a < b ? -1 : 1));
  return (await hashOf(JSON.stringify([sorted, fold ?? null, data, requires]))).slice(0, 24);
}
