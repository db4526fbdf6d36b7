import { effect, signal } from '@preact/signals';
import { currentRun } from '../state/actions.ts';
import { profiled } from '../state/store.ts';
import { post, worker } from '../state/worker.ts';
import type { FromWorker, InsideLook } from '../worker/messages.ts';
import type { View } from './seen.ts';

/** A pass of one of the plans that were timed. */
export interface Asked {
  readonly plan: string;
  readonly pass: string;
}

/** The pass that is looked inside; undefined: none is. */
export const asked = signal<Asked | undefined>(undefined);
/** What was found there; that of the pass before until it is known. */
export const found = signal<{ readonly look?: InsideLook; readonly problem?: string } | undefined>(undefined);
export const isWaiting = signal(false);
/** What is wanted to be seen of numbers, where there is that of them. */
export const wantedView = signal<View>('got');

interface Wish {
  /** Which of the tensors of the pass. */
  readonly tensor?: number;
  /** The place of a number that is to be among those shown. */
  readonly at?: number;
  /** Whether the step is to be another one. */
  readonly again?: boolean;
}

/** Looks inside a pass. */
export function lookInto({ plan, pass }: Asked, wish: Wish = {}): void {
  asked.value = { plan, pass };
  isWaiting.value = true;
  post({ type: 'inside', plan, pass, ...wish });
}

export function close(): void {
  asked.value = found.value = undefined;
  isWaiting.value = false;
}

// What belongs to plans that are timed anew, or to a run that is over.
effect(() => {
  if (!profiled.value) close();
});

worker.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => {
  if (data.type !== 'inside' || data.run !== currentRun()) return;
  const { plan, pass } = asked.value ?? {};
  if (data.plan !== plan || data.pass !== pass) return;
  found.value = data;
  isWaiting.value = false;
});
