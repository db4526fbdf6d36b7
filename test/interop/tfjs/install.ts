import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const folder = import.meta.dirname;

/** TensorFlow.js of the lock file, computing on the CPU; installed if it is not there yet. */
export async function tensorflow(): Promise<any> {
  install();
  const tf = createRequire(import.meta.url)('@tensorflow/tfjs');
  await tf.setBackend('cpu');
  return tf;
}

function install(): void {
  const stamp = path.join(folder, 'node_modules', '.katman-interop');
  const lock = readFileSync(path.join(folder, 'package-lock.json'));
  const wanted = createHash('sha256').update(lock).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  console.error('Installing TensorFlow.js into test/interop/tfjs (300 MB, once) ...');
  const { status, stdout, stderr, error, signal } = spawnSync(
    'npm',
    ['ci', '--no-audit', '--no-fund', '--loglevel=error', '--ignore-scripts'],
    { cwd: folder, encoding: 'utf8', timeout: 600_000, shell: process.platform === 'win32' },
  );
  if (status !== 0) {
    const said = [stdout, stderr, error?.message, signal].filter(Boolean).join('\n').trim();
    throw new Error(
      `${said}\nTensorFlow.js could not be installed. It comes from the npm registry: see that it can be reached ` +
        '(`npm ping`), then run the test again.',
    );
  }
  writeFileSync(stamp, wanted);
}
