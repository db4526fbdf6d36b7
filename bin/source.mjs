import { fileURLToPath } from 'node:url';
import { createServer, createServerModuleRunner } from 'vite';

/** Imports TypeScript as it lies, by its path from the root of the package: nothing has to be built first. */
export async function importer() {
  const vite = await createServer({
    root: fileURLToPath(new URL('..', import.meta.url)),
    configFile: false,
    logLevel: 'error',
    server: { middlewareMode: true, hmr: false, ws: false, watch: null },
    optimizeDeps: { noDiscovery: true, include: [] },
  });
  const runner = createServerModuleRunner(vite.environments.ssr, { hmr: false });
  return (path) => runner.import(path);
}
