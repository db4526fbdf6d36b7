import { batch } from '@preact/signals';
import type { SweepEvent } from '../../../sweep/report.ts';
import { type Report, readReport } from './read.ts';
import * as store from './store.ts';

/** A report is asked for again this often at most, in ms; more seldom where it takes long to read. */
const LEAST_WAIT = 500;
const WAIT_FOR_READING = 8;
const MOST_POINTS = 200;

/** The report that the page itself holds, else the one beside it, followed as it grows. */
export async function open(): Promise<void> {
  const kept = document.getElementById('kept')?.textContent?.trim();
  if (kept) return openKept(kept);
  await ask();
  if (store.report.value) follow();
  else if (store.source.value === 'opening') store.source.value = 'none';
}

/** Shows a report that a visitor gave. */
export function openText(text: string): void {
  take(parse(text), 'kept');
}

function openKept(text: string): void {
  const { report, files } = (parse(text) ?? {}) as { report?: unknown; files?: unknown };
  take(report, 'kept');
  // Only names of files beside this page: an address could lead anywhere.
  store.model.value = (Array.isArray(files) ? files : [])
    .filter(
      (name): name is string => typeof name === 'string' && /^[\w][\w. -]*(\/[\w][\w. -]*)?$/.test(name),
    )
    .map((name) => ({ name, url: `./${encodeURI(name)}` }));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function take(content: unknown, from: store.Source): void {
  const report: Report | undefined = readReport(content);
  batch(() => {
    store.isWrong.value = report === undefined;
    if (!report) return void (store.source.value = store.report.value ? store.source.value : 'none');
    store.report.value = report;
    store.source.value = from;
    store.now.value = Date.now();
    const open = new Set(report.trials.filter(({ outcome }) => outcome === 'open').map(({ id }) => id));
    store.running.value = new Map([...store.running.value].filter(([id]) => open.has(id)));
  });
}

/** @returns whether there was an answer */
async function ask(): Promise<boolean> {
  try {
    const response = await fetch('./report.json', { cache: 'no-store' });
    if (!response.ok) return false;
    const content: unknown = await response.json();
    take(content, readReport(content)?.state === 'running' ? 'live' : 'kept');
    return true;
  } catch {
    return false;
  }
}

function follow(): void {
  if (store.source.value !== 'live') return;
  const events = new EventSource('./events');
  const clock = setInterval(() => (store.now.value = Date.now()), 1000);
  let waiting: ReturnType<typeof setTimeout> | undefined;
  let wait = LEAST_WAIT;
  const again = () => {
    waiting ??= setTimeout(async () => {
      const from = performance.now();
      await ask();
      wait = Math.max(LEAST_WAIT, WAIT_FOR_READING * (performance.now() - from));
      waiting = undefined;
    }, wait);
  };
  const end = async (state: Report['state']) => {
    clearTimeout(waiting);
    clearInterval(clock);
    await ask();
    await fetchModel();
    // The server waits until nobody listens any more.
    events.close();
    batch(() => {
      const report = store.report.value!;
      store.report.value = { ...report, state, seconds: report.seconds };
      store.source.value = 'kept';
      store.running.value = new Map();
    });
  };
  // What happened before anybody listened, or while the line was cut.
  events.onopen = again;
  events.onerror = () => {
    if (store.source.value === 'live') store.source.value = 'away';
  };
  events.onmessage = ({ data }: MessageEvent<string>) => {
    const event = parse(data) as SweepEvent | undefined;
    if (store.source.value === 'away') store.source.value = 'live';
    if (event?.type === 'ended') return void end(event.state);
    if (event?.type === 'started') run(event.trial, { step: 0, steps: 0, curve: [] });
    else if (event?.type === 'step') step(event);
    else if (event?.type === 'finished') finish(event);
    if (event?.type === 'finished' || event?.type === 'rung') again();
  };
}

function run(id: string, state: store.Running): void {
  store.running.value = new Map([...store.running.value, [id, state]]);
}

function step({ trial, step, steps, epoch, loss, accuracy }: SweepEvent & { type: 'step' }): void {
  const before = store.running.value.get(trial)?.curve ?? [];
  const curve = before.length < MOST_POINTS ? before : before.filter((_, i) => i % 2 === 0);
  const isNew = epoch > (curve.at(-1)?.epoch ?? 0);
  run(trial, { step, steps, curve: isNew ? [...curve, { epoch, loss, accuracy }] : curve });
}

/** Says at once what came of a trial; its curve and all else comes with the next report. */
function finish({ trial, outcome, value, error }: SweepEvent & { type: 'finished' }): void {
  const report = store.report.value!;
  const trials = report.trials.map((one) => (one.id === trial ? { ...one, outcome, value, error } : one));
  store.report.value = { ...report, trials };
}

/** Takes the files of the best model while the server is still there. */
async function fetchModel(): Promise<void> {
  try {
    const response = await fetch('./model.json');
    const names = response.ok ? ((await response.json()) as readonly string[]) : [];
    store.model.value = await Promise.all(
      names.map(async (name, i) => {
        const file = await (await fetch(`./model/${i}`)).blob();
        return { name, url: URL.createObjectURL(file) };
      }),
    );
  } catch {
    // The server is gone: the model is where --save wrote it.
  }
}
