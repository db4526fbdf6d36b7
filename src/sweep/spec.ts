import { DataError } from '../errors.ts';
import { type Distribution, checkDistribution } from './draw.ts';
import { type Metric, metricOf } from './metric.ts';

/** The format that specifications name. */
export const SPEC_FORMAT = 'katman-sweep/1';

/** Which adapters may run the trials. */
export interface Requires {
  readonly adapter: 'any' | 'hardware' | 'software';
  /** As the adapter itself says it: `nvidia`, `google`. */
  readonly vendor?: string;
}

/** What a sweep tries; defaults are filled in. */
export interface SweepSpec {
  readonly format: typeof SPEC_FORMAT;
  /** A built-in set, a CSV file or a folder with IDX files. */
  readonly data: string;
  /** Options of `katman train` that all trials have. */
  readonly experiment: Readonly<Record<string, unknown>>;
  /** Options of which every combination is tried. */
  readonly grid: Readonly<Record<string, readonly unknown[]>>;
  /** Options that are drawn, and how often. */
  readonly random?: {
    readonly configurations: number;
    readonly seed: number;
    readonly options: Readonly<Record<string, Distribution>>;
  };
  readonly seeds: readonly number[];
  /** Folds of a cross-validation; undefined for none. */
  readonly folds?: number;
  /** By default the accuracy or R2 of the validation rows; of the test rows where there are none. */
  readonly metric?: Metric;
  /** Stops the hopeless: after so many epochs, this share of the configurations goes on; and so on. */
  readonly stop?: { readonly after: number; readonly keep: number };
  readonly requires: Requires;
  /** How often a trial is tried again whose browser crashed. */
  readonly retries: number;
}

const FIELDS = [
  ...['format', 'data', 'experiment', 'grid', 'random', 'seeds', 'folds', 'metric', 'stop', 'requires'],
  'retries',
];
/** What decides on which rows a metric is taken is the same for all: else no two of them could be compared. */
const OF_THE_DATA = ['label', 'task', 'missing', 'sampleWeight', 'testSplit', 'validationSplit', 'split'];
/** Options of a training that a sweep has fields of its own for. */
const OF_THE_SWEEP = ['data', 'seed', 'folds'];

/**
 * A specification, checked.
 * @param file for messages
 * @param known the names of the options of a training
 * @throws DataError naming file and field
 */
