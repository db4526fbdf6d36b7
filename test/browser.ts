import type { TestProject } from 'vitest/node';
import { launch } from '../src/cli/launch.ts';
import { startServer } from '../src/cli/server.ts';
import { adapterName } from '../src/gpu/adapter.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the package is served. */
    serverUrl: string;
    /** For `puppeteer.connect`. */
    browserWSEndpoint: string;
    /** The kind of adapter that the tests run on. */
    adapter: 'hardware' | 'software';
  }
}

/** Which adapter the tests use: software, which is the same everywhere, unless told otherwise. */
const WANTED = process.env.KATMAN_TEST_ADAPTER ?? 'software';

/** One browser and one server for all tests that need them. No adapter is a failure, never a skip. */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  if (WANTED !== 'software' && WANTED !== 'hardware') {
    throw new Error(`KATMAN_TEST_ADAPTER is 'software' or 'hardware', not '${WANTED}'`);
  }
  const server = await startServer();
  try {
    const launched = await launch(server, { require: WANTED });
    const { probe, flags } = launched.rung;
    const name = adapterName(probe.adapter);
    console.log(`Adapter: ${name} (${probe.adapter.kind}), ${launched.version} ${flags.join(' ')}`);
    provide('serverUrl', server.url);
    provide('browserWSEndpoint', launched.browser!.wsEndpoint());
    provide('adapter', WANTED);
    return async () => {
      await launched.close();
      await server.close();
    };
  } catch (error) {
    await server.close();
    throw error;
  }
}
