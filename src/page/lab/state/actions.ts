import type { KernelName } from '../../../kernels/rows.ts';
import type { OwnCase, Verdict } from '../../../lab/workbench/types.ts';
import type { FromWorker } from '../worker/messages.ts';
import { begin, stop } from './bench.ts';
import { type Draft, attemptOf, shippedDraft } from './draft.ts';
import { ownCases } from './ownCases.ts';
import {
  look,
  locked,
  compiled,
  draft,
  notice,
  oracleTrouble,
  printed,
  roofs,
  shipped,
  stage,
  tried,
  verdict,
} from './store.ts';
import { textOf } from './texts.ts';

/** How long nothing is typed before the text is tried, in ms. */
const PAUSE = 700;

let timer: ReturnType<typeof setTimeout> | undefined;
let current = 0;
let isMeasuring = false;
/** The cases of an oracle of one's own that judged last. */
let judgedBy: readonly OwnCase[] | undefined;

/** Changes what is worked on; it is tried after a pause. */
export function edit(change: Partial<Draft>): void {
  if (!draft.value) return;
  draft.value = { ...draft.value, ...change };
  oracleTrouble.value = undefined;
  interrupt();
  if (!locked.value) timer = setTimeout(() => void judge(), PAUSE);
}

/** Another kernel, as it is shipped. */
export async function choose(kernel: KernelName): Promise<void> {
  const source = await textOf(kernel);
  await open(shippedDraft(kernel, source));
}

/** Puts a draft in the place of what is there. @param isForeign whether it waits to be asked for */
export async function open(next: Draft, isForeign = false): Promise<void> {
  shipped.value = await textOf(next.kernel);
  compiled.value = '';
  verdict.value = undefined;
  tried.value = undefined;
  look.value = printed.value = undefined;
  oracleTrouble.value = undefined;
  locked.value = isForeign;
  draft.value = next;
  interrupt();
  if (!isForeign) void judge();
}

/** The kernel's own text again; sizes and constants stay. */
export function restore(): void {
  edit({ source: shipped.value });
}

function interrupt(): void {
  clearTimeout(timer);
  stop(current);
  stage.value = undefined;
  isMeasuring = false;
}

/** Compiles, judges and times what is there now. */
export async function judge(): Promise<void> {
  const now = draft.value;
  if (!now) return;
  interrupt();
  locked.value = false;
  if (notice.value === 'fromLink') notice.value = undefined;
  oracleTrouble.value = undefined;
  look.value = printed.value = undefined;
  const attempt = attempted(now);
  if (!attempt) return;
  stage.value = { stage: 'compiling', done: 0 };
  let cases: readonly OwnCase[] | undefined;
  let times = true;
  if (now.oracle !== undefined) {
    const found = await ownCases(now, attempt, (job) => (current = job));
    if (draft.value !== now) return;
    if ('trouble' in found) {
      stage.value = undefined;
      verdict.value = undefined;
      oracleTrouble.value = found.trouble;
      return;
    }
    ({ cases } = found);
    // With inputs of its own it is another computation: there is nothing to compare its time with.
    times = !found.own;
  }
  judgedBy = cases;
  const hear = (message: FromWorker) => {
    if (message.type === 'stage') stage.value = message;
    else if (message.type === 'text') compiled.value = message.text;
    else if (message.type === 'verdict') {
      verdict.value = message.verdict;
      tried.value = now;
      if (message.final) stage.value = undefined;
      if (message.final && message.verdict.kind === 'right') void measureRoofs();
    } else if (message.type === 'failed') answer(now, invalid(message.message));
    else if (message.type === 'ended') stage.value = undefined;
  };
  current = begin({ type: 'try', attempt, times, ...(cases && { cases }) }, hear);
}

/** The attempt of a draft; where its sizes make no sense, that is the answer. */
export function attempted(now: Draft): ReturnType<typeof attemptOf> | undefined {
  try {
    return attemptOf(now);
  } catch (error) {
    answer(now, invalid((error as Error).message));
    return undefined;
  }
}

const invalid = (message: string): Verdict => ({
  kind: 'invalid',
  problems: [{ line: undefined, column: undefined, message }],
});

function answer(now: Draft, found: Verdict): void {
  verdict.value = found;
  tried.value = now;
  stage.value = undefined;
}

/** What the adapter can do at best, once. */
function measureRoofs(): void {
  if (isMeasuring || roofs.value) return;
  isMeasuring = true;
  current = begin({ type: 'roofs' }, (message) => {
    if (message.type === 'roofs') roofs.value = message.roofs;
    else if (message.type === 'stage') stage.value = message;
    else if (message.type === 'ended') {
      stage.value = undefined;
      isMeasuring = false;
    }
  });
}

/** Runs what was judged with its prints on one of its cases: of what is wrong, that in which it is, if left out. */
export function printInside(index?: number): void {
  const now = tried.value;
  const attempt = now && attempted(now);
  if (!attempt) return;
  const found = verdict.value;
  const where = found?.kind === 'wrong' ? found.wrong.where : undefined;
  begin({ type: 'print', attempt, index, where, ...(judgedBy && { cases: judgedBy }) }, (message) => {
    if (tried.value !== now) return;
    if (message.type === 'printed') printed.value = message.look;
    else if (message.type === 'failed') printed.value = { failed: message.message };
  });
}

/** Runs what was judged on one of its cases, and shows its numbers: of what is wrong, that in which it is, if left out. */
export function lookInside(index?: number): void {
  const now = tried.value;
  const attempt = now && attempted(now);
  if (!attempt) return;
  const found = verdict.value;
  const where = found?.kind === 'wrong' ? found.wrong.where : undefined;
  begin({ type: 'look', attempt, index, where, ...(judgedBy && { cases: judgedBy }) }, (message) => {
    if (message.type === 'looked') look.value = message.look;
    else if (message.type === 'failed') notice.value = { failed: message.message };
  });
}