export function specOf(value: unknown, file: string, known: readonly string[]): SweepSpec {
  const refuse = (field: string, what: string): never => {
    throw new DataError(`'${file}': ${field} ${what}`, { file, column: field });
  };
  const isObject = (item: unknown): item is Record<string, unknown> =>
    typeof item === 'object' && item !== null && !Array.isArray(item);
  const only = (field: string, item: unknown, names: readonly string[]): Record<string, unknown> => {
    if (!isObject(item)) return refuse(field, `is to be an object { ... }, not ${JSON.stringify(item)}`);
    for (const name of Object.keys(item))
      if (!names.includes(name))
        refuse(field === 'It' ? name : `${field}.${name}`, `is no field; there are ${names.join(', ')}`);
    return item;
  };
  const whole = (field: string, item: unknown, least: number, most = Number.MAX_SAFE_INTEGER): number =>
    Number.isSafeInteger(item) && (item as number) >= least && (item as number) <= most
      ? (item as number)
      : refuse(field, `is to be a whole number of at least ${least}, not ${JSON.stringify(item)}`);
  const option = (field: string, name: string): void => {
    if (OF_THE_SWEEP.includes(name))
      refuse(`${field}.${name}`, `belongs to the sweep; see the field '${name === 'seed' ? 'seeds' : name}'`);
    if (!known.includes(name))
      refuse(`${field}.${name}`, "is no option of a training; 'katman train --help' lists them");
  };

  if (!isObject(value))
    throw new DataError(`'${file}' is to hold a sweep, an object { ... } of the format '${SPEC_FORMAT}'`, {
      file,
    });
  if (value.format !== SPEC_FORMAT)
    refuse('format', `is to be '${SPEC_FORMAT}', not ${JSON.stringify(value.format)}`);
  const given = only('It', value, FIELDS);
  const data =
    typeof given.data === 'string' && given.data.trim()
      ? given.data
      : refuse('data', 'is to be the name of a built-in set, a CSV file or a folder with IDX files');
  const experiment: Record<string, unknown> = isObject(given.experiment ?? {})
    ? ((given.experiment ?? {}) as Record<string, unknown>)
    : refuse('experiment', 'is to be an object of options of a training');
  for (const name of Object.keys(experiment)) option('experiment', name);

  const varied = (field: string, name: string): void => {
    option(field, name);
    if (OF_THE_DATA.includes(name))
      refuse(`${field}.${name}`, 'decides what is predicted, and for which rows: give it in experiment');
    if (name in experiment) refuse(`${field}.${name}`, 'is in experiment, too; leave one of them out');
  };
  const grid = (given.grid ?? {}) as Record<string, readonly unknown[]>;
  if (!isObject(grid)) return refuse('grid', 'is to be an object of options, each with a list of values');
  for (const [name, values] of Object.entries(grid)) {
    varied('grid', name);
    if (!Array.isArray(values))
      refuse(`grid.${name}`, `is to be a list of values, as [${JSON.stringify(values)}]`);
    if (!values.length) refuse(`grid.${name}`, 'is empty; give at least one value, or leave it out');
    const texts = values.map((one) => JSON.stringify(one));
    const twice = texts.find((text, i) => texts.indexOf(text) < i);
    if (twice !== undefined) refuse(`grid.${name}`, `has ${twice} twice; leave one of them out`);
  }
  if (given.grid !== undefined && !Object.keys(grid).length)
    refuse('grid', 'is empty; name an option and its values, or leave it out');

  const seeds = given.seeds ?? [1];
  if (!Array.isArray(seeds) || !seeds.length)
    return refuse('seeds', 'is to be a list of whole numbers, as [1, 2, 3]');
  seeds.forEach((seed, i) => {
    whole(`seeds[${i}]`, seed, 0, 2 ** 32 - 1);
    if (seeds.indexOf(seed) < i) refuse('seeds', `has ${seed} twice; leave one of them out`);
  });

  const folds = given.folds === undefined ? undefined : whole('folds', given.folds, 2);
  const notWith = folds && ['split', 'testSplit'].find((name) => name in experiment);
  if (notWith) refuse(`experiment.${notWith}`, 'and folds both choose the test rows; leave one of them out');
  return {
    format: SPEC_FORMAT,
    data,
    experiment,
    grid,
    random: given.random === undefined ? undefined : random(given.random),
    seeds,
    folds,
    metric: given.metric === undefined ? undefined : metric(given.metric),
    stop: given.stop === undefined ? undefined : stop(given.stop),
    requires: requires(given.requires ?? {}),
    retries: given.retries === undefined ? 2 : whole('retries', given.retries, 0),
  };

  function random(item: unknown): SweepSpec['random'] {
    if (!isObject(item)) return refuse('random', 'is to be an object { ... }');
    const { configurations, seed = 1, ...options } = item;
    if (configurations === undefined)
      refuse('random.configurations', 'is missing: it says how many are drawn');
    if (!Object.keys(options).length)
      refuse(
        'random',
        'names no option; give one with its distribution, as "learningRate": { "log": [0.001, 0.1] }',
      );
    const checked = Object.entries(options).map(([name, distribution]) => {
      varied('random', name);
      if (name in grid) refuse(`random.${name}`, 'is in grid, too; leave one of them out');
      return [name, checkDistribution(file, `random.${name}`, distribution)];
    });
    return {
      configurations: whole('random.configurations', configurations, 1),
      seed: whole('random.seed', seed, 0, 2 ** 32 - 1),
      options: Object.fromEntries(checked),
    };
  }

  function metric(name: unknown): Metric {
    try {
      return metricOf(String(name));
    } catch (error) {
      throw new DataError(`'${file}': ${(error as Error).message}`, { file, column: 'metric' });
    }
  }

  function stop(item: unknown): SweepSpec['stop'] {
    const { after, keep = 0.5 } = only('stop', item, ['after', 'keep']);
    if (typeof keep !== 'number' || !(keep > 0 && keep < 1))
      return refuse('stop.keep', `is to be a share between 0 and 1, not ${JSON.stringify(keep)}`);
    const several = ['epochs', 'steps', 'patience'].find(
      (name) => name in grid || (isObject(given.random) && name in given.random),
    );
    if (several)
      refuse('stop', `compares trainings of as many epochs, and ${several} varies; leave one of them out`);
    if ('steps' in experiment)
      refuse('experiment.steps', 'cannot go with stop, which counts epochs; give epochs');
    return { after: whole('stop.after', after, 1), keep };
  }

  function requires(item: unknown): Requires {
    const { adapter = 'any', vendor } = only('requires', item, ['adapter', 'vendor']);
    if (adapter !== 'any' && adapter !== 'hardware' && adapter !== 'software')
      return refuse('requires.adapter', `is to be any, hardware or software, not ${JSON.stringify(adapter)}`);
    if (vendor !== undefined && (typeof vendor !== 'string' || !/^[\w-]+$/.test(vendor)))
      return refuse(
        'requires.vendor',
        `is to be one word, as the adapter says it, not ${JSON.stringify(vendor)}`,
      );
    return { adapter, vendor: vendor as string | undefined };
  }
}
