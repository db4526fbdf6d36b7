import { type Command, CommanderError } from 'commander';
import path from 'node:path';
import { builtinName } from '../data/builtin.ts';
import { DataError, KatmanError } from '../errors.ts';
import { type Metric, metricOf } from '../sweep/metric.ts';
import { type Configuration, configurationsOf } from '../sweep/configurations.ts';
import { SPEC_FORMAT, type SweepSpec, specOf } from '../sweep/spec.ts';
import type { SweepPlan } from '../sweep/sweep.ts';
import { trialsOf } from '../sweep/trials.ts';
import { EXPERIMENT_FORMAT } from './experiment.ts';
import { sha256 } from './hash.ts';
import { readInput, readJsonInput } from './input.ts';
import { Trainer, type TrialOptions } from './sweepTrial.ts';
import { wordsFor } from './optionWords.ts';
import { trainOptions } from './trainOptions.ts';
import { trainRequest } from './trainRequest.ts';

/** Options of a training that say where it happens and what becomes of it: a sweep has its own for these. */
const OUTSIDE = ['experiment', 'browser', 'require', 'limits', 'save', 'json'];

/**
 * A sweep from its file. Everything that can be wrong is found here, before a browser is started: every value by the
 * option's own parser, and one trial of every configuration as far as its request.
 * @throws DataError and UsageError naming file and field
 */
export async function readSweep(file: string): Promise<SweepPlan> {
  const advice = `give an object of the format '${SPEC_FORMAT}'; docs/sweeps.md describes it`;
  const content = await readJsonInput({ file, what: 'The sweep', advice });
  const command = trainOptions(async () => {});
  const known = command.options.map((option) => option.attributeName());
  const spec = specOf(
    content,
    file,
    known.filter((name) => !OUTSIDE.includes(name)),
  );
  for (const [name, value] of Object.entries(spec.experiment))
    checkValue(file, 'experiment', name, value, command);
  for (const [name, values] of Object.entries(spec.grid))
    values.forEach((value) => checkValue(file, 'grid', name, value, command));
  return planOf(spec, file);
}

/** Lets the option's own parser judge a value. @throws DataError naming file and field */
function checkValue(file: string, field: string, name: string, value: unknown, command: Command): void {
  const option = command.options.find((one) => one.attributeName() === name)!;
  const words = wordsFor(option.long!, value);
  const refuse = (what: string) =>
    new DataError(`'${file}': ${field}.${name} ${what}`, { file, column: `${field}.${name}` });
  if (!words)
    throw refuse(`is to be a number, a text, true or false, or a list of them, not ${JSON.stringify(value)}`);
  try {
    const text = words[0]?.slice(option.long!.length + 1);
    if (text && option.parseArg) option.parseArg(text, undefined as never);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    throw refuse(`is wrong. ${error.message}`);
  }
}

/** Loads the data, and tries out one trial of every configuration. */
async function planOf(spec: SweepSpec, file: string): Promise<SweepPlan> {
  const beside = (name: string) => (path.isAbsolute(name) ? name : path.join(path.dirname(file), name));
  const data = builtinName(spec.data) ? spec.data : beside(spec.data);
  const split = typeof spec.experiment.split === 'string' ? beside(spec.experiment.split) : undefined;
  const base = { format: EXPERIMENT_FORMAT, data, ...spec.experiment, ...(split && { split }) };
  const trainer = new Trainer();
  const configurations = configurationsOf(spec);
  /** Says of which configuration something is wrong. */
  const of = async <T>({ options }: Configuration, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof KatmanError) || !Object.keys(options).length) throw error;
      throw new DataError(
        `'${file}': the configuration ${JSON.stringify(options)} cannot be trained. ${error.message}`,
        { file },
      );
    }
  };
  const [first] = configurations;
  const { loaded, options } = await of(first, () => trainer.open({ ...base, ...first.options }));
  const metric = metricFor(spec, file, options, loaded.data.classes !== undefined);
  const { name, rows, features } = loaded.data;
  const plan: SweepPlan = {
    spec: { ...spec, metric },
    base,
    metric,
    epochs: options.epochs ?? 40,
    data: {
      sha256: loaded.sha256,
      split:
        split && sha256(await readInput({ file: split, what: 'The split', advice: 'give a JSON array' })),
    },
    described: { name, rows, features: features.length, sha256: loaded.sha256 },
  };
  // What varies is no business of the data: it is prepared once.
  const [trial] = await trialsOf(plan, first, 0, undefined);
  const { prepared } = await of(first, () => trainer.prepare(trial));
  for (const configuration of configurations)
    await of(configuration, async () => {
      const { options } = await trainer.open({ ...base, ...configuration.options });
      return trainRequest({ ...options, folds: undefined }, loaded.data, prepared);
    });
  return plan;
}

/** @throws DataError for a metric of rows that there are none of, or that the task does not have */
function metricFor(
  { metric, folds }: SweepSpec,
  file: string,
  { validationSplit }: TrialOptions,
  classes: boolean,
): Metric {
  const part = !folds && validationSplit > 0 ? 'validation' : 'test';
  const chosen = metric ?? metricOf(`${part}.${classes ? 'accuracy' : 'r2'}`);
  const refuse = (what: string) =>
    new DataError(`'${file}': metric '${chosen.name}' ${what}`, { file, column: 'metric' });
  if (chosen.part === 'validation' && !(validationSplit > 0))
    throw refuse('needs validation rows; give validationSplit in experiment, or another metric');
  const isOfClasses = ['accuracy', 'precision', 'recall', 'f1', 'auc'].includes(chosen.measure);
  if (chosen.measure !== 'loss' && isOfClasses !== classes)
    throw refuse(
      `is of a ${classes ? 'regression' : 'classification'}, and the data is a ${classes ? 'classification' : 'regression'}; take ${classes ? 'accuracy' : 'r2'}`,
    );
  return chosen;
}
