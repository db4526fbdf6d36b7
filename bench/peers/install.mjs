/** Installs what only this comparison needs: the peers. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Does nothing where the packages of the lock file lie already. */
export function install(folder) {
  const stamp = path.join(folder, 'node_modules', '.katman-peers');
  const lock = readFileSync(path.join(folder, 'package-lock.json'));
  const wanted = createHash('sha256').update(lock).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  console.error('Installing TensorFlow.js and jax-js into bench/peers (100 MB, once) ...');
  const { status, stdout, stderr, error, signal } = spawnSync(
    'npm',
    ['ci', '--no-audit', '--no-fund', '--loglevel=error'],
    { cwd: folder, encoding: 'utf8', timeout: 600_000, shell: process.platform === 'win32' },
  );
  if (status !== 0) {
    const said = [stdout, stderr, error?.message, signal].filter(Boolean).join('\n').trim();
    throw new Error(
      `${said}\nThe peers could not be installed. They come from the npm registry: see that it can be reached ` +
        '(`npm ping`), then run the command again.',
    );
  }
  writeFileSync(stamp, wanted);
}
