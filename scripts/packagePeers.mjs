/** The packages that only the command line needs: whoever installs Katman installs them beside it, or not. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

/** The folder of an installed package, looked for as Node does; undefined if it is not there. */
export function findPeer(name) {
  const folders = createRequire(import.meta.url).resolve.paths(name);
  return folders.map((folder) => path.join(folder, name)).find((folder) => existsSync(folder));
}

/** What drives the browsers, by name: `puppeteer`, or the same without a browser of its own. */
export const findPuppeteer = () => ['puppeteer', 'puppeteer-core'].find(findPeer);
