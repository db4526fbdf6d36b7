import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll } from 'vitest';

export const ROOT = path.resolve(import.meta.dirname, '../..');

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs the command line as a person does; `onStart` may send signals. */
export function katman(
  words: readonly string[],
  {
    env = {},
    cwd = ROOT,
    onStart,
  }: { env?: NodeJS.ProcessEnv; cwd?: string; onStart?: (child: ChildProcess) => void } = {},
): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [path.join(ROOT, 'bin/katman.mjs'), ...words], {
      cwd,
      env: { ...process.env, ...env },
    });
    const ended: Ended = { code: null, stdout: '', stderr: '' };
    child.stdout.on('data', (data) => (ended.stdout += data));
    child.stderr.on('data', (data) => (ended.stderr += data));
    child.on('close', (code) => resolve({ ...ended, code }));
    onStart?.(child);
  });
}

/** A folder for the files of one test file, removed after it. */
export function useFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'katman-test-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A folder of temporary files for the commands of one test file alone: `left` says what they left there. */
export function useTemporary(): { env: NodeJS.ProcessEnv; left(): string[] } {
  const folder = useFolder();
  const env = { TMPDIR: folder, TEMP: folder, TMP: folder };
  return { env, left: () => readdirSync(folder).filter((name) => name.startsWith('katman-')) };
}
