/** Bundles contestants, driver and jobs: a folder of `dist` for each, minified, as a page would load it. */
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'vite';
import { minifyWgsl } from '../../scripts/wgsl.mjs';

/** Shaders, minified as in vite.config.ts. */
const wgsl = {
  name: 'wgsl',
  enforce: 'pre',
  load(id) {
    const [, file] = /^(.+\.wgsl)\?raw$/.exec(id) ?? [];
    return file && `export default ${JSON.stringify(minifyWgsl(readFileSync(file, 'utf8')))}`;
  },
};

/** The contestants of the folder: NAME by NAME.ts. */
export function contestants(folder) {
  return readdirSync(path.join(folder, 'contestants'))
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.slice(0, -3));
}

/** Whether a module is loaded whenever an entry is: what is imported all the way. */
function loadedWith(entry) {
  let found;
  return (id, context) => {
    if (!found) {
      found = new Set([entry]);
      for (const one of found)
        for (const other of context.getModuleInfo(one)?.importedIds ?? []) found.add(other);
    }
    return found.has(id);
  };
}

/** The threads of TensorFlow.js on wasm take the text of a function, whose variables must stand where they stood. */
const AS_WRITTEN = new Set(['tfjs-wasm']);

/** What an entry needs at once is one file; what it imports later are files of their own. */
function make(folder, name, entry, extra) {
  const isLoaded = loadedWith(entry);
  return build({
    configFile: false,
    root: folder,
    logLevel: 'error',
    publicDir: false,
    plugins: [wgsl],
    define: { EXTRA_JOBS: JSON.stringify(extra) },
    build: {
      outDir: path.join(folder, 'dist', name),
      emptyOutDir: true,
      target: 'es2022',
      modulePreload: false,
      reportCompressedSize: false,
      chunkSizeWarningLimit: 2000,
      lib: { entry: { index: entry }, formats: ['es'] },
      rolldownOptions: {
        external: /^\/dist\//,
        output: {
          minify: { compress: !AS_WRITTEN.has(name), mangle: true, codegen: true },
          entryFileNames: '[name].js',
          chunkFileNames: '[name]-[hash].js',
          codeSplitting: { groups: [{ name: (id, context) => (isLoaded(id, context) ? 'core' : null) }] },
        },
      },
    },
  });
}

/**
 * @param {string} folder this one
 * @param {Record<string, string>} entries file by contestant
 * @param {unknown[]} extra further jobs
 * @returns the modules `jobs` and `plain-js`, for use in Node
 */
export async function bundle(folder, entries, extra) {
  const plain = path.join(folder, 'contestants', 'plain-js.ts');
  const own = Object.fromEntries(['driver', 'jobs'].map((name) => [name, path.join(folder, `${name}.ts`)]));
  for (const [name, entry] of Object.entries({ 'plain-js': plain, ...entries, ...own }))
    await make(folder, name, entry, extra);
  const load = (name) => import(pathToFileURL(path.join(folder, 'dist', name, 'index.js')).href);
  return { jobs: await load('jobs'), plain: await load('plain-js') };
}
