import { BIAS_INITIALIZERS, INITIALIZERS } from '../../network/initialize.ts';
import { ACTIVATIONS, LOSSES } from '../../network/layers.ts';
import { SCHEDULES } from '../../network/learningRate.ts';
import { OPTIMIZERS } from '../../network/optimizer.ts';
import { PLANS } from '../../session/options.ts';
import type { Experiment, Hidden, Setting } from './experiment.ts';
import { SETS } from './presets.ts';

/** What a setting may be, how it is written in a link or typed, and where the page offers it. */
export type Field =
  | {
      readonly kind: 'number';
      readonly least: number;
      readonly most: number;
      readonly whole?: boolean;
      /** Whether `least` itself is not allowed. */
      readonly above?: boolean;
      /** Offered as a slider: even steps, or even ratios. */
      readonly slider?: 'linear' | 'log';
    }
  | { readonly kind: 'choice'; readonly of: readonly string[] }
  | { readonly kind: 'flag' }
  | { readonly kind: 'layers' };

const share: Field = { kind: 'number', least: 0, most: 0.99 };
const penalty: Field = { kind: 'number', least: 0, most: 10 };
const count = (least: number, most: number): Field => ({ kind: 'number', least, most, whole: true });
const SEEDS = count(0, 2 ** 32 - 1);

export const MOST_LAYERS = 8;
export const MOST_UNITS = 8192;
export const HIDDEN_ACTIVATIONS = ACTIVATIONS.filter(
  (name): name is Hidden['activation'] => name !== 'softmax',
);

/** Every setting by its name. */
export const FIELDS: Readonly<Record<Setting, Field>> = {
  data: { kind: 'choice', of: Object.keys(SETS) },
  points: { ...count(20, 5000), slider: 'linear' } as Field,
  noise: { kind: 'number', least: 0, most: 10, slider: 'linear' },
  dataSeed: SEEDS,
  held: { kind: 'number', least: 0, most: 0.8, slider: 'linear' },
  layers: { kind: 'layers' },
  dropout: { ...share, slider: 'linear' } as Field,
  init: { kind: 'choice', of: INITIALIZERS },
  initScale: { kind: 'number', least: 0, most: 100 },
  bias: { kind: 'choice', of: BIAS_INITIALIZERS },
  seed: SEEDS,
  optimizer: { kind: 'choice', of: OPTIMIZERS },
  learningRate: { kind: 'number', least: 1e-6, most: 1e6, slider: 'log' },
  momentum: share,
  beta1: share,
  beta2: { kind: 'number', least: 0, most: 0.999999 },
  epsilon: { kind: 'number', least: 0, most: 1, above: true },
  schedule: { kind: 'choice', of: SCHEDULES },
  warmup: count(0, 1e6),
  every: count(1, 1e6),
  factor: { kind: 'number', least: 0, most: 1, above: true },
  minimum: { kind: 'number', least: 0, most: 1e6 },
  batch: count(0, 1e6),
  shuffle: { kind: 'flag' },
  l1: penalty,
  l2: penalty,
  decay: penalty,
  biases: { kind: 'flag' },
  clip: { kind: 'number', least: 0, most: 1e6 },
  loss: { kind: 'choice', of: ['auto', ...LOSSES] },
  huberDelta: { kind: 'number', least: 0, most: 1e6, above: true },
  smoothing: share,
  balanced: { kind: 'flag' },
  stop: count(0, 1e9),
  patience: count(0, 1e6),
  minDelta: { kind: 'number', least: 0, most: 1e6 },
  restoreBest: { kind: 'flag' },
  plan: { kind: 'choice', of: ['first', ...PLANS] },
};

/** What is wrong with what was typed; undefined if nothing is. */
export type Wrong =
  | { readonly kind: 'number'; readonly least: number; readonly most: number; readonly whole: boolean }
  | { readonly kind: 'choice' }
  | { readonly kind: 'layers' };

/** A setting from its text. */
export function read<K extends Setting>(
  name: K,
  text: string,
): { readonly value: Experiment[K] } | { readonly wrong: Wrong } {
  const field = FIELDS[name];
  const good = (value: unknown) => ({ value: value as Experiment[K] });
  switch (field.kind) {
    case 'number': {
      const { least, most, whole = false, above = false } = field;
      const value = /^\s*[-+.\de]+\s*$/i.test(text) ? Number(text) : NaN;
      const inside = value <= most && (above ? value > least : value >= least);
      return inside && (!whole || Number.isInteger(value))
        ? good(value)
        : { wrong: { kind: 'number', least, most, whole } };
    }
    case 'choice':
      return field.of.includes(text) ? good(text) : { wrong: { kind: 'choice' } };
    case 'flag':
      return text === 'yes' || text === 'no' ? good(text === 'yes') : { wrong: { kind: 'choice' } };
    case 'layers': {
      const layers = readLayers(text);
      return layers ? good(layers) : { wrong: { kind: 'layers' } };
    }
  }
}

/** A setting as text that `read` understands. */
export function write(value: Experiment[Setting]): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value !== 'object') return String(value);
  return value.map(({ units, activation }) => `${units}.${activation}`).join('-') || 'none';
}

/** `8.tanh-4.relu`, or `none`. */
function readLayers(text: string): Hidden[] | undefined {
  if (text === 'none') return [];
  const layers = text.split('-').map((part): Hidden | undefined => {
    const [, digits, activation] = /^(\d{1,4})\.(\w+)$/.exec(part) ?? [];
    const units = Number(digits);
    const known = HIDDEN_ACTIVATIONS.find((name) => name === activation);
    return known && units >= 1 && units <= MOST_UNITS ? { units, activation: known } : undefined;
  });
  return layers.length <= MOST_LAYERS && layers.every((layer) => layer !== undefined) ? layers : undefined;
}
