import { type HarnessPage, openPage } from './harness.ts';
import { type Launched, type LaunchOptions, launch } from './launch.ts';
import { startServer } from './server.ts';

/** Where a run computed: in the receipt of every command. */
export interface RunHead {
  readonly adapter: { vendor: string; architecture: string; isFallbackAdapter: boolean; kind: string };
  readonly browser: { name: string; version: string; flags: readonly string[] };
}

/**
 * Works with a page of a headless browser, which is closed again whatever happens, and at once on a
 * signal.
 * @throws GpuUnavailableError if no browser will do, and what `work` throws
 */
export async function inBrowser<T>(
  { require, signal }: Required<Pick<LaunchOptions, 'require' | 'signal'>>,
  work: (page: HarnessPage, head: RunHead) => Promise<T>,
): Promise<T> {
  const server = await startServer();
  try {
    process.stderr.write('Starting a browser ...\n');
    const launched = await launch(server, { require, signal });
    // Closing the browser ends whatever the page is at, even a page that does not answer.
    const onAbort = () => void launched.close();
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      return await work(await openPage(launched.browser, server), headOf(launched));
    } finally {
      signal.removeEventListener('abort', onAbort);
      await launched.close();
    }
  } finally {
    await server.close();
  }
}

function headOf({ rung }: Launched): RunHead {
  const { vendor, architecture, isFallbackAdapter, kind } = rung.probe.adapter;
  const [name, version] = rung.version.split('/');
  return {
    adapter: { vendor, architecture, isFallbackAdapter, kind },
    browser: { name, version, flags: rung.flags },
  };
}
