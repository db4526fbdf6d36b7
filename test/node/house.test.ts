import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const run = (...words: string[]) =>
  promisify(execFile)(process.execPath, words, { cwd: root }).catch((error) => error);

describe('the source', () => {
  it('is sound TypeScript, strictly', async () => {
    const { stdout } = await run('node_modules/typescript/bin/tsc', '--noEmit');
    expect(stdout).toBe('');
  }, 120_000);

  it('is formatted', async () => {
    const { stdout, stderr } = await run('node_modules/prettier/bin/prettier.cjs', '--check', '.');
    expect(`${stdout}${stderr}`).toMatch(/All matched files use Prettier/);
  }, 120_000);
});
