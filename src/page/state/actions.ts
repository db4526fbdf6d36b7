import { batch } from '@preact/signals';
import type { ModelFile } from '../../formats/model.ts';
import type { Own, Plane } from '../worker/messages.ts';
import {
  type Experiment,
  type Hidden,
  type SetName,
  type Story,
  difference,
  goesOn,
  now,
} from './experiment.ts';
import type { ModelFormat } from '../../formats/modelFiles.ts';
import { download } from './exports.ts';
import { fromLink, toLink } from './link.ts';
import { presetOf } from './presets.ts';
import * as store from './store.ts';
import { appended } from './thinned.ts';
import { own, post } from './worker.ts';

/** What a visitor can do. Each action tells the worker; what comes of it comes back as an answer. */

const KEY = 'katman.session';
const MOST_RUNS = 4;
const MOST_UNDOS = 50;

let run = 0;
/** Edits of this run whose step is known. */
let confirmed = 0;
const undos: Story[] = [];

/** The number of the run that answers must belong to. */
export const currentRun = (): number => run;

/** Begins a run at the start of a story, and tells it again up to its end; `isKept`: goes on with the one that was offered. */
export function begin(story: Story, { plays, isKept }: { plays: boolean; isKept?: boolean }): void {
  keepRun();
  run++;
  confirmed = story.edits.length;
  batch(() => {
    store.clearRun();
    store.start.value = story.start;
    store.edits.value = story.edits;
    store.notice.value = undefined;
    store.plane.value = undefined;
    store.phase.value = story.steps && !isKept ? 'replaying' : plays ? 'playing' : 'paused';
    if (store.start.value.layers.length < store.selected.value.layer)
      store.selected.value = { layer: 1, unit: 0 };
  });
  post({ type: 'start', run, story, plays, own: own.data, isKept });
  remember();
}

/** Goes on with the run that the last visit left, or lets it go. */
export function decide({ isTaken }: { isTaken: boolean }): void {
  const { offer } = store;
  if (!offer.value) return;
  if (isTaken) begin(offer.value.story, { plays: true, isKept: true });
  else post({ type: 'declined' });
  offer.value = undefined;
}

/** The curve of a run that went somewhere stays to be compared with. */
function keepRun(): void {
  const judgements = store.judgements.value;
  if (judgements.length < 2) return;
  const kept = { id: run, experiment: store.experiment.value, judgements };
  const sameData = store.keptRuns.value.filter(({ experiment }) => experiment.data === kept.experiment.data);
  store.keptRuns.value = [...sameData, kept].slice(-MOST_RUNS);
}

/** Changes settings: training goes on where that makes sense, else another run begins. */
export function change(wanted: Partial<Experiment>): void {
  const before = store.experiment.value;
  const made = difference(before, { ...before, ...wanted });
  if (!Object.keys(made).length) return;
  pushUndo();
  applyChange(made);
}

function applyChange(made: Partial<Experiment>): void {
  const after = { ...store.experiment.value, ...made };
  const { phase } = store;
  if (
    phase.value === 'opening' ||
    phase.value === 'broken' ||
    phase.value === 'replaying' ||
    !goesOn(made) ||
    store.step.value === 0
  )
    return begin(
      { start: after, edits: [], steps: 0 },
      { plays: phase.value === 'playing' || phase.value === 'broken' },
    );
  post({ type: 'change', change: made });
  store.edits.value = [...store.edits.value, { step: store.step.value, change: made }];
}

/** The worker says at which step the first of the changes that it had not made yet was made. */
export function changed(step: number): void {
  const at = confirmed++;
  store.edits.value = store.edits.value.map((edit, i) => (i === at ? { ...edit, step } : edit));
  remember();
}

/** Another data set, with the settings that learn it well. */
export function choose(data: SetName): void {
  pushUndo();
  store.keptRuns.value = [];
  begin({ start: presetOf(data), edits: [], steps: 0 }, { plays: true });
}

/** Data that the visitor brought, the share of it that is held out, and what is worth knowing of it. */
export function useOwn(data: Own, held: number, notes: readonly string[]): void {
  own.data = data;
  store.keptRuns.value = [];
  begin({ start: { ...presetOf('own'), held }, edits: [], steps: 0 }, { plays: true });
  if (notes.length) store.notice.value = { kind: 'said', message: notes.join(' ') };
}

