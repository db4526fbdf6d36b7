import { Runner } from './runner.ts';
import type { Task } from './tasks.ts';
import { type Packed, unpack } from './wire.ts';

/** What Node calls in the page. Everything crosses as text; large arrays by HTTP. */
declare global {
  interface Window {
    katman: {
      run(
        id: number,
        task: string,
        text: string,
        blobs: readonly string[],
      ): Promise<{ text: string; blobs: readonly string[] }>;
      abort(id: number): void;
    };
    /** Set by Node: takes the events of a task. */
    katmanEvent?(id: number, text: string): void;
  }
}

type Tasks = Readonly<Record<string, Task>>;

async function receive(text: string, blobs: readonly string[]): Promise<unknown> {
  const bytes = await Promise.all(
    blobs.map(async (id) => new Uint8Array(await (await fetch(`/@katman/blob/${id}`)).arrayBuffer())),
  );
  return unpack({ text, blobs: bytes });
}

async function send({ text, blobs }: Packed): Promise<{ text: string; blobs: readonly string[] }> {
  const ids = blobs.map(async (bytes) =>
    (await fetch('/@katman/blob', { method: 'POST', body: bytes as BodyInit })).text(),
  );
  return { text, blobs: await Promise.all(ids) };
}

/** Lets Node run these tasks in this page. */
export function serveTasks(tasks: Promise<Tasks> | Tasks): void {
  const runner = new Runner(tasks, (id, { text }) => window.katmanEvent?.(id, text));
  window.katman = {
    run: async (id, name, text, blobs) => send(await runner.run(id, name, () => receive(text, blobs))),
    abort: (id) => runner.abort(id),
  };
}
