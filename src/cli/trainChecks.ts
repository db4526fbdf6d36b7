import type { Dataset } from '../data/dataset.ts';
import { UsageError } from '../errors.ts';
import type { Loss } from '../network/layers.ts';
import type { TrainOptions } from './trainOptions.ts';

/** An option by its name on the command line, its value, and why that would have no effect: empty if it has. */
type Rule = readonly [flag: string, value: unknown, problem: string | false | undefined];

/**
 * Sees that every option that was given has an effect.
 * @throws UsageError for the first that belongs to another one, or does not fit the data
 */
export function checkTogether(options: TrainOptions, data: Dataset, loss: Loss): void {
  const rules = [
    ...dataRules(options, data, loss),
    ...networkRules(options),
    ...optimizerRules(options),
    ...scheduleRules(options),
    ...stoppingRules(options),
  ];
  for (const [flag, value, problem] of rules)
    if (value !== undefined && problem) throw new UsageError(`${flag} ${problem}`);
  if (options.schedule === 'step' && options.scheduleEvery === undefined)
    throw new UsageError('--schedule step needs --schedule-every, the epochs between its steps');
  const { classWeight } = options;
  const classes = data.classes?.length;
  if (Array.isArray(classWeight) && classWeight.length !== classes)
    throw new UsageError(
      `--class-weight is a number for each of the ${classes} classes, not ${classWeight.length}; give ${classes}, or balanced`,
    );
}

const both = (other: string) => `belongs to ${other}; give both, or neither`;

/** The value of an option of the form `--no-...`, which has one only if it was given. */
const off = (value: boolean) => (value ? undefined : false);

function dataRules(options: TrainOptions, { name, classes, targets }: Dataset, loss: Loss): Rule[] {
  const { split, testSplit, standardizeTargets, huberDelta, labelSmoothing, classWeight } = options;
  return [
    ['--test-split', testSplit, split && 'and --split both choose the test rows; leave one of them out'],
    [
      '--no-standardize-targets',
      off(standardizeTargets),
      classes && `is for a regression, and '${name}' is a classification; leave it out`,
    ],
    [
      '--class-weight',
      classWeight,
      !classes &&
        `is for a classification, and '${targets.join(', ')}' of '${name}' is a regression; leave it out, or give --task classification`,
    ],
    ['--huber-delta', huberDelta, loss !== 'huber' && both('--loss huber')],
    [
      '--label-smoothing',
      labelSmoothing,
      !loss.endsWith('CrossEntropy') && `is for the cross-entropy losses, not for ${loss}; leave it out`,
    ],
  ];
}

function networkRules({ layers, activation, dropout, init, initScale }: TrainOptions): Rule[] {
  const none = !layers.length && 'is for hidden layers, and --layers none has none; leave one of them out';
  const scaled = init === 'normal' || init === 'uniform';
  return [
    ['--activation', activation, none],
    ['--dropout', dropout, none],
    ['--init-scale', initScale, !scaled && both('--init normal or uniform')],
  ];
}

function optimizerRules(options: TrainOptions): Rule[] {
  const { optimizer, momentum, beta1, beta2, rho, epsilon, l1, l2, weightDecay, decays } = options;
  const of = (...names: string[]) =>
    !names.includes(optimizer) &&
    `belongs to --optimizer ${names.join(' or ')}, not to ${optimizer}; leave it out, or choose another optimizer`;
  const decaying = optimizer === 'adamw' || [l1, l2, weightDecay].some((value) => value !== undefined);
  return [
    ['--momentum', momentum, of('momentum', 'nesterov', 'rmsprop')],
    ['--beta1', beta1, of('adam', 'adamw')],
    ['--beta2', beta2, of('adam', 'adamw')],
    ['--rho', rho, of('rmsprop')],
    ['--epsilon', epsilon, of('adam', 'adamw', 'rmsprop')],
    ['--decays', decays, !decaying && both('--l1, --l2 or --weight-decay')],
  ];
}

function scheduleRules(options: TrainOptions): Rule[] {
  const { schedule, scheduleEvery, scheduleFactor, schedulePatience, minimumRate } = options;
  const of = (...names: string[]) =>
    !names.includes(schedule) &&
    `belongs to --schedule ${names.join(' or ')}, not to ${schedule}; leave it out, or choose another schedule`;
  return [
    ['--schedule-every', scheduleEvery, of('step')],
    ['--schedule-factor', scheduleFactor, of('step', 'plateau')],
    ['--schedule-patience', schedulePatience, of('plateau')],
    ['--minimum-rate', minimumRate, of('cosine', 'plateau')],
  ];
}

function stoppingRules({ patience, minDelta, restoreBest }: TrainOptions): Rule[] {
  const alone = patience === undefined && both('--patience');
  return [
    ['--min-delta', minDelta, alone],
    ['--no-restore-best', off(restoreBest), alone],
  ];
}
