import { DataError, KatmanError } from '../../errors.ts';
import { summarizeImages } from './images.ts';
import { type Loaded, load } from './load.ts';
import type { AnyChoice, FromOwnWorker, Summary, ToOwnWorker } from './messages.ts';
import { type Plan, planOf } from './plan.ts';
import { type Choice, summarize } from './table.ts';
import { type Made, makeDataset } from './use.ts';

/**
 * Where a person's files are read and kept, so that the page never waits for them. A new question ends the
 * one before; what was loaded is replaced by what is loaded whole, and by nothing less.
 */

/** Milliseconds between two reports of progress. */
const OFTEN = 50;

let loaded: Loaded | undefined;
let reading = new AbortController();
let latest = 0;

const post = (message: FromOwnWorker, transfer: Transferable[] = []) =>
  self.postMessage(message, { transfer });

self.onmessage = ({ data: message }: MessageEvent<ToOwnWorker>) => {
  reading.abort();
  reading = new AbortController();
  latest = message.id;
  void answer(message, reading.signal).catch((error: unknown) => {
    if (message.id !== latest) return;
    const column = error instanceof DataError ? error.place.column?.toString() : undefined;
    post({ id: message.id, type: 'error', message: sentence(error), column });
  });
};

async function answer(message: ToOwnWorker, signal: AbortSignal): Promise<void> {
  const { id, type } = message;
  switch (type) {
    case 'cancel':
      return;
    case 'files':
      return read(id, message.files, signal);
    case 'text':
      return read(id, [new File([message.text], message.name)], signal);
    default: {
      // Choices made in quick succession: whoever was overtaken while this waited is answered by nobody.
      await new Promise((resolve) => setTimeout(resolve));
      if (signal.aborted) return;
      const { made, plan, testRows } = make(message.choice);
      if (type === 'plan') post({ id, type, plan });
      else give(id, made, plan, testRows);
    }
  }
}

async function read(id: number, files: readonly File[], signal: AbortSignal): Promise<void> {
  loaded = undefined;
  let last = -Infinity;
  const result = await load(files, {
    signal,
    onProgress(progress) {
      if (performance.now() - last < OFTEN && progress.done < progress.total) return;
      last = performance.now();
      post({ id, type: 'progress', ...progress });
    },
  });
  if (signal.aborted) return;
  const summary: Summary =
    result.type === 'table'
      ? { type: 'table', table: summarize(result.table) }
      : { type: 'images', images: summarizeImages(result.images) };
  loaded = result;
  post({ id, type: 'summary', summary });
}

function make(choice: AnyChoice): { made: Made; plan: Plan; testRows: Uint32Array | undefined } {
  if (!loaded) throw new Error('nothing is loaded');
  if (loaded.type === 'table') {
    const made = makeDataset(loaded.table, choice as Choice);
    return { made, plan: planOf(made, choice), testRows: undefined };
  }
  const { data, testRows } = loaded.images;
  const made: Made = {
    data,
    dropped: { features: 0, label: 0 },
    imputed: [],
    oneHot: [],
    lost: { count: 0, example: '' },
  };
  return { made, plan: planOf(made, { testShare: choice.testShare, testRows }), testRows };
}

/** Hands the numbers over, without a copy; nothing is kept. */
function give(id: number, { data }: Made, plan: Plan, testRows: Uint32Array | undefined): void {
  loaded = undefined;
  const { name, columns, features, x, targets, classes, y } = data;
  const fields = { name, columns, features, x, targets, y, ...(classes && { classes }) };
  post({ id, type: 'data', fields, testRows, plan }, [x.buffer as ArrayBuffer, y.buffer as ArrayBuffer]);
}

function sentence(error: unknown): string {
  if (error instanceof KatmanError) return error.message;
  const { message } = error as Error;
  if (error instanceof RangeError)
    return `The data needs more memory than there is (${message}); take fewer rows or columns`;
  return `The data cannot be used: ${message}`;
}
