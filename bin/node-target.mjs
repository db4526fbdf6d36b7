/**
 * The other end of `--browser node`: WebGPU from the package `webgpu` (Dawn), whose folder is the first
 * word, and the tasks that a browser's page would run. Speaks by messages with `src/cli/targets/process.ts`.
 */
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { importer } from './source.mjs';

// The command line is gone, however it ended: so is this.
process.on('disconnect', () => process.exit());

const { create, globals } = await import(pathToFileURL(path.join(process.argv[2], 'index.js')).href);
Object.assign(globalThis, globals);
// Node has a navigator of its own since version 21, and none before.
const navigator = globalThis.navigator ?? {};
Object.defineProperty(navigator, 'gpu', { value: create([]) });
Object.defineProperty(globalThis, 'navigator', { value: navigator, configurable: true });

const source = await importer();
const { serve } = await source('/src/cli/process.ts');
serve();
