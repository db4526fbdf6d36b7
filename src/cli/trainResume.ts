import type { Command } from 'commander';
import path from 'node:path';
import { UsageError } from '../errors.ts';
import { readExperiment } from './experiment.ts';
import { RUN_FILE } from './trainCheckpoints.ts';

/** What a run in a folder of checkpoints was started with, as words of a command line. */
export async function readRun(
  folder: string,
  fresh: Command,
  outside: readonly string[],
): Promise<{ words: string[]; sha256: string | undefined }> {
  return readExperiment(path.join(folder, RUN_FILE), fresh, outside);
}

/**
 * Sees that what a command line says beside `--resume` is what the run was started with.
 * @throws UsageError naming the first option that differs
 */
export function checkSame(given: Command, run: Command, folder: string, outside: readonly string[]): void {
  for (const option of given.options) {
    const name = option.attributeName();
    if (outside.includes(name) || given.getOptionValueSource(name) !== 'cli') continue;
    const [here, there] = [given.opts()[name], run.opts()[name]];
    const isSame = (value: unknown) => JSON.stringify(value);
    if (isSame(here) === isSame(there)) continue;
    if (typeof here === 'string' && typeof there === 'string' && path.resolve(here) === path.resolve(there))
      continue;
    const said = there === undefined ? 'not given' : JSON.stringify(there);
    throw new UsageError(
      `${option.long} is ${JSON.stringify(here)} here, and ${said} in the run that '${folder}' holds; leave it out, or begin a run of its own with --checkpoint`,
    );
  }
}
