import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const folder = import.meta.dirname;
const packages = path.join(folder, 'packages');
const interpreter = process.platform === 'win32' ? 'python' : 'python3';

/** Installs what `requirements.txt` names beside it, where it does not lie there yet; nothing else is touched. */
export function installKeras(): void {
  const stamp = path.join(packages, '.katman-interop');
  const requirements = path.join(folder, 'requirements.txt');
  const wanted = createHash('sha256').update(readFileSync(requirements)).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  console.error('Installing Keras and JAX (670 MB) into test/interop/keras (once) ...');
  const options = ['--no-deps', '--no-compile', '--only-binary=:all:', '--upgrade', '--quiet'];
  const about = ['--disable-pip-version-check', '--no-input', '--root-user-action=ignore'];
  run(
    ['-m', 'pip', 'install', '--target', packages, ...options, ...about, '-r', requirements],
    'Keras could not be installed. The test needs Python 3.11 or newer with pip (Debian: apt install python3-pip) ' +
      'and comes from PyPI: see that `python3 -m pip download --no-deps namex` works, then run it again.',
  );
  writeFileSync(stamp, wanted);
}

/** What a script of Python with these packages prints. */
export function python(...words: string[]): string {
  return run(words, 'The script failed with what was installed into test/interop/keras/packages.');
}

function run(words: readonly string[], advice: string): string {
  const { status, stdout, stderr, error, signal } = spawnSync(interpreter, words, {
    encoding: 'utf8',
    timeout: 600_000,
    env: { ...process.env, PYTHONPATH: packages, PYTHONDONTWRITEBYTECODE: '1', KERAS_BACKEND: 'jax' },
  });
  if (status === 0) return stdout;
  throw new Error([stdout, stderr, error?.message, signal, advice].filter(Boolean).join('\n').trim());
}
