import { type Task, tasks } from './tasks.ts';
import { type Packed, pack, unpack } from './wire.ts';

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

const running = new Map<number, AbortController>();
const more = new URLSearchParams(location.search).get('tasks');
const known: Promise<Record<string, Task>> = more
  ? import(/* @vite-ignore */ more).then((module) => ({ ...tasks, ...module.tasks }))
  : Promise.resolve(tasks);

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

window.katman = {
  async run(id, name, text, blobs) {
    const abort = new AbortController();
    running.set(id, abort);
    try {
      const task = (await known)[name];
      if (!task) throw new Error(`there is no task '${name}'`);
      const emit = (event: unknown) => window.katmanEvent?.(id, pack(event).text);
      return await send(
        pack({ value: await task(await receive(text, blobs), { emit, signal: abort.signal }) }),
      );
    } catch (error) {
      return send(pack({ error }));
    } finally {
      running.delete(id);
    }
  },
  abort(id) {
    running.get(id)?.abort();
  },
};
