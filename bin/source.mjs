import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = new URL('..', import.meta.url);

/**
 * Imports modules by their path from the root of the package: TypeScript as it lies, where nothing has to be
 * built first, or in an installed package what was built of it.
 */
export async function importer() {
  if (!existsSync(new URL('src', root)))
    return (path) => import(new URL(path.replace(/^\/src\/(.+)\.ts$/, 'dist/$1.js'), root).href);
  const { createServer, createServerModuleRunner } = await import('vite');
  const vite = await createServer({
    root: fileURLToPath(root),
    configFile: false,
    logLevel: 'error',
    server: { middlewareMode: true, hmr: false, ws: false, watch: null },
    optimizeDeps: { noDiscovery: true, include: [] },
  });
  const runner = createServerModuleRunner(vite.environments.ssr, { hmr: false });
  return (path) => runner.import(path);
}
