import { readCheckpoint, sha256, writeCheckpoint } from '../formats/checkpoint.ts';
import { Field } from '../formats/field.ts';
import { DataError } from '../errors.ts';
import type { Architecture } from '../network/layers.ts';
import type { Examples } from '../network/residentData.ts';
import type { Choice } from './choice.ts';
import type { Run } from './decide.ts';
import type { EpochReport, FitOptions, Segment } from './options.ts';
import type { Lists, Position, Snapshot } from './snapshot.ts';

/** What a training is: a checkpoint is of no use to another. */
export interface Subject {
  readonly architecture: Architecture;
  readonly run: Run;
  readonly data: Examples;
  readonly options: FitOptions;
}

/** A training as a checkpoint has it. */
export interface Saved extends Snapshot {
  readonly lists: Lists;
  /** The index of its first step, and how many it takes in all. */
  readonly origin: number;
  readonly total: number;
}

/** Plain data that describes a training, field by field, for comparing. */
type Description = Readonly<Record<string, unknown>>;

/** Everything that decides the bits of a training. */
export async function describe({ architecture, run, data, options }: Subject): Promise<Description> {
  const { method, batches, schedule, total, plan } = run;
  const { labelSmoothing = 0, classWeight, earlyStopping, validation, validationFrequency = 1 } = options;
  const description = {
    network: architecture,
    data: await digest(data),
    ...(validation && { validation: await digest(validation), validationFrequency }),
    ...method,
    schedule,
    ...batches,
    steps: total,
    plan: plan ?? 'the first that can',
    labelSmoothing,
    classWeight,
    earlyStopping,
    keepHistory: options.keepHistory !== false,
  };
  return JSON.parse(JSON.stringify(description));
}

