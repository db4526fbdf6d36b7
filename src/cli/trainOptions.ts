import { Command, Option } from 'commander';
import { MISSING, type Missing } from '../data/missing.ts';
import type { OpenOptions } from '../gpu/open.ts';
import { BIAS_INITIALIZERS, INITIALIZERS } from '../network/initialize.ts';
import { ACTIVATIONS, LOSSES, type Activation, type Loss } from '../network/layers.ts';
import { SCHEDULES, type Schedule } from '../network/learningRate.ts';
import { OPTIMIZERS, type OptimizerName } from '../network/optimizer.ts';
import { PLANS, type PlanName } from '../session/options.ts';
import { type Experiment, experimentOf, readExperiment } from './experiment.ts';
import {
  atLeastZero,
  choice,
  every,
  fileName,
  fraction,
  layers,
  list,
  number,
  oneOf,
  positive,
  seed,
  share,
  whole,
  wordOr,
} from './optionParsers.ts';
import { type TargetOptions, targetChoices } from './targets/index.ts';
import { checkSame, readRun } from './trainResume.ts';

/** The options of `katman train`, parsed and each within its range. */
export interface TrainOptions extends TargetOptions {
  experiment?: string;
  data: string;
  label?: string[];
  task?: 'classification' | 'regression';
  missing?: Missing;
  sampleWeight?: string;
  standardize: boolean;
  standardizeTargets: boolean;
  testSplit?: number;
  validationSplit: number;
  split?: string;
  folds?: number;
  layers: number[];
  activation?: Activation[];
  dropout?: number[];
  init?: (typeof INITIALIZERS)[number];
  biasInit?: (typeof BIAS_INITIALIZERS)[number];
  initScale?: number;
  loss?: Loss;
  huberDelta?: number;
  labelSmoothing?: number;
  classWeight?: 'balanced' | number[];
  optimizer: OptimizerName;
  learningRate?: number;
  momentum?: number;
  beta1?: number;
  beta2?: number;
  rho?: number;
  epsilon?: number;
  l1?: number;
  l2?: number;
  weightDecay?: number;
  decays?: 'weights' | 'all';
  schedule: Schedule['kind'];
  scheduleEvery?: number;
  scheduleFactor?: number;
  schedulePatience?: number;
  minimumRate?: number;
  warmup?: number;
  clip?: number;
  epochs?: number;
  steps?: number;
  batch?: number | 'full';
  shuffle: boolean;
  patience?: number;
  minDelta?: number;
  restoreBest: boolean;
  seed: number;
  plan?: PlanName;
  limits: NonNullable<OpenOptions['limits']>;
  save?: string;
  checkpoint?: string;
  every?: { everySteps?: number; everySeconds?: number };
  resume?: string;
  json?: string;
}

/** Options that say where the run happens and what becomes of it, not what is trained. */
const OUTSIDE = [
  'experiment',
  'browser',
  'require',
  'limits',
  'save',
  'json',
  'checkpoint',
  'every',
  'resume',
];

/**
 * The command line of `katman train`.
 * @param act gets the options, the experiment that they describe, and the SHA-256 of the data if a receipt names one
 */
export function trainOptions(
  act: (options: TrainOptions, experiment: Experiment, expected: string | undefined) => Promise<void>,
): Command {
  const command = declare(new Command('train'));
  return command.action(async (options: TrainOptions) => {
    const { experiment, resume } = options;
    const read =
      resume !== undefined
        ? await readRun(resume, declare(new Command('train')), OUTSIDE)
        : experiment !== undefined
          ? await readExperiment(experiment, command, OUTSIDE)
          : undefined;
    const chosen = read ? reparse(command, read.words) : command;
    if (resume !== undefined) checkSame(command, chosen, resume, OUTSIDE);
    await act(chosen.opts<TrainOptions>(), experimentOf(chosen, OUTSIDE), read?.sha256);
  });
}

/** The options of an experiment, with those of this command line that are not its business. */
function reparse(command: Command, words: readonly string[]): Command {
  const fresh = declare(new Command('train'))
    .exitOverride()
    .configureOutput({ writeErr: () => {} });
  fresh.parse([...words], { from: 'user' });
  for (const name of OUTSIDE) fresh.setOptionValueWithSource(name, command.opts()[name], 'cli');
  return fresh;
}

