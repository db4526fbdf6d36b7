import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** The packed library. */
    tarball: string;
  }
}

const root = path.resolve(import.meta.dirname, '../..');

/** Packs once for all tests what `npm pack` packs; the packages that its first half sets up are here already. */
export default function setup({ provide }: TestProject): () => void {
  const folder = mkdtempSync(path.join(tmpdir(), 'katman-pack-'));
  // As in a shell of its own, which is not told that this is a test.
  const { NODE_ENV: _, VITEST: __, ...env } = process.env;
  const run = (program: string, ...words: string[]) =>
    execFileSync(program, words, { cwd: root, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  run(process.execPath, 'scripts/package.mjs');
  const packed = run('npm', 'pack', '--ignore-scripts', '--json', '--pack-destination', folder);
  const [{ filename }] = JSON.parse(packed) as [{ filename: string }];
  provide('tarball', path.join(folder, filename));
  return () => rmSync(folder, { recursive: true, force: true });
}
