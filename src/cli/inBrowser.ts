import type { HarnessPage } from './harness.ts';
import { type Launched, launch } from './launch.ts';
import { startServer } from './server.ts';
import type { TargetOptions } from './targets/index.ts';
import { describeFlags } from './targets/target.ts';

/** Where a run computed: in the receipt of every command. */
export interface RunHead {
  readonly adapter: { vendor: string; architecture: string; isFallbackAdapter: boolean; kind: string };
  /** The target; Node is one, too. */
  readonly browser: { name: string; version: string; flags: readonly string[] };
}

/**
 * Works with a page of a headless browser, or with a process of Node, which is ended again whatever
 * happens, and at once on a signal.
 * @throws GpuUnavailableError if none will do, and what `work` throws
 */
export async function inBrowser<T>(
  options: TargetOptions & { signal: AbortSignal },
  work: (page: HarnessPage, head: RunHead) => Promise<T>,
): Promise<T> {
  const { signal, browser } = options;
  const server = await startServer();
  try {
    process.stderr.write(`Starting ${browser === 'node' ? 'WebGPU in Node' : 'a browser'} ...\n`);
    const launched = await launch(server, options, signal);
    // Ending it ends whatever the page is at, even a page that does not answer.
    const onAbort = () => void launched.close();
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      return await work(await launched.open(server), headOf(launched));
    } finally {
      signal.removeEventListener('abort', onAbort);
      await launched.close();
    }
  } finally {
    await server.close();
  }
}

function headOf({ rung, version: started }: Launched): RunHead {
  const { vendor, architecture, isFallbackAdapter, kind } = rung.probe.adapter;
  const [name, version] = started.split('/');
  return {
    adapter: { vendor, architecture, isFallbackAdapter, kind },
    browser: { name, version, flags: describeFlags(rung) },
  };
}
