/** Installs what only the site needs: TypeDoc, and a TypeScript that it can read types with. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const folder = import.meta.dirname;

/** Does nothing where the packages of the lock file lie already. */
export function install() {
  const stamp = path.join(folder, 'node_modules', '.katman-docs');
  const lock = readFileSync(path.join(folder, 'package-lock.json'));
  const wanted = createHash('sha256').update(lock).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  console.error('Installing TypeDoc into docs/site (50 MB, once) ...');
  const { status, stdout, stderr, error, signal } = spawnSync(
    'npm',
    ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'],
    { cwd: folder, encoding: 'utf8', timeout: 600_000, shell: process.platform === 'win32' },
  );
  if (status !== 0) {
    const said = [stdout, stderr, error?.message, signal].filter(Boolean).join('\n').trim();
    throw new Error(
      `${said}\nTypeDoc could not be installed. It comes from the npm registry: see that it can be reached ` +
        '(`npm ping`), then run the command again.',
    );
  }
  writeFileSync(stamp, wanted);
}