export function setLayers(layers: readonly Hidden[]): void {
  change({ layers });
}

export function play(): void {
  const { phase } = store;
  if (phase.value === 'broken')
    return begin({ start: store.experiment.value, edits: [], steps: 0 }, { plays: true });
  store.notice.value = undefined;
  phase.value = 'playing';
  post({ type: 'play' });
}

export function pause(): void {
  post({ type: 'pause' });
}

export function toggle(): void {
  const { value } = store.phase;
  if (value === 'playing' || value === 'replaying') pause();
  else play();
}

export function oneStep(): void {
  if (store.phase.value === 'broken') return;
  store.phase.value = 'paused';
  post({ type: 'step' });
}

/** The first weights again, with the settings as they are now. */
export function reset(): void {
  begin({ start: store.experiment.value, edits: [], steps: 0 }, { plays: store.phase.value === 'playing' });
}

/** The same run up to an earlier step, by which it is made again. */
export function goBack(step: number): void {
  const { start, edits } = store.story();
  begin({ start, edits: edits.filter((edit) => edit.step <= step), steps: step }, { plays: false });
}

export function verify(): void {
  post({ type: 'verify' });
}

/** Asks where the time of a step goes. */
export function profile(): void {
  store.profiled.value = undefined;
  post({ type: 'profile' });
}

export function setSpeed(speed: number): void {
  store.speed.value = speed;
  post({ type: 'speed', speed });
}

export function setPlane(plane: Plane): void {
  store.plane.value = plane;
  post({ type: 'plane', plane });
}

export function setDiscrete(discrete: boolean): void {
  store.discrete.value = discrete;
  post({ type: 'discrete', discrete });
}

export function select(layer: number, unit: number): void {
  const isOther = layer !== store.selected.value.layer;
  store.selected.value = { layer, unit };
  if (!isOther) return;
  store.looks.value = [];
  post({ type: 'look', layer: layer - 1 });
}

/** Goes back to how things were before the last change; the run begins anew unless it can go on. */
export function undo(): void {
  const before = undos.pop();
  if (!before) return;
  store.undoable.value = undos.length;
  const made = difference(store.experiment.value, now(before));
  if (before.start.data !== store.start.value.data)
    return begin({ ...before, steps: 0, edits: [], start: now(before) }, { plays: true });
  applyChange(made);
}

function pushUndo(): void {
  undos.push(store.story());
  if (undos.length > MOST_UNDOS) undos.shift();
  store.undoable.value = undos.length;
}

/** The format that the model which was asked for is to be written in. */
let wantedFormat: ModelFormat | undefined;

/** Takes the network away as it is now. */
export function exportAs(format: ModelFormat): void {
  wantedFormat = format;
  post({ type: 'model' });
}

/** The worker gave the model that was asked for. */
export async function exported(model: ModelFile): Promise<void> {
  if (!wantedFormat) return;
  try {
    await download(model, wantedFormat, `katman-${store.start.value.data}`);
  } catch (error) {
    store.notice.value = { kind: 'failed', message: (error as Error).message };
  }
}

/** The address that tells this very run again. */
export function linkOf(story: Story): string {
  return `${location.href.replace(/#.*$/, '')}#${toLink(story)}`;
}

/** Keeps the run in the address, and for the next visit. */
export function remember(): void {
  const text = toLink(store.story());
  if (store.start.value.data === 'own') return;
  history.replaceState(null, '', `#${text}`);
  try {
    localStorage.setItem(KEY, text);
  } catch {
    // Where storage is forbidden, a session lasts as long as the page.
  }
}

/** The run of the address, else that of the last visit, else the flower, which begins to learn. */
export function open(): void {
  const linked = location.hash.length > 1;
  let text = location.hash;
  if (!linked) {
    try {
      text = localStorage.getItem(KEY) ?? '';
    } catch {
      text = '';
    }
  }
  const { story, ignored } = fromLink(text);
  // Where a visitor was is not shown as the end of a long replay: it begins again.
  begin(linked ? story : { start: now(story), edits: [], steps: 0 }, { plays: !linked || story.steps === 0 });
  if (linked && ignored.length) store.notice.value = { kind: 'ignored', parts: ignored };
}

/** Takes a place in the curve for a batch. */
export function addBatch(step: number, loss: number, rate: number): void {
  store.batches.value = appended(store.batches.value, { step, loss, rate }, 1000);
}
