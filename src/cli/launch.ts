import { GpuUnavailableError } from '../errors.ts';
import type { ProbeResult } from '../gpu/probe.ts';
import type { Server } from './server.ts';
import { type TargetOptions, targets } from './targets/index.ts';
import { type Rung, type Started, describeFlags } from './targets/target.ts';

/** A rung that was tried: what its probe computed on, or why it could not. */
export interface Tried extends Rung {
  readonly version?: string;
  readonly probe?: ProbeResult;
  readonly problem?: string;
}

/** A target in which a kernel has really computed. */
export interface Launched extends Started {
  readonly rung: Tried & { readonly probe: ProbeResult };
}

export interface LaunchOptions extends Partial<TargetOptions> {
  /** How whoever asks says that any adapter will do. */
  readonly any?: string;
  /** The harness page in which adapters are probed, if another than the command line's. */
  readonly path?: string;
}

const PROBE_MS = 20_000;

/**
 * Starts the first rung of the target's ladder whose probe has really computed, on an adapter of the
 * kind required. What cannot be told apart satisfies only 'any'.
 * @throws GpuUnavailableError listing every rung and why it would not do
 */
export async function launch(
  server: Server,
  { browser = 'chrome', require = 'any', any = '--require any', path }: LaunchOptions = {},
  signal?: AbortSignal,
): Promise<Launched> {
  const rungs = targets[browser].ladder().filter(({ adapter }) => require === 'any' || adapter === require);
  const tried: Tried[] = [];
  for (const rung of rungs) {
    const { started, ...result } = await climb(server, rung, require, signal, path);
    if (started) return { ...started, rung: result as Launched['rung'] };
    tried.push(result);
  }
  const reasons = tried.map(
    (rung) => `  ${rung.path} (${rung.adapter}: ${describeFlags(rung).at(-1)}): ${rung.problem}`,
  );
  throw new GpuUnavailableError(
    `No ${{ chrome: 'browser', firefox: 'Firefox', node: 'Node' }[browser]} here has ${require === 'any' ? 'an' : `a ${require}`} adapter that computes; tried:\n${reasons.join('\n') || '  nothing'}\n` +
      `Of ${browser}, ${targets[browser].hint}. 'npm run doctor' tries everything${require === 'any' ? '' : `, and ${any} takes any adapter`}.`,
  );
}

/** Tries one rung; what was started stays so only if it will do. */
export async function climb(
  server: Server,
  rung: Rung,
  require: TargetOptions['require'],
  signal?: AbortSignal,
  path?: string,
): Promise<Tried & { started?: Started }> {
  let started: Started | undefined;
  const onAbort = () => void started?.close();
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    started = await targets[rung.target].start(rung, signal);
    const { version } = started;
    const page = await started.open(server, path);
    const probe = (await within(PROBE_MS, page.run('probe', {}))) as ProbeResult;
    await page.close();
    const { kind } = probe.adapter;
    if (require === 'any' || kind === require) return { ...rung, version, probe, started };
    await started.close();
    const found = kind === 'unknown' ? 'of a kind that cannot be told' : kind;
    return { ...rung, version, probe, problem: `its adapter is ${found}` };
  } catch (error) {
    await started?.close();
    signal?.throwIfAborted();
    return { ...rung, version: started?.version, problem: (error as Error).message.split('\n')[0] };
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
