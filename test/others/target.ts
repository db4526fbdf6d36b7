import { afterAll, beforeAll } from 'vitest';
import type { HarnessPage } from '../../src/cli/harness.ts';
import { type Launched, launch } from '../../src/cli/launch.ts';
import { type Server, startServer } from '../../src/cli/server.ts';
import type { TargetName } from '../../src/cli/targets/target.ts';
import { adapterName } from '../../src/gpu/adapter.ts';

/** The targets besides Chrome. One that is not there fails its tests. */
export const OTHERS = ['firefox', 'node'] as const satisfies readonly TargetName[];

/** Software where it can be had everywhere alike: on Linux. */
export const REQUIRE = process.platform === 'linux' ? (process.env.KATMAN_TEST_ADAPTER ?? 'software') : 'any';

interface Opened {
  readonly server: Server;
  readonly launched: Launched;
  readonly page: HarnessPage;
}

/** A target for the tests of one suite: started before them, ended after them. */
export function useTarget(browser: TargetName): () => Opened {
  let server: Server | undefined;
  let launched: Launched | undefined;
  let page: HarnessPage | undefined;
  beforeAll(async () => {
    server = await startServer();
    launched = await launch(server, { browser, require: REQUIRE as 'any' });
    const { version, rung } = launched;
    console.log(`Adapter: ${adapterName(rung.probe.adapter)} (${rung.probe.adapter.kind}), ${version}`);
    page = await launched.open(server);
  });
  afterAll(async () => {
    await launched?.close();
    await server?.close();
  });
  return () => ({ server: server!, launched: launched!, page: page! });
}
