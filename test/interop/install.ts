import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * Installs what the lock file of a folder names, where it does not lie there yet: software that is not ours, which
 * nobody needs but these tests.
 * @param what its name and size, for whoever waits
 */
export function install(folder: string, what: string): void {
  const stamp = path.join(folder, 'node_modules', '.katman-interop');
  const lock = readFileSync(path.join(folder, 'package-lock.json'));
  const wanted = createHash('sha256').update(lock).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  console.error(`Installing ${what} into test/interop/${path.basename(folder)} (once) ...`);
  const { status, stdout, stderr, error, signal } = spawnSync(
    'npm',
    ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'],
    { cwd: folder, encoding: 'utf8', timeout: 600_000, shell: process.platform === 'win32' },
  );
  if (status !== 0) {
    const said = [stdout, stderr, error?.message, signal].filter(Boolean).join('\n').trim();
    throw new Error(
      `${said}\n${what} could not be installed. It comes from the npm registry: see that it can be reached ` +
        '(`npm ping`), then run the test again.',
    );
  }
  writeFileSync(stamp, wanted);
}
