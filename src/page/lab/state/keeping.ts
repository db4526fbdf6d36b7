import type { Verdict } from '../../../lab/workbench/types.ts';
import { choose, open } from './actions.ts';
import { type Draft, readDraft } from './draft.ts';
import { type Result, type Saved, forget, fromFile, keep, savedAttempts, toFile } from './history.ts';
import { keepLatest, latest } from './latest.ts';
import { fromLink, toLink } from './share.ts';
import { attempts, draft, locked, notice, tried, verdict } from './store.ts';

const DRAFT = 'katman.lab.draft';

/** Whatever a link, the last visit or nobody says: the first text. */
export async function begin(): Promise<void> {
  try {
    attempts.value = await savedAttempts();
  } catch {
    notice.value = 'noStorage';
  }
  if (!(await openLink())) {
    const { left, isForeign } = await recall();
    if (left) await open(left, isForeign);
    else await choose('matmul');
  }
  draft.subscribe(remember);
  locked.subscribe(remember);
}

/** Shows what stands behind # in the address; it does not run until it is asked for. */
export async function openLink(): Promise<boolean> {
  if (!location.hash.startsWith('#a=')) return false;
  const found = await fromLink(location.hash);
  history.replaceState(undefined, '', location.pathname + location.search);
  notice.value = found ? 'fromLink' : 'badLink';
  if (found) await open(found, true);
  return found !== undefined;
}

/** A draft as it lies in storage; `at`: when it was put there, in ms since 1970. */
interface Left {
  readonly locked?: unknown;
  readonly at?: unknown;
}

/** The text of the last visit is there again at the next. */
function remember(): void {
  if (!draft.value) return;
  const text = JSON.stringify({ ...draft.value, locked: locked.value, at: Date.now() });
  keepLatest(text);
  try {
    localStorage.setItem(DRAFT, text);
  } catch {
    // Where storage is forbidden, it lasts as long as the page.
  }
}

async function recall(): Promise<{ left: Draft | undefined; isForeign: boolean }> {
  const [near, far] = [parsed(() => localStorage.getItem(DRAFT)), await latest()];
  const stored = [near, parsed(() => far)].reduce((a, b) => (timeOf(b) > timeOf(a) ? b : a));
  return { left: readDraft(stored), isForeign: stored?.locked === true };
}

function parsed(read: () => string | null): Left | null {
  try {
    return JSON.parse(read() ?? 'null') as Left | null;
  } catch {
    return null;
  }
}

const timeOf = (left: Left | null): number => (typeof left?.at === 'number' ? left.at : left ? 0 : -1);

export async function copyLink(): Promise<void> {
  if (!draft.value) return;
  const url = new URL(location.href);
  url.hash = await toLink(draft.value);
  await navigator.clipboard.writeText(url.href).catch(() => {});
  history.replaceState(undefined, '', url.hash);
  notice.value = 'copied';
}

/** Keeps what is there, and what it showed. */
export async function save(): Promise<void> {
  const now = draft.value;
  if (!now) return;
  await keepAll([
    { at: Date.now(), draft: now, result: resultOf(tried.value === now ? verdict.value : undefined) },
  ]);
  if (notice.value !== 'noStorage') notice.value = 'saved';
}

async function keepAll(found: readonly Omit<Saved, 'id'>[]): Promise<void> {
  try {
    for (const one of found) await keep(one);
    attempts.value = await savedAttempts();
  } catch {
    // They last as long as the page.
    notice.value = 'noStorage';
    const last = attempts.value.at(-1)?.id ?? 0;
    attempts.value = [...attempts.value, ...found.map((one, i) => ({ ...one, id: last + 1 + i }))];
  }
}

export async function remove(id: number): Promise<void> {
  await forget(id).catch(() => {});
  attempts.value = attempts.value.filter((one) => one.id !== id);
}

/** All attempts as a file to keep. */
export function exportAll(): void {
  const url = URL.createObjectURL(new Blob([toFile(attempts.value)], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = 'katman-lab.json';
  link.click();
  URL.revokeObjectURL(url);
}

export async function importAll(file: File): Promise<void> {
  const found = fromFile(await file.text());
  if (!found) return void (notice.value = 'badFile');
  await keepAll(found);
  if (notice.value !== 'noStorage') notice.value = { imported: found.length };
}

export function resultOf(found: Verdict | undefined): Result {
  if (!found) return { kind: 'untried' };
  if (found.kind !== 'right' || !found.timing) return { kind: found.kind };
  const { attempt, comparison, flops, bytes } = found.timing;
  return {
    kind: 'right',
    rank: comparison.verdict,
    ...{ low: comparison.low, high: comparison.high },
    ...{ gflops: attempt.gflops, gbs: attempt.gbs, intensity: flops / bytes },
  };
}
