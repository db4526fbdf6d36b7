/** Finds the package `webgpu` (Dawn for Node). It is optional and large, so that nobody gets it unasked. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** What `npm install` is to be told: the version that was tried. */
export const DAWN_PACKAGE = 'webgpu@0.6.2';

/**
 * The package's folder and version: the one that KATMAN_WEBGPU names, or that of `modules`.
 * @throws {Error} saying how to install it, if it is not there
 */
export function findDawn(modules = path.join(root, 'node_modules')) {
  const named = process.env.KATMAN_WEBGPU;
  const folder = named || path.join(modules, 'webgpu');
  const description = path.join(folder, 'package.json');
  if (existsSync(description)) {
    return { folder, version: JSON.parse(readFileSync(description, 'utf8')).version };
  }
  throw new Error(
    named
      ? `KATMAN_WEBGPU names '${named}', which is no folder of the package webgpu; leave it out, and install the package here: npm install --no-save ${DAWN_PACKAGE}`
      : `The package webgpu, which --browser node computes with, is not installed: npm install --no-save ${DAWN_PACKAGE}`,
  );
}
