import { type Command, CommanderError } from 'commander';
import path from 'node:path';
import { builtinName } from '../data/builtin.ts';
import { DataError, UsageError } from '../errors.ts';
import { readJsonInput } from './input.ts';
import { wordsFor } from './optionWords.ts';

/** The format that experiment files name. */
export const EXPERIMENT_FORMAT = 'katman-experiment/1';

/** The format that receipts of a training name. */
export const RECEIPT_FORMAT = 'katman-run/1';

/**
 * A training as a file: the options of `katman train` by their names in camel case (`learningRate`), as
 * numbers, texts, truth values or lists. What is left out has its default.
 */
export interface Experiment {
  readonly format: typeof EXPERIMENT_FORMAT;
  readonly [option: string]: unknown;
}

/** The experiment that a command line describes: every option that has a value, but those `outside`. */
export function experimentOf(command: Command, outside: readonly string[]): Experiment {
  const known = command.options.map((option) => option.attributeName());
  const options = Object.entries(command.opts()).filter(
    ([name, value]) => known.includes(name) && !outside.includes(name) && value !== undefined,
  );
  return { format: EXPERIMENT_FORMAT, ...Object.fromEntries(options) };
}

/**
 * The words of a command line that an experiment stands for. Its files are looked for beside it.
 * @param file an experiment, or the receipt of a run, which holds one
 * @param command declares the options, and has parsed the command line that names the file
 * @returns `sha256`: of the data, where the file is a receipt
 * @throws DataError naming file and field; UsageError if the command line has options that the file decides
 */
export async function readExperiment(
  file: string,
  command: Command,
  outside: readonly string[],
): Promise<{ words: string[]; sha256: string | undefined }> {
  const own = command.options.find((option) => {
    const name = option.attributeName();
    return !outside.includes(name) && command.getOptionValueSource(name) === 'cli';
  });
  if (own)
    throw new UsageError(
      `--experiment describes the whole training; leave ${own.long} out, or write it into '${file}'`,
    );
  const { experiment, sha256 } = await readJson(file);
  const words: string[] = [];
  for (const [name, value] of Object.entries(experiment)) {
    if (name === 'format' || value === null) continue;
    const options = command.options.filter((option) => option.attributeName() === name);
    if (!options.length || outside.includes(name))
      throw new DataError(`'${file}': there is no option '${name}'; 'katman train --help' lists them`, {
        file,
        column: name,
      });
    const given = wordsFor(options[0].long!, beside(file, name, value));
    if (!given)
      throw new DataError(
        `'${file}': ${name} is to be a number, a text, true or false, or a list, not ${kindOf(value)}`,
        { file, column: name },
      );
    check(file, name, command, given);
    words.push(...given);
  }
  return { words, sha256 };
}

async function readJson(
  file: string,
): Promise<{ experiment: Readonly<Record<string, unknown>>; sha256: string | undefined }> {
  const advice = `give the receipt that --json wrote, or a file of the format '${EXPERIMENT_FORMAT}'`;
  const content = (await readJsonInput({ file, what: 'The experiment', advice })) as any;
  const isReceipt = content?.schema === RECEIPT_FORMAT;
  const experiment = isReceipt ? content.experiment : content;
  if (experiment?.format !== EXPERIMENT_FORMAT)
    throw new DataError(
      `'${file}': format is to be '${EXPERIMENT_FORMAT}', not ${kindOf(experiment?.format)}; ${advice}`,
      { file, column: 'format' },
    );
  return { experiment, sha256: isReceipt ? content.data?.sha256 : undefined };
}

/** Whether an option of an experiment is a file or folder. */
function isFile(name: string, value: unknown): value is string {
  return typeof value === 'string' && (name === 'split' || (name === 'data' && !builtinName(value)));
}

/** Files that an experiment names lie where it lies. */
function beside(file: string, name: string, value: unknown): unknown {
  return isFile(name, value) && !path.isAbsolute(value) ? path.join(path.dirname(file), value) : value;
}

/** An experiment of this folder as it is to be written into a file elsewhere: its files stay what they are. */
export function movedTo(file: string, experiment: Experiment): Experiment {
  const folder = path.dirname(path.resolve(file));
  const moved = Object.entries(experiment).map(([name, value]) => [
    name,
    isFile(name, value) && !path.isAbsolute(value) ? path.relative(folder, path.resolve(value)) : value,
  ]);
  return Object.fromEntries(moved) as unknown as Experiment;
}

/** A value as a message shows it: what it is, where it may be nested without end. */
function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list of other things';
  if (typeof value === 'object' && value !== null) return 'an object';
  return value === undefined ? 'nothing' : JSON.stringify(value);
}

/** Lets the option's own parser judge the value, and names file and field where it refuses. */
function check(file: string, name: string, command: Command, words: readonly string[]): void {
  const option = command.options.find((one) => one.attributeName() === name)!;
  const value = words[0]?.slice(option.long!.length + 1);
  try {
    if (value !== undefined && option.parseArg) option.parseArg(value, undefined as never);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    throw new DataError(`'${file}': ${name} is wrong. ${error.message}`, { file, column: name });
  }
}
