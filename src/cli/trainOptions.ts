import { InvalidArgumentError, Command, Option } from 'commander';
import { UsageError } from '../errors.ts';
import { INITIALIZERS } from '../network/initialize.ts';
import { ACTIVATIONS, LOSSES, type Activation, type Loss, dense } from '../network/layers.ts';
import { PLANS, type PlanName } from '../session/options.ts';

/** The options of `katman train`, parsed and each within its range. */
export interface TrainOptions {
  data: string;
  label?: string[];
  task?: 'classification' | 'regression';
  layers: number[];
  activation: Activation;
  loss?: Loss;
  optimizer: 'sgd';
  learningRate: number;
  init?: (typeof INITIALIZERS)[number];
  initScale?: number;
  epochs?: number;
  steps?: number;
  batch?: number | 'full';
  shuffle: boolean;
  standardize: boolean;
  testSplit?: number;
  validationSplit: number;
  split?: string;
  seed: number;
  plan: PlanName;
  require: 'any' | 'hardware' | 'software';
  save?: string;
  json?: string;
}

function number(text: string): number {
  const value = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text.trim()) ? Number(text) : NaN;
  if (!Number.isFinite(value)) throw new InvalidArgumentError(`It is a finite number, not '${text}'.`);
  if (!Number.isFinite(Math.fround(value))) throw new InvalidArgumentError(`'${text}' is outside float32.`);
  return value;
}

function whole(least: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text.trim()) ? Number(text) : NaN;
    if (!Number.isSafeInteger(value) || value < least) {
      throw new InvalidArgumentError(`It is a whole number of at least ${least}, not '${text}'.`);
    }
    return value;
  };
}

function share(text: string): number {
  const value = number(text);
  if (value < 0 || value >= 1)
    throw new InvalidArgumentError(`It is a share of the rows from 0 up to, but not, 1: not '${text}'.`);
  return value;
}

function layers(text: string): number[] {
  if (text.trim() === 'none') return [];
  return text.split(',').map((part) => {
    const units = whole(1)(part);
    try {
      return dense(units).units;
    } catch (error) {
      throw new InvalidArgumentError((error as UsageError).message);
    }
  });
}

/** The command line of `katman train`; `act` gets the options. */
export function trainOptions(act: (options: TrainOptions) => Promise<void>): Command {
  const choice = (flags: string, text: string, choices: readonly string[]) =>
    new Option(flags, text).choices([...choices]);
  return new Command('train')
    .description('train a network on the GPU of a headless browser')
    .option('--data <name|file|folder>', 'a built-in set, a CSV file or a folder with IDX files', 'digits')
    .option(
      '--label <columns>',
      'label column, by name or index from 0; several with commas (default: the last)',
      (text) => text.split(',').map((name) => name.trim()),
    )
    .addOption(
      choice(
        '--task <task>',
        'default: classification if the label is text or has at most 20 distinct whole numbers',
        ['classification', 'regression'],
      ),
    )
    .option('--layers <units>', 'hidden units, e.g. 64,32; none for none', layers, [64])
    .addOption(
      choice(
        '--activation <name>',
        'of the hidden layers',
        ACTIVATIONS.filter((name) => name !== 'softmax'),
      ).default('relu'),
    )
    .addOption(choice('--loss <name>', 'default: the one that belongs to the task', LOSSES))
    .addOption(choice('--optimizer <name>', 'how weights follow the gradient', ['sgd']).default('sgd'))
    .option('--learning-rate <number>', 'step size', number, 0.1)
    .addOption(
      choice(
        '--init <name>',
        'first weights (default: he for relu and leakyRelu, else xavier)',
        INITIALIZERS,
      ),
    )
    .option('--init-scale <number>', 'standard deviation of --init normal (default: 0.01)', number)
    .addOption(
      new Option('--epochs <count>', 'passes over the training rows (default: 40)')
        .argParser(whole(1))
        .conflicts('steps'),
    )
    .option('--steps <count>', 'steps in all, instead of epochs', whole(1))
    .option(
      '--batch <rows>',
      'rows of a batch, or full (default: 128, or an eighth of the training rows if that is less)',
      (text) => (text === 'full' ? 'full' : whole(1)(text)),
    )
    .option('--no-shuffle', 'batches in the order of the rows')
    .option('--no-standardize', 'features as they are, not to mean 0 and deviation 1')
    .option('--test-split <share>', 'share of rows kept for the test (default: 0.2; the flower: 0)', share)
    .option('--validation-split <share>', 'share of the training rows kept for validation', share, 0)
    .option('--split <file>', 'JSON array of test rows from 0 (default: the fixed rows of the built-in sets)')
    .option('--seed <number>', 'decides first weights, shuffles and splits', whole(0), 1)
    .addOption(choice('--plan <name>', 'how a step is cut into dispatches', PLANS).default('textbook'))
    .addOption(
      choice('--require <kind>', 'kind of adapter to accept', ['any', 'hardware', 'software']).default('any'),
    )
    .option('--save <file>', 'write the trained model (safetensors)')
    .option('--json <file>', 'write the run as JSON; - for stdout')
    .action(act);
}
