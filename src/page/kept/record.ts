import type { Own } from '../worker/messages.ts';
import type { Edit, Experiment, Setting, Story } from '../state/experiment.ts';
import { presetOf } from '../state/presets.ts';
import { FIELDS, read, write } from '../state/settings.ts';

/** A run in the middle of its steps: all that is needed to go on with it. */
export interface Kept {
  readonly story: Story;
  /** Steps that earlier networks of the run made, before layers were changed. */
  readonly before: number;
  /** The step at which the training of the moment began. */
  readonly from: number;
  readonly checkpoint: Uint8Array;
}

/** A run as it lies in storage. */
export interface Stored extends Kept {
  /** When it was kept, in ms since 1970. */
  readonly when: number;
  /** Name of the file with the visitor's data; undefined if there is none, or it was too large to be kept. */
  readonly own?: string;
}

/** What was stored, if it is a run of this version. */
export function storedOf(value: unknown): Stored | undefined {
  const stored = value as Stored | undefined;
  const count = (of: unknown) => typeof of === 'number' && Number.isSafeInteger(of) && of >= 0;
  if (!(stored?.checkpoint instanceof Uint8Array)) return undefined;
  const { story, before, from, when } = stored;
  if (![before, from, when, story?.steps].every(count) || !Array.isArray(story.edits)) return undefined;
  const data = settings({ data: story.start?.data })?.data;
  const start = data && settings(story.start);
  const edits = story.edits.map(({ step, change }): Edit | undefined => {
    const checked = settings(change);
    return checked && count(step) ? { step, change: checked } : undefined;
  });
  if (!start || !edits.every((edit) => edit !== undefined)) return undefined;
  return { ...stored, story: { start: { ...presetOf(data), ...start }, edits, steps: story.steps } };
}

/** Settings that are allowed, all of them. */
function settings(from: Partial<Experiment> | undefined): Partial<Experiment> | undefined {
  if (typeof from !== 'object') return undefined;
  try {
    const checked = Object.entries(from).map(([name, value]) => {
      const found = Object.hasOwn(FIELDS, name) ? read(name as Setting, write(value)) : { wrong: name };
      if (!('value' in found)) throw new Error(name);
      return [name, found.value];
    });
    return Object.fromEntries(checked);
  } catch {
    return undefined;
  }
}

/** Bytes of the visitor's data that are kept beside a run at most. */
export const MOST_OWN_BYTES = 20e6;

/** About how many bytes data takes. */
export function bytesOf({ fields: { x, y, weight } }: Own): number {
  return x.byteLength + y.byteLength + (weight?.byteLength ?? 0);
}
