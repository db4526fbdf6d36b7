import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { type Plugin, type Rolldown, type UserConfig, defineConfig } from 'vite';
import site from './vite.config.ts';

const root = import.meta.dirname;
const file = (name: string) => path.join(root, name);

/** Shaders are shipped as the playground ships them. */
const wgsl = (site.plugins as Plugin[]).find(({ name }) => name === 'wgsl')!;

/** A stranger's bundler may give anything any name: which kernels these are, their texts say. */
const version: Plugin = {
  name: 'version',
  transform(code, id) {
    if (id !== file('src/kernels/load.ts')) return;
    const hash = createHash('sha256');
    const shaders = readdirSync(file('shaders'), { recursive: true, encoding: 'utf8' });
    for (const name of shaders.filter((name) => name.endsWith('.wgsl')).sort())
      hash.update(readFileSync(file(`shaders/${name}`)));
    const texts = JSON.stringify(hash.digest('hex').slice(0, 16));
    return { code: code.replace('import.meta.url', texts), map: null };
  },
};

/** Of these packages the command line needs no more than stands here in their place. */
const STAND_INS: Readonly<Record<string, string>> = {
  vite: file('scripts/packageServer.mjs'),
  puppeteer: file('scripts/packagePuppeteer.mjs'),
};
const standIns: Plugin = { name: 'stand-ins', enforce: 'pre', resolveId: (id) => STAND_INS[id] };

/** Advice is for whoever installed it. */
const advice: Plugin = {
  name: 'advice',
  transform: (code, id) =>
    id.startsWith(file('src/'))
      ? { code: code.replace(/'npm run (check|doctor)'/g, "'npx katman $1'"), map: null }
      : undefined,
};

/** A script that stands in a page as one of old: after the page, and without the rules of modules. */
const classicScript: Plugin = {
  name: 'classic-script',
  enforce: 'post',
  transformIndexHtml: {
    order: 'post',
    handler: (html) =>
      html
        .replace(/<script type="module" crossorigin/, '<script defer')
        .replace(/<link rel="stylesheet" crossorigin/g, '<link rel="stylesheet"'),
  },
};

const build = {
  target: 'es2022',
  emptyOutDir: false,
  sourcemap: true,
  reportCompressedSize: false,
  chunkSizeWarningLimit: 2000,
  // The packages that go into it ask for their notices to go along.
  license: { fileName: 'LICENSES.md' },
} as const;

/** Whether a module is loaded whenever an entry is: what is imported all the way. */
function loadedWith(entry: string) {
  let found: Set<string> | undefined;
  return (id: string, context: Rolldown.ChunkingContext) => {
    if (!found) {
      found = new Set([entry]);
      for (const one of found)
        for (const other of context.getModuleInfo(one)?.importedIds ?? []) found.add(other);
    }
    return found.has(id);
  };
}

/**
 * A library of few files, and small ones. What the first entry needs at once is one file, which packs better; what
 * not every training needs is loaded when it is needed.
 */
function library(entry: Readonly<Record<string, string>>): UserConfig {
  const [[name, first]] = Object.entries(entry);
  const isLoaded = loadedWith(first);
  return {
    plugins: [wgsl, version],
    build: {
      ...build,
      outDir: 'dist',
      lib: { entry, formats: ['es'] },
      rolldownOptions: {
        output: {
          minify: true,
          entryFileNames: '[name].js',
          chunkFileNames: 'chunks/[name]-[hash].js',
          codeSplitting: {
            groups: [{ name: (id, context) => (isLoaded(id, context) ? `${name}-core` : null) }],
          },
        },
      },
    },
  };
}

/** What scripts/package.mjs builds, one after the other. */
const builds: Readonly<Record<string, UserConfig>> = {
  /** For bundlers, and pages that have a GPU. */
  library: library({ katman: file('scripts/packagePage.mjs'), 'katman-lab': file('src/index.ts') }),
  /** For pages that have none. */
  cpu: library({ 'katman-cpu': file('scripts/packageCpu.mjs') }),
  /** The command line and `katman/testing` for Node, with all that they import. */
  command: {
    plugins: [standIns, advice],
    ssr: { noExternal: true },
    build: {
      ...build,
      target: 'node20',
      sourcemap: false,
      outDir: 'dist/cli',
      ssr: true,
      rolldownOptions: {
        input: {
          main: file('scripts/packageCommand.mjs'),
          process: file('src/cli/process.ts'),
          testing: file('scripts/packageTesting.mjs'),
        },
        // Beside each other: modules look for files from where they lie.
        output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  },
  /** The pages in which the command line and tests of others compute. */
  harness: {
    plugins: [wgsl, advice],
    build: {
      ...build,
      sourcemap: false,
      outDir: 'dist/cli/page',
      rolldownOptions: { input: [file('src/cli/harness.html'), file('src/testing/page.html')] },
    },
  },
  /** The page of a sweep: one script that is no module, so that it runs from a file, too. */
  sweep: {
    plugins: [classicScript],
    build: {
      ...build,
      sourcemap: false,
      license: { fileName: 'LICENSES-sweep.md' },
      modulePreload: false,
      // A style that a script makes is refused by the page's policy.
      cssCodeSplit: false,
      outDir: 'dist/cli/sweep',
      rolldownOptions: { input: file('sweep.html'), output: { format: 'iife', codeSplitting: false } },
    },
  },
  /** The playground, beside it: where its links lead. */
  playground: {
    plugins: [wgsl],
    worker: { format: 'es' },
    build: {
      ...build,
      sourcemap: false,
      outDir: 'dist/cli/sweep',
      rolldownOptions: { input: file('index.html') },
    },
  },
};

export default defineConfig(({ mode }) => ({
  base: './',
  publicDir: false,
  logLevel: 'error',
  ...builds[mode],
}));
