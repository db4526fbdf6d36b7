import { Command, CommanderError } from 'commander';
import { readFileSync } from 'node:fs';
import { benchCommand } from './bench.ts';
import { checkCommand } from './check.ts';
import { doctorCommand } from './doctor.ts';
import { evaluateCommand } from './evaluate.ts';
import { EXIT, Interrupted, exitCode } from './exit.ts';
import { predictCommand } from './predict.ts';
import { sweepCommand } from './sweep.ts';
import { trainCommand } from './train.ts';
import { workerCommand } from './worker.ts';

/** What every command gets. */
export interface Context {
  /** Aborted, with an `Interrupted` as reason, when a signal asks the command to end. */
  readonly signal: AbortSignal;
  /** The words of the command line after the program's name. */
  readonly words: readonly string[];
}

const COMMANDS = [
  trainCommand,
  predictCommand,
  evaluateCommand,
  checkCommand,
  benchCommand,
  sweepCommand,
  workerCommand,
  doctorCommand,
];

/** Runs the command line; resolves with the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  const abort = new AbortController();
  const onSignal = (name: NodeJS.Signals) => abort.abort(new Interrupted(name as Interrupted['signalName']));
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal).on('SIGHUP', onSignal);
  const context = { signal: abort.signal, words: argv.slice(2) };
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  const program = new Command('katman')
    .description('Neural networks on the GPU of a browser')
    .version(version)
    .exitOverride();
  for (const command of COMMANDS) program.addCommand(inherit(command(context)));
  try {
    await program.parseAsync([...argv]);
    return EXIT.done;
  } catch (thrown) {
    const error = abort.signal.aborted ? abort.signal.reason : thrown;
    // commander has printed its own messages already.
    if (!(error instanceof CommanderError))
      process.stderr.write(`${process.env.KATMAN_DEBUG ? error.stack : error.message}\n`);
    return exitCode(error);
  }
}

/** A misspelt option exits with 2 and names the nearest, in every command alike. */
function inherit(command: Command): Command {
  return command
    .exitOverride()
    .showSuggestionAfterError()
    .showHelpAfterError(`(katman ${command.name()} --help says more)`);
}
