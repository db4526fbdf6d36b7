import type { Gpu } from '../../gpu/gpu.ts';
import type { Kernel, Params } from '../../gpu/kernel.ts';
import { type ClockOptions, type Standings, type Timing as Clocked, measure } from '../clock.ts';
import { compare } from '../clock/compare.ts';
import { type Loaded, load } from '../clock/load.ts';
import { clockOf, giveUp } from './device.ts';
import { PATIENCE } from './judge.ts';
import { caseAt } from './shape.ts';
import type { Time, TimeOptions, Timing, Verdict } from './types.ts';

/** A kernel at the sizes at which it is timed. */
export interface Racer {
  readonly name: string;
  readonly kernel: Kernel;
  readonly params: Params;
}

/** What was measured together. */
export interface Race {
  /** By name; of what could not be timed there is nothing. */
  readonly clocked: ReadonlyMap<string, Clocked>;
  /** Bytes that one dispatch reads and writes, by name. */
  readonly bytes: ReadonlyMap<string, number>;
  readonly notes: readonly string[];
}

/** Times kernels against each other: all with their inputs on the device, in rounds in which each has its turn. */
export async function race(
  gpu: Gpu,
  racers: readonly Racer[],
  { seconds = 2, patience = PATIENCE, signal, onProgress }: TimeOptions,
): Promise<Race | Extract<Verdict, { kind: 'hung' }>> {
  const clock = await clockOf(gpu);
  const loaded = new Map<string, Loaded>();
  let standings: Standings | undefined;
  try {
    for (const { name, kernel, params } of racers)
      loaded.set(name, await load(gpu, { ...caseAt(gpu, kernel, kernel.flags, params), kernel }));
    const options: ClockOptions = {
      ...clock.options,
      budget: 1000 * seconds,
      timeout: patience,
      signal,
      onProgress,
    };
    standings = await measure(
      [...loaded].map(([name, { program }]) => clock.contestant(name, program)),
      options,
    );
    signal?.throwIfAborted();
    const late = standings.dropped.find(({ why }) => why.startsWith('it did not end'));
    if (late) return giveUp(gpu, patience, `while '${late.name}' was timed`);
    gpu.check();
  } finally {
    for (const { dispose } of loaded.values()) dispose();
  }
  return {
    clocked: new Map(standings.timings.map((timing) => [timing.name, timing])),
    bytes: new Map([...loaded].map(([name, { bytes }]) => [name, bytes])),
    notes: [...standings.notes, ...standings.dropped.map(({ name, why }) => `'${name}' has no time: ${why}`)],
  };
}

/** One beside the other; undefined where either has no time. */
export function timingOf({ clocked, bytes, notes }: Race, one: Racer, other: Racer): Timing | undefined {
  const [a, b] = [clocked.get(one.name), clocked.get(other.name)];
  if (!a || !b) return undefined;
  const flops = one.kernel.flops(one.params);
  const moved = bytes.get(one.name)!;
  return {
    attempt: timeOf(a, flops, moved),
    shipped: timeOf(b, flops, moved),
    comparison: compare(a, b),
    flops,
    bytes: moved,
    notes,
  };
}

const timeOf = ({ median, low, high }: Clocked, flops: number, bytes: number): Time => ({
  ...{ median, low, high },
  gflops: flops / 1e6 / median,
  gbs: bytes / 1e6 / median,
});
