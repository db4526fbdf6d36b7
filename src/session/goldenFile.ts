import { DataError } from '../errors.ts';

export interface GoldenTensor {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}
export interface GoldenLayer {
  readonly W: GoldenTensor;
  readonly b: GoldenTensor;
}

/** A training run computed elsewhere in float64: format nn-golden/1, as far as it is read here. */
export interface Golden {
  readonly format: string;
  readonly id: string;
  readonly sizes: readonly number[];
  readonly activations: readonly string[];
  readonly loss: { readonly kind: string; readonly reduction: string };
  readonly optimizer: { readonly name: string; readonly lr: number } & Readonly<
    Record<string, number | string>
  >;
  readonly weight_decay: { readonly kind: string; readonly lambda: number; readonly applies_to: string };
  readonly steps: number;
  readonly schedule: readonly (readonly [number, number])[];
  readonly X: GoldenTensor;
  readonly Y: GoldenTensor;
  readonly init: readonly GoldenLayer[];
  /** What to compare with. */
  readonly losses: readonly number[];
  readonly grads1: readonly GoldenLayer[];
  readonly params: readonly GoldenLayer[];
  readonly outputs_init?: GoldenTensor;
  readonly outputs_final?: GoldenTensor;
  readonly tolerance: { readonly f32: Readonly<Record<'losses' | 'grads1' | 'params', number>> };
}

/** The format that golden files name. */
export const GOLDEN_FORMAT = 'nn-golden/1';

/**
 * A golden file, every field seen to be what the format says.
 * @returns undefined for JSON of another format
 * @throws DataError naming the file, the field and what was expected
 */
export function readGolden(text: string, file: string): Golden | undefined {
  let golden: any;
  try {
    golden = JSON.parse(text);
  } catch (error) {
    throw new DataError(`'${file}' is not whole JSON: ${(error as Error).message}`, { file });
  }
  if (golden?.format !== GOLDEN_FORMAT) return undefined;
  const expect = (fits: boolean, field: string, what: string) => {
    if (!fits) throw new DataError(`'${file}': ${field} is to be ${what}`, { file, column: field });
  };
  const whole = (value: unknown) => Number.isSafeInteger(value) && (value as number) > 0;
  const finite = (value: unknown) => typeof value === 'number' && Number.isFinite(Math.fround(value));
  const tensor = (value: any, field: string, ...shape: number[]) => {
    expect(Array.isArray(value?.data) && Array.isArray(value?.shape), field, 'a tensor with shape and data');
    expect(
      value.shape.join() === shape.join() && value.data.length === shape.reduce((a, b) => a * b, 1),
      field,
      `of shape [${shape.join(', ')}]`,
    );
    const wrong = value.data.findIndex((entry: unknown) => !finite(entry));
    expect(wrong < 0, `${field}[${wrong}]`, 'a finite number within float32');
  };
  const { sizes, activations, steps, schedule, optimizer } = golden;
  expect(typeof golden.id === 'string' && golden.id !== '', 'id', 'a name');
  expect(
    Array.isArray(sizes) && sizes.length > 1 && sizes.every(whole),
    'sizes',
    'two or more whole numbers',
  );
  const layers = sizes.length - 1;
  expect(
    Array.isArray(activations) && activations.length === layers,
    'activations',
    `${layers} names, one for each layer`,
  );
  expect(
    typeof golden.loss?.kind === 'string' && typeof golden.loss.reduction === 'string',
    'loss',
    'an object with kind and reduction',
  );
  expect(
    typeof optimizer?.name === 'string' && finite(optimizer.lr),
    'optimizer',
    'an object with name and lr',
  );
  for (const [name, value] of Object.entries(optimizer))
    expect(name === 'name' || finite(value), `optimizer.${name}`, 'a finite number');
  expect(
    ['none', 'l2', 'decoupled'].includes(golden.weight_decay?.kind) && finite(golden.weight_decay.lambda),
    'weight_decay',
    'an object with kind (none, l2 or decoupled) and lambda',
  );
  expect(whole(steps), 'steps', 'a positive whole number');
  const rows = golden.X?.shape?.[0];
  tensor(golden.X, 'X', rows, sizes[0]);
  tensor(golden.Y, 'Y', rows, sizes[layers]);
  const range = (entry: any) =>
    Array.isArray(entry) &&
    entry.every(Number.isSafeInteger) &&
    entry[0] >= 0 &&
    entry[0] < entry[1] &&
    entry[1] <= rows;
  expect(
    Array.isArray(schedule) && schedule.length > 0 && schedule.every(range),
    'schedule',
    `ranges [start, end) of rows from 0 to ${rows}`,
  );
  for (const field of ['init', 'grads1', 'params']) {
    expect(
      Array.isArray(golden[field]) && golden[field].length === layers,
      field,
      `a list of ${layers} layers`,
    );
    golden[field].forEach((layer: any, l: number) => {
      tensor(layer?.W, `${field}[${l}].W`, sizes[l], sizes[l + 1]);
      tensor(layer?.b, `${field}[${l}].b`, sizes[l + 1]);
    });
  }
  expect(
    Array.isArray(golden.losses) && golden.losses.length === steps && golden.losses.every(finite),
    'losses',
    `${steps} finite numbers, one for each step`,
  );
  for (const field of ['outputs_init', 'outputs_final'])
    if (golden[field] !== undefined) tensor(golden[field], field, rows, sizes[layers]);
  const f32 = golden.tolerance?.f32;
  expect(
    ['losses', 'grads1', 'params'].every((name) => finite(f32?.[name]) && f32[name] > 0),
    'tolerance.f32',
    'an object with positive losses, grads1 and params',
  );
  return golden;
}
