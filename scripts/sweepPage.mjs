#!/usr/bin/env node
/** Builds the page of a sweep, and the playground that it leads to, into the folder that is given. */
import path from 'node:path';
import { build } from 'vite';

const root = path.dirname(import.meta.dirname);
const [outDir] = process.argv.slice(2);
for (const mode of ['sweep', 'playground'])
  await build({
    root,
    mode,
    configFile: path.join(root, 'vite.lib.config.ts'),
    build: { outDir, emptyOutDir: false },
  });
