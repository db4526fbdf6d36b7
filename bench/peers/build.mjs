/** Bundles contestants, driver and jobs: a folder of `dist` for each, minified, as a page would load it. */
import { build } from 'esbuild';
import { readFileSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { minifyWgsl } from '../../scripts/wgsl.mjs';

/** Vite's `import text from './x.wgsl?raw'`, minified as in vite.config.ts. */
const raw = {
  name: 'raw',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\?raw$/ }, ({ resolveDir, path: file }) => ({
      path: path.resolve(resolveDir, file.slice(0, -'?raw'.length)),
      namespace: 'raw',
    }));
    onLoad({ filter: /.*/, namespace: 'raw' }, ({ path: file }) => ({
      contents: minifyWgsl(readFileSync(file, 'utf8')),
      loader: 'text',
    }));
  },
};

/** The contestants of the folder: NAME by NAME.ts. */
export function contestants(folder) {
  return readdirSync(path.join(folder, 'contestants'))
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.slice(0, -3));
}

/**
 * @param {string} folder this one
 * @param {Record<string, string>} entries file by contestant
 * @param {unknown[]} extra further jobs
 * @returns the modules `jobs` and `plain-js`, for use in Node
 */
export async function bundle(folder, entries, extra) {
  const dist = path.join(folder, 'dist');
  rmSync(dist, { recursive: true, force: true });
  const make = (name, entry) =>
    build({
      entryPoints: { index: entry },
      outdir: path.join(dist, name),
      absWorkingDir: folder,
      plugins: [raw],
      define: { EXTRA_JOBS: JSON.stringify(extra) },
      bundle: true,
      splitting: true,
      minify: true,
      format: 'esm',
      target: 'es2022',
      external: ['/dist/*'],
      logLevel: 'error',
    });
  const plain = path.join(folder, 'contestants', 'plain-js.ts');
  for (const [name, entry] of Object.entries({ 'plain-js': plain, ...entries })) await make(name, entry);
  for (const name of ['driver', 'jobs']) await make(name, path.join(folder, `${name}.ts`));
  const load = (name) => import(pathToFileURL(path.join(dist, name, 'index.js')).href);
  return { jobs: await load('jobs'), plain: await load('plain-js') };
}