/** The SHA-256 of each array. */
async function digest({ rows, x, y, weight }: Examples): Promise<Description> {
  const hash = async (values: Float32Array) => {
    const bytes = await sha256(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  };
  return { rows, x: await hash(x), y: await hash(y), ...(weight && { weight: await hash(weight) }) };
}

/** The bytes of a checkpoint. */
export function encode(
  { numbers, position }: Snapshot,
  { seen }: { readonly seen: Lists },
  {
    architecture,
    run,
    description,
    origin,
  }: Pick<Subject, 'architecture' | 'run'> & { description: Description; origin: number },
): Promise<Uint8Array<ArrayBuffer>> {
  const { optimizer } = run.method;
  const lists = { loss: Float32Array.from(seen.loss), accuracy: Float32Array.from(seen.accuracy) };
  const { epochs, segments } = seen;
  const { made, steps } = numbers;
  return writeCheckpoint({
    state: { description, origin, made, steps, optimizer: optimizer.name, position, epochs, segments },
    tensors: [
      ...[...numbers.tensors].map(([name, data]) => ({ name, shape: shapeOf(name, architecture), data })),
      ...Object.entries(lists).map(([name, data]) => ({
        name: `history.${name}`,
        shape: [data.length],
        data,
      })),
    ],
  });
}

/** Of a parameter, or what belongs to one: w [inputs, units], b [units]. */
function shapeOf(name: string, { inputs, layers }: Architecture): number[] {
  const [, place, kind] = /layer(\d+)\.(w|b)/.exec(name)!;
  const l = Number(place) - 1;
  return kind === 'b' ? [layers[l].units] : [l ? layers[l - 1].units : inputs, layers[l].units];
}

/**
 * Reads a checkpoint of this very training.
 * @param file its name, for messages
 * @throws DataError if it is damaged, of another version, or of another training, of which it names the first difference
 */
export async function decode(bytes: Uint8Array, subject: Subject, file = 'checkpoint'): Promise<Saved> {
  const { state, tensors } = await readCheckpoint(bytes, file);
  const root = new Field(file, '', state);
  const difference = differenceOf(root.get('description').object(), await describe(subject), '');
  if (difference)
    throw new DataError(`'${file}' is ${sentenceOf(difference)}`, { file, column: difference.path });
  const numbers = new Map(tensors.map(({ name, data }) => [name, data]));
  const lists: Lists = {
    loss: listOf(file, numbers, 'loss'),
    accuracy: listOf(file, numbers, 'accuracy'),
    epochs: root.get('epochs').list().map(epochOf),
    segments: root.get('segments').list().map(segmentOf),
  };
  return {
    numbers: { tensors: numbers, made: root.get('made').whole(), steps: root.get('steps').whole() },
    position: positionOf(root.get('position'), lists),
    lists,
    origin: root.get('origin').whole(),
    total: subject.run.total,
  };
}

/** How far the training of a checkpoint is. @throws DataError if it is damaged or of another version */
export async function inspect(
  bytes: Uint8Array,
  file: string,
): Promise<{ readonly steps: number; readonly total: number; readonly isFinished: boolean }> {
  const { state } = await readCheckpoint(bytes, file);
  const root = new Field(file, '', state);
  const total = root.get('description').get('steps').whole(1);
  const seen = root.get('position').get('seen');
  const steps = seen.get('steps').whole();
  return { steps, total, isFinished: steps >= total || seen.get('early').value === true };
}

function listOf(file: string, tensors: ReadonlyMap<string, Float32Array>, name: string): number[] {
  const values = tensors.get(`history.${name}`);
  if (!values) throw new Field(file, `history.${name}`, undefined).wrong('a tensor');
  return Array.from(values);
}

function positionOf(field: Field, { loss, accuracy, epochs, segments }: Lists): Position {
  const seen = field.get('seen');
  const sums = seen.get('sums');
  const [best, plateau, lastEpoch] = [field.get('best'), field.get('plateau'), seen.get('lastEpoch')];
  const lengths = {
    loss: loss.length,
    accuracy: accuracy.length,
    epochs: epochs.length,
    segments: segments.length,
  };
  for (const [name, length] of Object.entries(lengths)) {
    const said = field.get('lengths').get(name);
    if (said.whole() !== length) throw said.wrong(String(length));
  }
  const watch = (from: Field) => ({ best: number(from.get('best')), waited: from.get('waited').whole() });
  return {
    sent: field.get('sent').whole(),
    seen: {
      steps: seen.get('steps').whole(),
      lastEpoch: lastEpoch.value === undefined ? undefined : epochOf(lastEpoch),
      sums: {
        loss: number(sums.get('loss')),
        hits: number(sums.get('hits')),
        rows: sums.get('rows').whole(),
      },
      early: seen.get('early').value === true,
    },
    lengths,
    best:
      best.value === undefined
        ? undefined
        : { epoch: best.get('epoch').whole(1), loss: number(best.get('loss')) },
    waited: field.get('waited').whole(),
    plateau:
      plateau.value === undefined
        ? undefined
        : { reduction: number(plateau.get('reduction')), ...watch(plateau) },
  };
}

function number(field: Field): number {
  if (typeof field.value !== 'number') throw field.wrong('a number');
  return field.value;
}

/** Plain data for whoever looks at the history; nothing is computed with what stands in it but epoch and loss. */
function epochOf(field: Field): EpochReport {
  field.get('epoch').whole(1);
  for (const name of ['loss', 'learningRate']) number(field.get(name));
  return { accuracy: undefined, validation: undefined, ...field.object() } as unknown as EpochReport;
}

function segmentOf(field: Field): Segment {
  const [tile, adapter, kernels] = [field.get('tile'), field.get('adapter'), field.get('kernels')];
  const side = (name: string) => tile.get(name).whole(1);
  const cut =
    tile.value === undefined
      ? undefined
      : { rows: side('rows'), columns: side('columns'), workgroup: side('workgroup') };
  const quads = cut && tile.get('quads').value === true;
  const split = cut && tile.get('split').value !== undefined && side('split');
  return {
    step: field.get('step').whole(),
    plan: field.get('plan').text() as Segment['plan'],
    ...(cut && { tile: { ...cut, ...(quads && { quads }), ...(split && { split }) } }),
    ...(adapter.value !== undefined && { adapter: adapter.text() }),
    ...(kernels.value !== undefined && {
      kernels: Object.fromEntries(
        Object.keys(kernels.object()).map((name) => [name, kernels.get(name).text()]),
      ),
    }),
  };
}

/** The choice of a segment, without the rest. */
export function choiceOf({ plan, tile }: Segment): Choice {
  return tile ? { plan, tile } : { plan };
}

interface Difference {
  readonly path: string;
  readonly there: unknown;
  readonly here: unknown;
}

/** The first field in which two descriptions differ. */
function differenceOf(there: unknown, here: unknown, path: string): Difference | undefined {
  if (Object.is(there, here)) return undefined;
  const isObject = (value: unknown): value is Description => typeof value === 'object' && value !== null;
  if (!isObject(there) || !isObject(here)) return { path, there, here };
  for (const key of new Set([...Object.keys(here), ...Object.keys(there)])) {
    const place = Array.isArray(here) ? `${path}[${key}]` : path ? `${path}.${key}` : key;
    const own = (from: Description) => (Object.hasOwn(from, key) ? from[key] : undefined);
    const found = differenceOf(own(there), own(here), place);
    if (found) return found;
  }
  return undefined;
}

function sentenceOf({ path, there, here }: Difference): string {
  const [what] = path.split('.');
  const said = (value: unknown) => (value === undefined ? 'nothing' : JSON.stringify(value));
  if (what === 'data' || what === 'validation')
    return `a checkpoint of a training with other ${what}: ${path} is not the same; resume with the data that it was made with`;
  return `a checkpoint of another ${what === 'network' ? 'network' : 'training'}: its ${path} is ${said(there)}, and here it is ${said(here)}; resume with what it was made with`;
}
