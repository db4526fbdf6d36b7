import { CommanderError } from 'commander';
import { DataError, GpuUnavailableError, ShapeError, UsageError } from '../errors.ts';
import { OutputError } from './output.ts';

/** The exit codes of every command. */
export const EXIT = { done: 0, failed: 1, usage: 2, noAdapter: 3, notWritten: 4 } as const;

/** Ended by a signal; nothing is left behind. */
export class Interrupted extends Error {
  override name = 'Interrupted';

  constructor(readonly signalName: 'SIGINT' | 'SIGTERM' | 'SIGHUP') {
    super('interrupted');
  }
}

export function exitCode(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  if (error instanceof Interrupted) return { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 }[error.signalName];
  if (error instanceof GpuUnavailableError) return EXIT.noAdapter;
  if (error instanceof OutputError) return EXIT.notWritten;
  if (error instanceof UsageError || error instanceof DataError || error instanceof ShapeError)
    return EXIT.usage;
  return EXIT.failed;
}
