import { type HarnessPage, harnessOn } from '../cli/harness.ts';
import { type Launched, launch } from '../cli/launch.ts';
import { type Server, startServer } from '../cli/server.ts';
import { describeFlags } from '../cli/targets/target.ts';
import { GpuUnavailableError, UsageError } from '../errors.ts';
import { adapterName } from '../gpu/adapter.ts';
import type { ProbeResult } from '../gpu/probe.ts';
import { webgpuFlags } from './flags.ts';
import { type Opened, gpuPage } from './gpuPage.ts';
import type { GpuPage, OpenOptions } from './types.ts';

const PAGE = '/src/testing/page.html';
/** So Firefox writes of a shader that does not compile; the call, or the device, that made it is told as well. */
const IGNORED =
  /^(Encountered one or more errors while creating shader module|\s*Shader '.*' parsing error:|\s*Shader validation error:)/;
const KINDS = ['software', 'hardware', 'any'];

/**
 * Starts a headless browser whose WebGPU computes on an adapter of the kind wanted, or takes the page given, and opens
 * a device there.
 * @throws GpuUnavailableError listing every way that was tried and why it would not do; UsageError for an option
 */
export async function openGpuPage(options: OpenOptions): Promise<GpuPage> {
  const { adapter, browser = 'chrome', page, features = [], limits = {}, timeout = 10_000 } = options ?? {};
  if (!KINDS.includes(adapter))
    throw new UsageError(
      `adapter is 'software', 'hardware' or 'any', not ${JSON.stringify(adapter)}: say which, as none is taken in silence`,
    );
  if (browser !== 'chrome' && browser !== 'firefox')
    throw new UsageError(`browser is 'chrome' or 'firefox', not ${JSON.stringify(browser)}`);
  if (page && options.browser)
    throw new UsageError('page and browser exclude each other: a page has its browser');
  if (!(timeout > 0)) throw new UsageError(`timeout is in milliseconds and more than 0, not ${timeout}`);
  const server = await startServer();
  let opened: Opened | undefined;
  try {
    opened = page ? await adopt(page, server, adapter) : await start(server, browser, adapter);
    await opened.harness.run('open', { features, limits });
    return gpuPage(opened, timeout);
  } catch (error) {
    await opened?.end();
    await server.close();
    throw error;
  }
}

async function start(
  server: Server,
  browser: 'chrome' | 'firefox',
  adapter: OpenOptions['adapter'],
): Promise<Opened> {
  const launched = await launch(server, { browser, require: adapter, any: "adapter: 'any'", path: PAGE });
  try {
    const page = await launched.browser!.newPage();
    const gone = new Promise((resolve) => launched.browser!.once('disconnected', resolve));
    return {
      harness: await harnessOn(page, server, { path: PAGE, ignored: IGNORED, gone }),
      page,
      adapter: launched.rung.probe.adapter,
      browser: launched.version,
      flags: describeFlags(launched.rung),
      async end() {
        await launched.close();
        await server.close();
      },
      kill: () => kill(launched),
    };
  } catch (error) {
    await launched.close();
    throw error;
  }
}

/** A GPU that is busy for good keeps its browser from closing: then it is ended from outside. */
async function kill(launched: Launched): Promise<string> {
  launched.browser!.process()?.kill('SIGKILL');
  await launched.close();
  return 'the browser was killed, and this page is gone';
}

async function adopt(
  page: NonNullable<OpenOptions['page']>,
  server: Server,
  adapter: OpenOptions['adapter'],
): Promise<Opened> {
  const refused = (why: string) => {
    const flags = (['software', 'hardware'] as const)
      .filter((kind) => adapter === 'any' || adapter === kind)
      .map((kind) => `for ${kind} ${webgpuFlags(kind).join(' ')}`);
    return new GpuUnavailableError(
      `The page that was given has no adapter that will do (${adapter} is wanted): ${why}. Flags of Chrome: ${flags.join('; ')}.`,
    );
  };
  let harness: HarnessPage | undefined;
  const end = async () => {
    await harness?.close();
    await page.goto('about:blank').catch(() => {});
    await server.close();
  };
  try {
    harness = await harnessOn(page, server, { path: PAGE, ignored: IGNORED });
    const { adapter: found } = (await harness.run('probe', {}).catch((error: Error) => {
      throw error instanceof GpuUnavailableError ? refused(error.message) : error;
    })) as ProbeResult;
    if (adapter !== 'any' && found.kind !== adapter)
      throw refused(`it has ${adapterName(found)}, which is ${found.kind}`);
    return {
      harness,
      page,
      adapter: found,
      browser: 'a page that was given',
      flags: [],
      end,
      async kill() {
        await harness?.close();
        await server.close();
        return 'its GPU may be busy for good: close the browser that the page was given from';
      },
    };
  } catch (error) {
    await harness?.close();
    throw error;
  }
}
