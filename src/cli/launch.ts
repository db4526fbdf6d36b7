import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import puppeteer, { type Browser } from 'puppeteer';
import { findBrowsers } from '../../scripts/browsers.mjs';
import { GpuUnavailableError } from '../errors.ts';
import type { ProbeResult } from '../gpu/probe.ts';
import { openPage } from './harness.ts';
import type { Server } from './server.ts';

export type Require = 'any' | 'hardware' | 'software';

/** One way of starting one browser. */
export interface Rung {
  readonly path: string;
  readonly source: string;
  readonly adapter: 'hardware' | 'software';
  readonly flags: readonly string[];
}

/** A rung that was tried: what its probe computed on, or why it could not. */
export interface Tried extends Rung {
  readonly version?: string;
  readonly probe?: ProbeResult;
  readonly problem?: string;
}

/** A browser in which a kernel has really computed. */
export interface Launched {
  readonly browser: Browser;
  readonly rung: Tried & { readonly probe: ProbeResult; readonly version: string };
  readonly tried: readonly Tried[];
  close(): Promise<void>;
}

export interface LaunchOptions {
  readonly require?: Require;
  /** The path of a browser, instead of those found. */
  readonly browser?: string;
  /** Hears of each rung before it is tried. */
  readonly onRung?: (rung: Rung) => void;
  readonly signal?: AbortSignal;
}

const START_MS = 30_000;
const PROBE_MS = 20_000;

const COMMON = [
  '--enable-unsafe-webgpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The ladder: every browser found, hardware first, then the software adapter that it brings along. */
export function ladder({
  require = 'any',
  browser,
}: Pick<LaunchOptions, 'require' | 'browser'> = {}): Rung[] {
  const browsers = browser ? [{ path: browser, source: 'as told' }] : found();
  const linux = process.platform === 'linux';
  // Chromium's sandbox refuses to work for root, and in many containers.
  const sandbox = linux && (process.getuid?.() === 0 || process.env.CI) ? ['--no-sandbox'] : [];
  const hardware = linux
    ? [['--enable-features=Vulkan'], ['--enable-features=Vulkan', '--use-angle=vulkan']]
    : [[]];
  const rungs = (adapter: Rung['adapter'], sets: readonly (readonly string[])[]) =>
    browsers.flatMap(({ path, source }) =>
      sets.map((set) => ({ path, source, adapter, flags: [...COMMON, ...sandbox, ...set] })),
    );
  return [
    ...(require === 'software' ? [] : rungs('hardware', hardware)),
    ...(require === 'hardware' ? [] : rungs('software', [['--use-webgpu-adapter=swiftshader']])),
  ];
}

function found(): ReturnType<typeof findBrowsers> {
  try {
    return findBrowsers();
  } catch (error) {
    throw new GpuUnavailableError((error as Error).message);
  }
}

/**
 * Starts the first rung of the ladder whose probe has really computed, on an adapter of the kind
 * required. What cannot be told apart satisfies only 'any'.
 * @throws GpuUnavailableError listing every rung and why it would not do
 */
export async function launch(server: Server, options: LaunchOptions = {}): Promise<Launched> {
  const { require = 'any', onRung, signal } = options;
  const rungs = ladder(options);
  if (!rungs.length) {
    throw new GpuUnavailableError(
      'No Chrome, Chromium or Edge was found: install one, or set KATMAN_BROWSER to its path',
    );
  }
  const tried: Tried[] = [];
  for (const rung of rungs) {
    signal?.throwIfAborted();
    onRung?.(rung);
    const { launched, ...result } = await climb(server, rung, require, signal);
    tried.push(result);
    if (launched) return { ...launched, rung: result as Launched['rung'], tried };
  }
  const reasons = tried.map(
    ({ path, adapter, flags, problem }) => `  ${path} (${adapter}: ${flags.at(-1)}): ${problem}`,
  );
  throw new GpuUnavailableError(
    `No browser here has ${require === 'any' ? 'an' : `a ${require}`} adapter that computes; tried:\n${reasons.join('\n')}\n` +
      `Run 'npm run doctor' to see what is missing${require === 'hardware' ? ', or allow any adapter' : ''}.`,
  );
}

/** Tries one rung; the browser stays open only if it will do. */
export async function climb(
  server: Server,
  rung: Rung,
  require: Require,
  signal?: AbortSignal,
): Promise<Tried & { launched?: Pick<Launched, 'browser' | 'close'> }> {
  const profile = await mkdtemp(path.join(tmpdir(), 'katman-'));
  const launching = puppeteer.launch({
    executablePath: rung.path,
    args: [...rung.flags],
    userDataDir: profile,
    timeout: START_MS,
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
  // Asked twice, both wait for the same end.
  const close = () => (closing ??= end());
  const onAbort = () => void close();
  signal?.addEventListener('abort', onAbort, { once: true });
  let version: string | undefined;
  try {
    const browser = await launching;
    signal?.throwIfAborted();
    version = await browser.version();
    const page = await openPage(browser, server);
    const probe = (await within(PROBE_MS, page.run('probe', {}))) as ProbeResult;
    await page.close();
    const { kind } = probe.adapter;
    if (require !== 'any' && kind !== require) {
      await close();
      return {
        ...rung,
        version,
        probe,
        problem: `its adapter is ${kind === 'unknown' ? 'of a kind that cannot be told' : kind}`,
      };
    }
    return { ...rung, version, probe, launched: { browser, close } };
  } catch (error) {
    await close();
    signal?.throwIfAborted();
    return { ...rung, version, problem: (error as Error).message.split('\n')[0] };
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
}

function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new GpuUnavailableError(`it did not answer within ${ms / 1000} s`)), ms);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
