import { builtinName } from '../../../data/builtin.ts';
import { defaultBatchSize } from '../../../session/options.ts';
import type { Experiment, Hidden } from '../../state/experiment.ts';
import { toLink } from '../../state/link.ts';
import { isDrawn, presetOf } from '../../state/presets.ts';
import { FIELDS } from '../../state/settings.ts';
import type { Options, Trial } from './read.ts';

/** Options of a training that the playground does not have, or not in this way. */
export type Difference =
  'validationSplit' | 'folds' | 'testRows' | 'preprocessing' | 'dropout' | 'classWeight' | 'watch' | 'range';

/** A trial in the playground: the part of its address behind `#`, and in what it differs there. */
export interface Playground {
  readonly hash: string;
  readonly differs: readonly Difference[];
}

const number = (value: unknown, otherwise: number) => (typeof value === 'number' ? value : otherwise);
const list = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : value === undefined ? [] : [value];

/** Undefined where the data is no built-in set. Defaults are those of `katman train`. */
export function playgroundOf({ experiment: e, steps, trainingRows }: Trial): Playground | undefined {
  const data = builtinName(String(e.data ?? 'digits'));
  if (!data) return undefined;
  const optimizer = String(e.optimizer ?? 'sgd') as Experiment['optimizer'];
  const isAdaptive = ['adam', 'adamw', 'rmsprop'].includes(optimizer);
  const schedule = String(e.schedule ?? 'constant');
  const rows = trainingRows ?? 0;
  const batch = e.batch === 'full' ? 0 : number(e.batch, defaultBatchSize(rows));
  const perEpoch = rows ? Math.ceil(rows / Math.min(batch || rows, rows)) : 0;
  const start: Experiment = {
    ...presetOf(data),
    held: data === 'flower' ? 0 : number(e.testSplit, presetOf(data).held),
    layers: layersOf(e),
    dropout: number(list(e.dropout)[0], 0),
    init: String(e.init ?? 'xavier') as Experiment['init'],
    initScale: number(e.initScale, e.init === 'uniform' ? 0.05 : 0.01),
    bias: String(e.biasInit ?? 'zeros') as Experiment['bias'],
    seed: number(e.seed, 1),
    optimizer,
    learningRate: number(e.learningRate, isAdaptive ? 0.001 : 0.1),
    momentum: number(e.momentum, optimizer === 'rmsprop' ? 0 : 0.9),
    beta1: number(e.beta1, 0.9),
    beta2: optimizer === 'rmsprop' ? number(e.rho, 0.99) : number(e.beta2, 0.999),
    epsilon: number(e.epsilon, 1e-8),
    schedule: schedule as Experiment['schedule'],
    warmup: number(e.warmup, 0),
    every: number(schedule === 'plateau' ? e.schedulePatience : e.scheduleEvery, 10),
    factor: number(e.scheduleFactor, 0.1),
    minimum: number(e.minimumRate, 0),
    batch,
    shuffle: e.shuffle !== false,
    l1: number(e.l1, 0),
    l2: number(e.l2, 0),
    decay: number(e.weightDecay, optimizer === 'adamw' ? 0.01 : 0),
    biases: e.decays === 'all',
    clip: number(e.clip, 0),
    loss: String(e.loss ?? 'auto') as Experiment['loss'],
    huberDelta: number(e.huberDelta, 1),
    smoothing: number(e.labelSmoothing, 0),
    balanced: e.classWeight === 'balanced',
    stop: number(e.steps, perEpoch * number(e.epochs, 40)),
    patience: number(e.patience, 0),
    minDelta: number(e.minDelta, 0),
    restoreBest: e.restoreBest !== false,
    plan: String(e.plan ?? 'first') as Experiment['plan'],
  };
  return { hash: `#${toLink({ start, edits: [], steps: steps ?? 0 })}`, differs: differences(e, start) };
}

function layersOf({ layers = [64], activation }: Options): Hidden[] {
  const names = list(activation ?? 'relu');
  return list(layers).map((units, l) => ({
    units: number(units, 1),
    activation: String(names[names.length === 1 ? 0 : l]) as Hidden['activation'],
  }));
}

/** What the playground does otherwise. */
function differences(e: Options, start: Experiment): Difference[] {
  const found: [Difference, boolean][] = [
    ['validationSplit', number(e.validationSplit, 0) > 0],
    ['folds', e.folds !== undefined],
    // Rows that are drawn are drawn by another seed there.
    ['testRows', e.split !== undefined || isOther(e, start)],
    ['preprocessing', [e.standardize, e.standardizeTargets].includes(false) || e.task !== undefined],
    ['dropout', new Set(list(e.dropout)).size > 1],
    ['classWeight', e.classWeight !== undefined && e.classWeight !== 'balanced'],
    ['watch', start.patience > 0 || start.schedule === 'plateau'],
    ['range', isOutside(start)],
  ];
  return found.flatMap(([name, is]) => (is ? [name] : []));
}

const isOther = ({ testSplit }: Options, { data, seed }: Experiment): boolean =>
  testSplit === undefined ? data !== 'flower' && isDrawn(data) && seed !== 1 : testSplit !== 0;

/** Whether the playground would refuse one of these numbers, or one of these names. */
function isOutside(start: Experiment): boolean {
  return (Object.keys(FIELDS) as (keyof Experiment)[]).some((name) => {
    const [field, value] = [FIELDS[name], start[name]];
    if (field.kind === 'number') return !(Number(value) >= field.least && Number(value) <= field.most);
    return field.kind === 'choice' && !field.of.includes(String(value));
  });
}

/** The command line that trains a trial again, an option with its value a part. Its files are where the report says. */
export function commandOf({ experiment }: Trial): readonly string[] {
  const words = Object.entries(experiment).flatMap(([name, value]) => {
    if (name === 'format' || value === undefined || value === null) return [];
    const option = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    if (typeof value === 'boolean') return value ? [] : [quoted(`--no-${option}`)];
    const text = Array.isArray(value) ? value.join() || 'none' : String(value);
    return [`${quoted(`--${option}`)} ${quoted(text)}`];
  });
  return ['npx katman train', ...words];
}

/** A word that no shell reads as anything else. */
function quoted(text: string): string {
  return /^[\w.,/:=-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
