import type { Browser } from 'puppeteer';
import { KatmanError } from '../errors.ts';
import type { Server } from './server.ts';
import { pack, unpack } from './wire.ts';

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

/**
 * Opens the harness page.
 * @param tasks a further module of tasks, by its path from the root of the package
 */
export async function openPage(
  browser: Browser,
  server: Server | string,
  { tasks }: { tasks?: string } = {},
): Promise<HarnessPage> {
  const url = typeof server === 'string' ? server : server.url;
  const page = await browser.newPage();
  let failure: KatmanError | undefined;
  const waiting = new Set<(error: KatmanError) => void>();
  const fail = (message: string) => {
    failure ??= new KatmanError(message);
    for (const reject of waiting) reject(failure);
  };
  page.on('pageerror', (error) => fail(`The page threw: ${(error as Error).message ?? error}`));
  page.on('console', (message) => {
    if (message.type() === 'error') fail(`The page's console says: ${message.text()}`);
  });
  page.on('error', (error) => fail(`The page crashed: ${error.message}`));
  page.on('close', () => fail('The page was closed'));
  browser.once('disconnected', () => fail('The browser is gone'));

  const events = new Map<number, (event: unknown) => void>();
  await page.exposeFunction('katmanEvent', (id: number, text: string) =>
    events.get(id)?.(unpack({ text, blobs: [] })),
  );
  const query = tasks ? `?tasks=${encodeURIComponent(tasks)}` : '';
  await page.goto(`${url}/src/cli/harness.html${query}`);
  await page.waitForFunction('window.katman', { timeout: 30_000 }).catch((error: Error) => {
    throw failure ?? new KatmanError(`The harness page did not start: ${error.message}`);
  });
  let next = 0;

  return {
    async run(task, input, { onEvent, signal } = {}) {
      if (failure) throw failure;
      const id = next++;
      if (onEvent) events.set(id, onEvent);
      const abort = () => void page.evaluate((n) => window.katman.abort(n), id).catch(() => {});
      signal?.addEventListener('abort', abort, { once: true });
      let reject!: (error: KatmanError) => void;
      const failed = new Promise<never>((_, no) => (reject = no));
      failed.catch(() => {});
      waiting.add(reject);
      try {
        const { text, blobs } = pack(input);
        const ids = await Promise.all(blobs.map((bytes) => offer(server, bytes)));
        const call = page.evaluate((n, name, t, b) => window.katman.run(n, name, t, b), id, task, text, ids);
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
      page.removeAllListeners('close');
      await page.close().catch(() => {});
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
