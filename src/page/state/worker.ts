import type { Own, ToWorker } from '../worker/messages.ts';

/** The thread that trains and draws. */
export const worker = new Worker(new URL('../worker/main.ts', import.meta.url), {
  type: 'module',
  name: 'katman',
});

export function post(message: ToWorker, transfer: Transferable[] = []): void {
  worker.postMessage(message, transfer);
}

/** How long the worker took to keep the run, the last time, in ms. */
export const keeping = { ms: 0 };

/** Data of the visitor's own, for as long as the page is open. */
export const own: { data?: Own } = {};
