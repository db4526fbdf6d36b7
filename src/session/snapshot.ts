import type { CpuModel } from '../cpu/model.ts';
import type { LayerParameters } from '../network/initialize.ts';
import type { Model } from '../network/model.ts';
import type { Optimizer } from '../network/optimizer.ts';
import type { Architecture } from '../network/layers.ts';
import type { EpochReport, History, Segment } from './options.ts';
import type { Recorder, Seen } from './recorder.ts';
import type { Sender } from './sender.ts';
import type { Watch } from './watch.ts';

/** A network of either kind. */
export type AnyModel = Model | CpuModel;

/** Everything that steps change in a network, copied. */
export interface Numbers {
  /** By name: parameters, moments, and with `best.` before their names the parameters that early stopping keeps. */
  readonly tensors: ReadonlyMap<string, Float32Array>;
  /** Steps that the optimizer has made. */
  readonly made: number;
  /** Steps that the network was trained for. */
  readonly steps: number;
}

/** What of a training changes while it trains. */
export interface Live {
  readonly recorder: Pick<Recorder, 'seen' | 'diverged' | 'notes' | 'recoveries'>;
  readonly watch: Pick<Watch, 'best' | 'waited' | 'plateau'>;
  readonly sender: Pick<Sender, 'sent'>;
}

/** What a training has seen that only grows: a position needs no more of it than its lengths. */
const LISTS = ['loss', 'accuracy', 'epochs', 'segments'] as const;
export type ListName = (typeof LISTS)[number];
export interface Lists extends Record<ListName, readonly unknown[]> {
  readonly loss: readonly number[];
  readonly accuracy: readonly number[];
  readonly epochs: readonly EpochReport[];
  readonly segments: readonly Segment[];
}

/** How far a training is. */
export interface Position {
  readonly sent: number;
  readonly seen: Omit<Seen, ListName>;
  readonly lengths: Readonly<Record<ListName, number>>;
  readonly best: History['best'];
  readonly waited: number;
  readonly plateau:
    { readonly reduction: number; readonly best: number; readonly waited: number } | undefined;
}

/** All that a training needs to go on from a moment in which no step was on its way. */
export interface Snapshot {
  readonly numbers: Numbers;
  readonly position: Position;
}

/** Of a training that has not begun. */
export const START: Position = {
  sent: 0,
  seen: { steps: 0, lastEpoch: undefined, sums: { loss: 0, hits: 0, rows: 0 }, early: false },
  lengths: { loss: 0, accuracy: 0, epochs: 0, segments: 0 },
  best: undefined,
  waited: 0,
  plateau: undefined,
};

export function positionOf({ recorder, watch, sender }: Live): Position {
  const { loss, accuracy, epochs, segments, sums, ...seen } = recorder.seen;
  const { best, waited, plateau } = watch;
  return {
    sent: sender.sent,
    seen: { ...seen, sums: { ...sums } },
    lengths: {
      loss: loss.length,
      accuracy: accuracy.length,
      epochs: epochs.length,
      segments: segments.length,
    },
    best,
    waited,
    plateau: plateau && { reduction: plateau.reduction, best: plateau.best, waited: plateau.waited },
  };
}

/** Puts a training where it was; what its lists hold beyond that is dropped. */
export function goTo({ sent, seen, lengths, best, waited, plateau }: Position, live: Live): void {
  live.sender.sent = sent;
  Object.assign(live.recorder.seen, { ...seen, sums: { ...seen.sums } });
  for (const name of LISTS) live.recorder.seen[name].length = lengths[name];
  live.watch.best = best;
  live.watch.waited = waited;
  if (live.watch.plateau)
    Object.assign(live.watch.plateau, plateau ?? { reduction: 1, best: Infinity, waited: 0 });
}

/** Gives a training the lists of another, of which it goes on. */
export function giveLists(lists: Lists, { recorder: { seen } }: Live): void {
  const fill = <T>(list: T[], items: readonly T[]) => {
    for (const item of items) list.push(item);
  };
  fill(seen.loss, lists.loss);
  fill(seen.accuracy, lists.accuracy);
  fill(seen.epochs, lists.epochs);
  fill(seen.segments, lists.segments);
}

const nameOf = (l: number, kind: 'w' | 'b') => `layer${l + 1}.${kind}`;

/** Copies what steps change, in a moment in which none is on its way. */
export async function takeNumbers(model: AnyModel, optimizer: Optimizer): Promise<Numbers> {
  if ('gpu' in model) return takeFromGpu(model, optimizer);
  const { parameters, moments, steps: made } = await model.take(optimizer);
  const tensors = new Map<string, Float32Array>();
  const add = (prefix: string, layers: readonly LayerParameters[]) =>
    layers.forEach((layer, l) => {
      for (const kind of ['w', 'b'] as const) tensors.set(prefix + nameOf(l, kind), layer[kind].slice());
    });
  add('', parameters);
  for (const [name, values] of moments) tensors.set(name, values.slice());
  if (model.best) add('best.', model.best);
  return { tensors, made, steps: model.steps };
}

async function takeFromGpu(model: Model, optimizer: Optimizer): Promise<Numbers> {
  const moments = model.moments(optimizer);
  const { sent: made } = moments;
  const { steps, best, parameters } = model;
  const all = new Map([...parameters.buffers, ...moments.tensors.buffers]);
  for (const [name, buffer] of best?.buffers ?? []) all.set(`best.${name}`, buffer);
  return { tensors: await model.contents(all), made, steps };
}

/** Puts them into the network, on whatever device it is now. */
export async function giveNumbers(
  model: AnyModel,
  optimizer: Optimizer,
  { tensors, made, steps }: Numbers,
): Promise<void> {
  const best = layersOf(model.architecture, tensors, 'best.');
  if (best) {
    model.write(best);
    model.keepBest();
  }
  model.write(layersOf(model.architecture, tensors, '')!);
  model.steps = steps;
  if ('gpu' in model) {
    const moments = model.moments(optimizer);
    for (const [name, buffer] of moments.tensors.buffers) model.gpu.write(buffer, tensors.get(name)!);
    moments.steps = moments.sent = made;
    return;
  }
  const taken = await model.take(optimizer);
  for (const [name, values] of taken.moments) values.set(tensors.get(name)!);
  model.give(optimizer, { ...taken, steps: made });
}

function layersOf(
  { layers }: Architecture,
  tensors: ReadonlyMap<string, Float32Array>,
  prefix: string,
): LayerParameters[] | undefined {
  if (!tensors.has(prefix + nameOf(0, 'w'))) return undefined;
  return layers.map((_, l) => ({
    w: tensors.get(prefix + nameOf(l, 'w'))!,
    b: tensors.get(prefix + nameOf(l, 'b'))!,
  }));
}
