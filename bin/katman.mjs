#!/usr/bin/env node
/** The command line. Vite runs the TypeScript as it lies, so that nothing has to be built first. */
import { fileURLToPath } from 'node:url';
import { createServer, createServerModuleRunner } from 'vite';

// Whoever reads the output may stop reading, as `head` does: that is no crash, and the run goes on.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

const root = fileURLToPath(new URL('..', import.meta.url));
const vite = await createServer({
  root,
  configFile: false,
  logLevel: 'error',
  server: { middlewareMode: true, hmr: false, ws: false, watch: null },
  optimizeDeps: { noDiscovery: true, include: [] },
});
const runner = createServerModuleRunner(vite.environments.ssr, { hmr: false });
const { main } = await runner.import('/src/cli/main.ts');
process.exit(await main(process.argv));
