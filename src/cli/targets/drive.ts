import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import puppeteer, { type LaunchOptions } from 'puppeteer';
import { openPage } from '../harness.ts';
import { ROOT } from '../server.ts';
import type { Rung, Started } from './target.ts';

const START_MS = 30_000;

/** Starts a browser through puppeteer, with a profile of its own that is removed after it. */
export async function drive(
  { path: executablePath, env }: Rung,
  options: Pick<LaunchOptions, 'browser' | 'args' | 'extraPrefsFirefox'>,
  signal?: AbortSignal,
): Promise<Started> {
  signal?.throwIfAborted();
  const profile = await mkdtemp(path.join(tmpdir(), 'katman-'));
  const clear = startGuard(profile);
  const launching = puppeteer.launch({
    ...options,
    executablePath,
    env: { ...process.env, ...temporaryIn(profile), ...env },
    userDataDir: profile,
    timeout: START_MS,
    // A task takes as long as it takes: a training may well run for hours.
    protocolTimeout: 0,
    // The command line handles signals itself, so that the exit code and the clean-up are its own.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
    // Kills it, whatever it is at.
    signal,
  });
  let stop: (reason: unknown) => void;
  const stopped = new Promise<never>((_, reject) => (stop = reject));
  // Puppeteer may wait long for a browser that was killed before it answered.
  const launched = Promise.race([launching, stopped]);
  let closing: Promise<void> | undefined;
  const end = async () => {
    const browser = await launched.catch(() => undefined);
    const isWell = browser?.connected && !signal?.aborted;
    await browser?.close().catch(() => browser.process()?.kill('SIGKILL'));
    await rm(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
    // Its processes may still be writing: for one that ended as it was told to nobody need wait.
    const cleared = clear();
    if (!isWell) await cleared;
  };
  const close = () => (closing ??= end());
  const onAbort = () => {
    stop(signal!.reason);
    void close();
  };
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    const browser = await launched;
    signal?.throwIfAborted();
    return {
      version: await browser.version(),
      browser,
      open: (server, path) => openPage(browser, server, { path }),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
}

/**
 * Chrome keeps a socket among the temporary files, which it leaves there if it is killed. Beside the profile it goes with
 * it; not where its whole path would be longer than that of a socket may be.
 */
function temporaryIn(profile: string): NodeJS.ProcessEnv {
  return process.platform === 'linux' && profile.length < 60 ? { TMPDIR: profile } : {};
}

/**
 * A process that ends the browser of a profile and removes both as soon as this process has ended, however that comes
 * about, or when it is told to.
 */
function startGuard(profile: string): () => Promise<void> {
  const guard = spawn(process.execPath, [path.join(ROOT, 'bin/guard.mjs'), profile], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const ended = new Promise<void>((resolve) => {
    guard.once('exit', () => resolve());
    // Without it only a kill leaves something: no reason not to work.
    guard.once('error', () => resolve());
  });
  guard.stdin.on('error', () => {});
  guard.unref();
  return () => {
    guard.ref();
    guard.stdin.end();
    return ended;
  };
}
