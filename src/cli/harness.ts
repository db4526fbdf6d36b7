import type { Browser } from 'puppeteer';
import { KatmanError } from '../errors.ts';
import type { DrivenPage } from './drivenPage.ts';
import type { Server } from './server.ts';
import type {} from './serveTasks.ts';
import { pack, unpack } from './wire.ts';

const START_MS = 30_000;

type Call = [id: number, task: string, text: string, blobs: readonly string[]];

/** A page as it is called here: what both kinds have in common, one argument for each call. */
interface Driven {
  goto(url: string): Promise<unknown>;
  evaluate<A, T>(work: (argument: A) => T, argument?: A): Promise<Awaited<T>>;
  on(event: string, listener: (value: any) => void): unknown;
  off(event: string, listener: (value: any) => void): unknown;
}

/** A page that runs tasks: data in, data out. */
export interface HarnessPage {
  /**
   * Runs a task of `src/cli/tasks.ts` (or of the further module) in the page.
   * @throws what the task throws; KatmanError at once if the page, its console or its GPU reports an
   *   error meanwhile, or if the page is gone
   */
  run(
    task: string,
    input: unknown,
    options?: { onEvent?: (event: any) => void; signal?: AbortSignal },
  ): Promise<any>;
  close(): Promise<void>;
}

/** The page that a harness is: its own, or another that serves its tasks the same way. */
export interface HarnessOptions {
  /** A further module of tasks, by its path from the root of the package. */
  readonly tasks?: string;
  /** Where the page lies, from the root of the package. */
  readonly path?: string;
  /** Takes the events of tasks: called with what is to hear them. */
  readonly hear?: (listener: (id: number, text: string) => void) => Promise<unknown>;
  /** Errors on the console that fail nothing: what they say is reported in another way, too. */
  readonly ignored?: RegExp;
  /** Rejects every call once the browser is gone. */
  readonly gone?: Promise<unknown>;
}

/** Opens the harness page in a page of its own. */
export async function openPage(
  browser: Browser,
  server: Server | string,
  { tasks, path }: Pick<HarnessOptions, 'tasks' | 'path'> = {},
): Promise<HarnessPage> {
  const page = await browser.newPage();
  const harness = await harnessOn(page, server, {
    tasks,
    path,
    hear: (listener) => page.exposeFunction('katmanEvent', listener),
    gone: new Promise((resolve) => browser.once('disconnected', resolve)),
  });
  const { close } = harness;
  return {
    ...harness,
    async close() {
      await close();
      await page.close().catch(() => {});
    },
  };
}

/** Loads the harness into a page of puppeteer or Playwright; `close` leaves the page to whoever opened it. */
export async function harnessOn(
  driven: DrivenPage,
  server: Server | string,
  { tasks, path = '/src/cli/harness.html', hear, ignored, gone }: HarnessOptions = {},
): Promise<HarnessPage> {
  const url = typeof server === 'string' ? server : server.url;
  const page = driven as Driven;
  let failure: KatmanError | undefined;
  const waiting = new Set<(error: KatmanError) => void>();
  const fail = (message: string) => {
    failure ??= new KatmanError(message);
    for (const reject of waiting) reject(failure);
  };
  // Playwright calls a crash 'crash', puppeteer calls it 'error'.
  const listeners: Readonly<Record<string, (value: any) => void>> = {
    pageerror: (error) => fail(`The page threw: ${error.message ?? error}`),
    console: (message) => {
      if (message.type() === 'error' && !ignored?.test(message.text()))
        fail(`The page's console says: ${message.text()}`);
    },
    error: (error) => fail(`The page crashed: ${error.message}`),
    crash: () => fail('The page crashed'),
    close: () => fail('The page was closed'),
  };
  for (const [event, listener] of Object.entries(listeners)) page.on(event, listener);
  void gone?.then(() => fail('The browser is gone'));

  const events = new Map<number, (event: unknown) => void>();
  await hear?.((id, text) => events.get(id)?.(unpack({ text, blobs: [] })));
  const query = tasks ? `?tasks=${encodeURIComponent(tasks)}` : '';
  await page.goto(`${url}${path}${query}`);
  const until = Date.now() + START_MS;
  const isServed = () => page.evaluate(() => 'katman' in window);
  while (
    !(await isServed().catch((error) => {
      throw failure ?? error;
    }))
  ) {
    if (failure) throw failure;
    if (Date.now() > until)
      throw new KatmanError(`The harness page did not start within ${START_MS / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  let next = 0;

  return {
    async run(task, input, { onEvent, signal } = {}) {
      if (failure) throw failure;
      const id = next++;
      if (onEvent) events.set(id, onEvent);
      const abort = () => void page.evaluate((n: number) => window.katman.abort(n), id).catch(() => {});
      signal?.addEventListener('abort', abort, { once: true });
      let reject!: (error: KatmanError) => void;
      const failed = new Promise<never>((_, no) => (reject = no));
      failed.catch(() => {});
      waiting.add(reject);
      try {
        const { text, blobs } = pack(input);
        const ids = await Promise.all(blobs.map((bytes) => offer(server, bytes)));
        const call = page.evaluate((words: Call) => window.katman.run(...words), [id, task, text, ids]);
        call.catch(() => {});
        const answer = await Promise.race([call, failed]);
        const bytes = await Promise.all(answer.blobs.map((blob) => take(server, blob)));
        const result = unpack({ text: answer.text, blobs: bytes }) as { value?: unknown; error?: Error };
        if (failure) throw failure;
        if (result.error) throw result.error;
        return result.value;
      } catch (error) {
        // A page that goes down takes the call with it: its own words say less than what was heard of it.
        throw failure ?? error;
      } finally {
        waiting.delete(reject);
        events.delete(id);
        signal?.removeEventListener('abort', abort);
      }
    },
    async close() {
      for (const [event, listener] of Object.entries(listeners)) page.off(event, listener);
    },
  };
}

/** Another process's server (as in a test worker) is reached by HTTP, one's own directly. */
async function offer(server: Server | string, bytes: Uint8Array): Promise<string> {
  if (typeof server !== 'string') return server.offer(bytes);
  return (await fetch(`${server}/@katman/blob`, { method: 'POST', body: bytes as BodyInit })).text();
}

async function take(server: Server | string, id: string): Promise<Uint8Array> {
  if (typeof server !== 'string') return server.take(id);
  return new Uint8Array(await (await fetch(`${server}/@katman/blob/${id}`)).arrayBuffer());
}
