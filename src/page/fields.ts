import { UsageError } from '../errors.ts';
import { INITIALIZERS } from '../network/initialize.ts';
import { ACTIVATIONS, type Activation } from '../network/layers.ts';
import type { BuiltinName, Config, First } from './messages.ts';
import { presets } from './presets.ts';

/** One entry of a select. */
export interface Choice {
  readonly value: string;
  readonly label: string;
  readonly group?: string;
}

/** How one setting is written in the form. */
export interface Field<T> {
  /** @throws UsageError, whose message stands under the field */
  parse(text: string): T;
  format(value: T): string;
  /** What a select offers. */
  readonly choices?: readonly Choice[];
}

/** More than any experiment here needs, and few enough that a slip of a finger does not fill the memory. */
const MOST_UNITS = 4096;
const MOST_LAYERS = 16;
const MOST_EPOCHS = 100_000;
const MOST_ROWS = 1_000_000;
const LARGEST_SEED = 2 ** 32 - 1;

/** Names that people write otherwise than the code does. */
const LABELS: Readonly<Record<string, string>> = {
  auto: 'automatic',
  elu: 'ELU',
  gelu: 'GELU',
  he: 'He',
  leakyRelu: 'leaky ReLU',
  normal: 'normal × 0.01',
  relu: 'ReLU',
  silu: 'SiLU',
  uniform: 'uniform ± 0.05',
  xavier: 'Xavier',
};

/** Every setting of `Config` by its name, which is also the name of its control. */
export const fields: { readonly [K in keyof Config]: Field<Config[K]> } = {
  data: choice<BuiltinName>(
    Object.entries(presets).map(([value, { label, group }]) => ({ value, label, group })),
  ),
  hidden: { parse: layers, format: (units) => units.join(', ') || 'none' },
  activation: choice<Activation>(labelled(ACTIVATIONS.filter((name) => name !== 'softmax'))),
  first: choice<First>(labelled(['auto', ...INITIALIZERS])),
  learningRate: { parse: rate, format: String },
  batchSize: {
    parse: (text) =>
      text.trim().toLowerCase() === 'full' ? 'full' : whole(1, MOST_ROWS, 'or the word full')(text),
    format: String,
  },
  epochs: { parse: whole(1, MOST_EPOCHS), format: String },
  seed: { parse: whole(0, LARGEST_SEED), format: String },
};

function labelled(values: readonly string[]): Choice[] {
  return values.map((value) => ({ value, label: LABELS[value] ?? value }));
}

function choice<T extends string>(choices: readonly Choice[]): Field<T> {
  return {
    choices,
    parse(text) {
      if (choices.some(({ value }) => value === text)) return text as T;
      throw new UsageError('Choose one of the list.');
    },
    format: (value) => value,
  };
}

function whole(least: number, most: number, or?: string): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text.trim()) ? Number(text) : NaN;
    if (value >= least && value <= most) return value;
    const range = `from ${least} to ${most.toLocaleString('en-GB')}`;
    throw new UsageError(`A whole number ${range}${or ? `, ${or}` : ''}.`);
  };
}

function rate(text: string): number {
  const value = text.trim() ? Number(text) : NaN;
  if (value > 0 && Math.fround(value) > 0 && Number.isFinite(Math.fround(value))) return value;
  throw new UsageError('A number above 0, e.g. 0.1.');
}

function layers(text: string): number[] {
  if (/^\s*(none)?\s*$/i.test(text)) return [];
  const units = text.split(',').map((part) => (/^\s*\d+\s*$/.test(part) ? Number(part) : NaN));
  if (!units.every((n) => n >= 1 && n <= MOST_UNITS)) {
    throw new UsageError(
      `Units of each layer, from 1 to ${MOST_UNITS.toLocaleString('en-GB')}, with commas: 64, 32. Or none.`,
    );
  }
  if (units.length > MOST_LAYERS) throw new UsageError(`At most ${MOST_LAYERS} layers.`);
  return units;
}
