import { type Edit, type Experiment, type Setting, type Story, difference, goesOn } from './experiment.ts';
import { presetOf } from './presets.ts';
import { FIELDS, read, write } from './settings.ts';

/**
 * A run as the part of an address behind `#`: what differs from the preset of its data, the changes on the way
 * (`then=STEP;name=value;...`), and how many steps were made.
 */
export function toLink({ start, edits, steps }: Story): string {
  const words = new URLSearchParams({ data: start.data });
  for (const [name, value] of entries(difference(presetOf(start.data), start))) words.set(name, write(value));
  for (const { step, change } of edits)
    words.append(
      'then',
      [step, ...entries(change).map(([name, value]) => `${name}=${write(value)}`)].join(';'),
    );
  if (steps) words.set('steps', String(steps));
  // Readable where an address allows it.
  return words.toString().replaceAll('%3B', ';').replaceAll('%3D', '=');
}

export interface FromLink {
  readonly story: Story;
  /** What of the link could not be understood, as it was written. */
  readonly ignored: readonly string[];
}

const MOST_STEPS = 10_000_000;
/** No run that is worth a link needs as many characters, and no browser takes many more. */
const MOST_CHARACTERS = 32_768;

/** The run that a link describes; every part is checked, and what makes no sense is left out and named. */
export function fromLink(text: string): FromLink {
  if (text.length > MOST_CHARACTERS)
    return {
      story: { start: presetOf('flower'), edits: [], steps: 0 },
      ignored: [`${text.slice(0, 60)}...`],
    };
  const words = new URLSearchParams(text.replace(/^#/, ''));
  const ignored: string[] = [];
  const data = read('data', words.get('data') ?? 'flower');
  if (!('value' in data)) ignored.push(`data=${words.get('data')}`);
  let start = presetOf('value' in data ? data.value : 'flower');
  let steps = 0;
  const edits: Edit[] = [];
  for (const [name, value] of words) {
    if (name === 'data') continue;
    const part = `${name}=${value}`;
    if (name === 'steps') {
      if (/^\d{1,9}$/.test(value) && Number(value) <= MOST_STEPS) steps = Number(value);
      else ignored.push(part);
    } else if (name === 'then') {
      const edit = readEdit(value);
      const last = edits.at(-1)?.step ?? 0;
      if (edit && edit.step >= last && goesOn(edit.change)) edits.push(edit);
      else ignored.push(part);
    } else {
      const change = readSetting(name, value);
      if (change) start = { ...start, ...change };
      else ignored.push(part);
    }
  }
  return { story: { start, edits: edits.filter(({ step }) => step <= steps), steps }, ignored };
}

function readEdit(text: string): Edit | undefined {
  const [step, ...parts] = text.split(';');
  if (!/^\d{1,9}$/.test(step) || !parts.length) return undefined;
  let change: Partial<Experiment> = {};
  for (const part of parts) {
    const at = part.indexOf('=');
    const one = readSetting(part.slice(0, at), part.slice(at + 1));
    if (!one) return undefined;
    change = { ...change, ...one };
  }
  return { step: Number(step), change };
}

function readSetting(name: string, text: string): Partial<Experiment> | undefined {
  if (!Object.hasOwn(FIELDS, name)) return undefined;
  const found = read(name as Setting, text);
  return 'value' in found ? { [name]: found.value } : undefined;
}

function entries(change: Partial<Experiment>): [Setting, Experiment[Setting]][] {
  return Object.entries(change) as [Setting, Experiment[Setting]][];
}
