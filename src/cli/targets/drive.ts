import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import puppeteer, { type LaunchOptions } from 'puppeteer';
import { openPage } from '../harness.ts';
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
  const launching = puppeteer.launch({
    ...options,
    executablePath,
    env: { ...process.env, ...env },
    userDataDir: profile,
    timeout: START_MS,
    // A task takes as long as it takes: a training may well run for hours.
    protocolTimeout: 0,
    // The command line handles signals itself, so that the exit code and the clean-up are its own.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
  let closing: Promise<void> | undefined;
  const end = async () => {
    const browser = await launching.catch(() => undefined);
    await browser?.close().catch(() => browser.process()?.kill('SIGKILL'));
    await rm(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  };
  const close = () => (closing ??= end());
  const onAbort = () => void close();
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    const browser = await launching;
    signal?.throwIfAborted();
    return {
      version: await browser.version(),
      browser,
      open: (server) => openPage(browser, server),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
}
