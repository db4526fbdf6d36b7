import { adapterName } from '../gpu/adapter.ts';
import { type Tried, climb } from './launch.ts';
import type { Server } from './server.ts';
import type { Rung } from './targets/target.ts';

/** Flags that decide what WebGPU a Chrome has; others keep it quiet, or let it start at all. */
const DECIDES =
  /^--(enable-unsafe-webgpu|enable-features|use-angle|use-webgpu-adapter|use-gl|disable-gpu)(=|$)/;

/** A way of starting a browser that works, without one of its flags. */
export interface Difference {
  /** What was left out; all that decide of the start without any of them. */
  readonly without: string;
  readonly tried: Tried;
}

/** Starts a rung that works once more without each of its flags, one at a time. */
export async function differences(
  server: Server,
  { target, path, source, adapter, flags, env }: Rung,
  signal: AbortSignal,
  say: (text: string) => void,
): Promise<Difference[]> {
  const found: Difference[] = [];
  for (const flag of flags.filter((one) => DECIDES.test(one))) {
    signal.throwIfAborted();
    say(`trying without ${flag} ...`);
    const rung = { target, path, source, adapter, flags: flags.filter((one) => one !== flag), env };
    const { started, ...tried } = await climb(server, rung, 'any', signal);
    await started?.close();
    found.push({ without: flag, tried });
  }
  return found;
}

/** `Without --enable-unsafe-webgpu: no adapter; with it: swiftshader (software).` */
export function describeDifference({ without, tried }: Difference, { probe: best }: Tried): string {
  const seen = tried.probe ? nameOf(tried.probe) : `nothing that computes (${tried.problem})`;
  const wanted = best ? nameOf(best) : 'nothing that computes';
  return seen === wanted
    ? `Without ${without}: ${seen}, too; it makes no difference here.`
    : `Without ${without}: ${seen}; with it: ${wanted}.`;
}

const nameOf = ({ adapter }: NonNullable<Tried['probe']>) => `${adapterName(adapter)} (${adapter.kind})`;
