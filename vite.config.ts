import { readFileSync } from 'node:fs';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';
import { serviceWorker } from './scripts/offline.mjs';
import { minifyWgsl } from './scripts/wgsl.mjs';

/** Shaders are shipped without their comments; what runs from the sources keeps them. */
const wgsl: Plugin = {
  name: 'wgsl',
  apply: 'build',
  enforce: 'pre',
  load(id) {
    const [, file] = /^(.+\.wgsl)\?raw$/.exec(id) ?? [];
    return file && `export default ${JSON.stringify(minifyWgsl(readFileSync(file, 'utf8')))}`;
  },
};

/** The built page works without a network once it has been loaded. */
const offline: Plugin = {
  name: 'offline',
  apply: 'build',
  generateBundle(_, bundle) {
    const files = Object.keys(bundle).filter((file) => !/\.(map|html)$/.test(file));
    this.emitFile({ type: 'asset', fileName: 'offline.js', source: serviceWorker(files) });
  },
};

const slow = {
  testTimeout: 180_000,
  hookTimeout: 120_000,
  // Two cores and a GPU in software: side by side these would only wait for each other.
  fileParallelism: false,
};
const inBrowser = { ...slow, globalSetup: './test/browser.ts' };

export default defineConfig({
  // Relative, so that the built page works from any host and sub-path.
  base: './',
  plugins: [wgsl, offline],
  // No ES module by itself; found late, it would reload the page.
  optimizeDeps: {
    include: [
      'papaparse',
      '@bufbuild/protobuf/wire',
      'preact',
      'preact/hooks',
      'preact/jsx-runtime',
      'preact/jsx-dev-runtime',
      '@preact/signals',
      // Of the lab.
      '@codemirror/commands',
      '@codemirror/language',
      '@codemirror/lint',
      '@codemirror/search',
      '@codemirror/state',
      '@codemirror/view',
      '@iizukak/codemirror-lang-wgsl',
      '@lezer/highlight',
      'diff',
      'echarts/charts',
      'echarts/components',
      'echarts/core',
      'echarts/renderers',
    ],
  },
  build: {
    target: 'es2022',
    sourcemap: true,
    rollupOptions: { input: { index: 'index.html', lab: 'lab.html' } },
  },
  worker: { format: 'es' },
  test: {
    // The last line is what continuous integration reads.
    reporters: ['default', './test/summary.ts'],
    projects: [
      { test: { name: 'node', include: ['test/node/**/*.test.ts'] } },
      { test: { ...inBrowser, name: 'browser', include: ['test/{gpu,cli,page}/**/*.test.ts'] } },
      { test: { ...slow, name: 'others', include: ['test/others/**/*.test.ts'] } },
      {
        test: {
          ...slow,
          name: 'package',
          include: ['test/package/**/*.test.ts'],
          globalSetup: './test/package/setup.ts',
        },
      },
      { test: { ...slow, name: 'queue', include: ['test/queue/**/*.test.ts'] } },
      { test: { ...slow, name: 'interop', include: ['test/interop/**/*.test.ts'] } },
      { test: { ...inBrowser, name: 'bugs', include: ['test/bugs/**/*.test.ts'] } },
      { test: { ...inBrowser, name: 'long', include: ['test/long/**/*.test.ts'] } },
      { test: { ...inBrowser, name: 'mutants', include: ['test/mutants/**/*.test.ts'] } },
      { test: { ...inBrowser, name: 'mnist', include: ['test/mnist/**/*.test.ts'] } },
    ],
  },
});
