import { fork } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { findBrowsers } from '../../../scripts/browsers.mjs';
import { findDawn } from '../../../scripts/dawn.mjs';
import { GpuUnavailableError } from '../../errors.ts';
import { ROOT } from '../server.ts';
import { openProcess } from './process.ts';
import type { Rung, Started, Target } from './target.ts';

/**
 * Dawn in Node, through the package `webgpu`. A process of its own: Vulkan takes its driver from the
 * environment when it is loaded, and a crash in native code ends a check, not the command line.
 */
export const node: Target = {
  hint: 'a GPU needs its driver, on Linux also the Vulkan loader (Debian: libvulkan1); on Linux, software is the SwiftShader of an installed Chrome',
  ladder() {
    const { folder, version } = found();
    const flags = [`webgpu@${version}`];
    const rung = (adapter: Rung['adapter'], env?: Rung['env']): Rung => {
      return { target: 'node', path: process.execPath, source: folder, adapter, flags, env };
    };
    return [rung('hardware'), ...swiftShaders().map((env) => rung('software', env))];
  },
  start,
};

async function start({ path: program, env }: Rung, signal?: AbortSignal): Promise<Started> {
  signal?.throwIfAborted();
  const { folder } = found();
  const child = fork(path.join(ROOT, 'bin/node-target.mjs'), [folder], {
    execPath: program,
    env: { ...process.env, ...env },
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    // Ctrl-C is for the command line, which then ends this process itself.
    detached: true,
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const close = () => {
    child.kill('SIGKILL');
    return ended;
  };
  const onAbort = () => void close();
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    const page = await openProcess(child);
    signal?.throwIfAborted();
    return { version: `node/${process.versions.node}`, open: async () => page, close };
  } catch (error) {
    await close();
    throw error;
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
}

function found(): ReturnType<typeof findDawn> {
  try {
    return findDawn();
  } catch (error) {
    throw new GpuUnavailableError((error as Error).message);
  }
}

/** Environments in which Vulkan is the SwiftShader that a Chrome on this machine brings along. */
function swiftShaders(): Record<string, string>[] {
  if (process.platform !== 'linux') return [];
  let browsers: ReturnType<typeof findBrowsers> = [];
  try {
    browsers = findBrowsers();
  } catch {
    // A wrong KATMAN_BROWSER is no reason here: a real GPU needs no Chrome.
  }
  // Debian's /usr/bin/chromium is a script; the browser lies in a folder of that name.
  const folders = browsers.flatMap(({ path: file }) => [
    path.dirname(realpathSync(file)),
    path.join('/usr/lib', path.basename(file)),
  ]);
  return folders
    .map((folder) => ({ folder, driver: path.join(folder, 'vk_swiftshader_icd.json') }))
    .filter(({ driver }) => existsSync(driver))
    .map(({ folder, driver }) => ({
      VK_ICD_FILENAMES: driver,
      // The Vulkan loader comes with the browser, too.
      LD_LIBRARY_PATH: [folder, process.env.LD_LIBRARY_PATH].filter(Boolean).join(':'),
    }));
}