function declare(command: Command): Command {
  const [browser, require] = targetChoices();
  return command
    .description('train a network on the GPU of a headless browser')
    .option(
      '--experiment <file>',
      'train exactly what a JSON file of these options describes, or the receipt of a run',
      fileName,
    )
    .optionsGroup('Data:')
    .option('--data <name|file|folder>', 'a built-in set, a CSV file or a folder with IDX files', 'digits')
    .option(
      '--label <columns>',
      'label column, by name or index from 0; several with commas (default: the last)',
      list(String),
    )
    .addOption(
      choice(
        '--task <task>',
        'default: classification if the label is text or has at most 20 distinct whole numbers',
        ['classification', 'regression'],
      ),
    )
    .addOption(
      choice(
        '--missing <how>',
        'missing values of a CSV file: an error (default), without their rows, or the mean (text: no category)',
        MISSING,
      ),
    )
    .option('--sample-weight <column>', 'column of a CSV file that says how much each row counts')
    .option('--no-standardize', 'features as they are, not to mean 0 and deviation 1')
    .option(
      '--no-standardize-targets',
      'targets of a regression as they are, not to mean 0 and deviation 1 (which results undo)',
    )
    .option('--test-split <share>', 'share of rows kept for the test (default: 0.2; the flower: 0)', share)
    .option('--validation-split <share>', 'share of the training rows kept for validation', share, 0)
    .option(
      '--split <file>',
      'JSON array of test rows from 0 (default: the fixed rows of the built-in sets)',
      fileName,
    )
    .addOption(
      new Option(
        '--folds <count>',
        'cross-validation: as many trainings, each tested on its share of the rows',
      )
        .argParser(whole(2))
        .conflicts(['split', 'testSplit']),
    )
    .optionsGroup('Network:')
    .option('--layers <units>', 'hidden units, e.g. 64,32; none for none', layers, [64])
    .option(
      '--activation <names>',
      'of the hidden layers: one for all, or one for each with commas (default: relu)',
      list(oneOf(ACTIVATIONS.filter((name) => name !== 'softmax'))),
    )
    .option('--dropout <shares>', 'of the hidden layers: one for all, or one for each', list(share))
    .addOption(choice('--init <name>', 'first weights (default: xavier)', INITIALIZERS))
    .addOption(
      choice(
        '--bias-init <name>',
        'first biases: xavier as in scikit-learn, fan-in as in PyTorch (default: zeros)',
        BIAS_INITIALIZERS,
      ),
    )
    .option('--init-scale <number>', 'of --init normal (default: 0.01) and uniform (default: 0.05)', number)
    .optionsGroup('Loss:')
    .addOption(choice('--loss <name>', 'default: the one that belongs to the task', LOSSES))
    .option('--huber-delta <number>', 'where the huber loss turns into a line (default: 1)', positive)
    .option('--label-smoothing <share>', 'moves targets of cross-entropy towards equal shares', share)
    .option(
      '--class-weight <weights>',
      'balanced, or a number for each class with commas',
      wordOr('balanced', list(atLeastZero)),
    )
    .optionsGroup('Optimizer:')
    .addOption(choice('--optimizer <name>', 'how weights follow the gradient', OPTIMIZERS).default('sgd'))
    .option('--learning-rate <number>', 'step size (default: 0.1; adam, adamw, rmsprop: 0.001)', positive)
    .option('--momentum <share>', 'of momentum, nesterov (default: 0.9) and rmsprop (default: 0)', share)
    .option('--beta1 <share>', 'of adam, adamw (default: 0.9)', share)
    .option('--beta2 <share>', 'of adam, adamw (default: 0.999)', share)
    .option('--rho <share>', 'of rmsprop (default: 0.99)', share)
    .option('--epsilon <number>', 'of adam, adamw, rmsprop (default: 1e-8)', atLeastZero)
    .option('--l1 <number>', 'adds l1 sign(w) to the gradient', atLeastZero)
    .option('--l2 <number>', 'adds l2 w to the gradient', atLeastZero)
    .option(
      '--weight-decay <number>',
      'decoupled: w loses this share of it times the rate (default of adamw: 0.01)',
      atLeastZero,
    )
    .addOption(
      choice('--decays <what>', 'what l1, l2 and decay act on (default: weights)', ['weights', 'all']),
    )
    .addOption(choice('--schedule <name>', 'how the learning rate changes', SCHEDULES).default('constant'))
    .option('--schedule-every <epochs>', 'of --schedule step', whole(1))
    .option('--schedule-factor <share>', 'of --schedule step and plateau (default: 0.1)', fraction)
    .option('--schedule-patience <epochs>', 'of --schedule plateau (default: 10)', whole(0))
    .option('--minimum-rate <number>', 'of --schedule cosine and plateau (default: 0)', atLeastZero)
    .option('--warmup <steps>', 'steps in which the rate rises to what it would be', whole(0))
    .option('--clip <norm>', 'largest global norm of the gradient', positive)
    .optionsGroup('Training:')
    .addOption(
      new Option('--epochs <count>', 'passes over the training rows (default: 40)')
        .argParser(whole(1))
        .conflicts('steps'),
    )
    .option('--steps <count>', 'steps in all, instead of epochs', whole(1))
    .option(
      '--batch <rows>',
      'rows of a batch, or full (default: 128, or an eighth of the training rows if that is less)',
      wordOr('full', whole(1)),
    )
    .option('--no-shuffle', 'batches in the order of the rows')
    .option('--patience <epochs>', 'stop early, when the loss has not fallen for so many epochs', whole(1))
    .option('--min-delta <number>', 'how much a loss must fall to count (default: 0)', atLeastZero)
    .option('--no-restore-best', 'end with the last weights, not with the best')
    .option('--seed <number>', 'decides first weights, shuffles and splits', seed, 1)
    .addOption(
      choice(
        '--plan <name>',
        'what makes the steps; auto measures the plans of the GPU and takes the fastest (default: the first that can)',
        PLANS,
      ),
    )
    .optionsGroup('Run:')
    .addOption(browser)
    .addOption(require)
    .addOption(
      choice(
        '--limits <whose>',
        "sizes of buffers: all that the adapter can hold, or WebGPU's guaranteed ones, as any other device has them",
        ['adapter', 'default'],
      ).default('adapter'),
    )
    .option(
      '--save <file>',
      'write the trained model: .safetensors, .onnx, .json, .js or .ts (a program that predicts), .tfjs (a folder)',
      fileName,
    )
    .option('--json <file>', 'write the run as JSON; - for stdout', fileName)
    .option(
      '--checkpoint <folder>',
      'save checkpoints there, with which a training that was ended goes on',
      fileName,
    )
    .option(
      '--every <steps|seconds>',
      'between two checkpoints: 500 for steps, 30s (the default) for seconds',
      every,
    )
    .addOption(
      new Option(
        '--resume <folder>',
        'go on with the training whose checkpoints are there, to the same numbers; options and data are its own',
      )
        .argParser(fileName)
        .conflicts(['checkpoint', 'experiment', 'folds']),
    );
}
