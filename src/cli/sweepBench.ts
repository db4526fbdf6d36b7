import { GpuUnavailableError, KatmanError } from '../errors.ts';
import type { KernelName } from '../kernels/index.ts';
import { type Shape, chosenKernels } from './benchPlan.ts';
import { type KernelRow, startReceipt } from './benchReceipt.ts';
import { runBench } from './benchRun.ts';
import type { HarnessPage } from './harness.ts';
import { type RunHead, inBrowser } from './inBrowser.ts';
import { type JobBatch, runJobs } from './queueCrew.ts';
import { PRESENCE, type QueueJob, adapterKey, benchQueue, readPresence } from './queueJobs.ts';
import type { QueueLink } from './queueLink.ts';
import { problemOf } from './sweepBrowsers.ts';
import { targets } from './targets/index.ts';
import type { TargetName } from './targets/target.ts';

/** What kernels are timed, on everything that is there. */
export interface FleetWork {
  readonly kernels: readonly KernelName[];
  readonly shapes: readonly Shape[];
  /** For each kernel. */
  readonly seconds: number;
}

/** What one adapter measured of one kernel. */
export interface BenchAnswer {
  readonly head: RunHead;
  readonly rows: readonly KernelRow[];
  readonly notes: readonly string[];
}

/** What a fleet measured: `--json` of `katman sweep --bench`. */
export interface FleetReport {
  readonly format: 'katman-fleet/1';
  readonly date: string;
  readonly adapters: {
    readonly name: string;
    readonly head: RunHead;
    /** In the order of the kernels. */
    readonly rows: KernelRow[];
    readonly notes: string[];
    /** Kernels that could not be measured there, and why. */
    readonly problems: Record<string, string>;
  }[];
  /** What is not there, and why. */
  readonly notes: string[];
}

export function startFleet(): FleetReport {
  return { format: 'katman-fleet/1', date: new Date().toISOString(), adapters: [], notes: [] };
}

/** Checks kernels and times those that are right, as `katman bench` does. */
export async function runBenchJob(
  page: HarnessPage,
  head: RunHead,
  { kernels, shapes, seconds }: QueueJob & { kind: 'bench' },
): Promise<BenchAnswer> {
  const receipt = startReceipt([]);
  const chosen = chosenKernels(kernels);
  await runBench(
    page,
    { kernels: chosen, shapes, networks: [], plans: [], seconds, calls: false, times: false },
    receipt,
  );
  return { head, rows: receipt.kernels, notes: receipt.notes };
}

/**
 * On the targets of this machine, one after the other: they would only take time from each other.
 * @throws GpuUnavailableError if none is there
 */
export async function benchHere(
  work: FleetWork,
  browsers: readonly TargetName[],
  {
    signal,
    require,
    report,
  }: { signal: AbortSignal; require: 'any' | 'hardware' | 'software'; report: FleetReport },
): Promise<void> {
  for (const browser of browsers) {
    try {
      targets[browser].ladder();
      await inBrowser({ browser, require, signal }, async (page, head) => {
        const own = { name: adapterKey(head), head, rows: [], notes: [], problems: {} };
        report.adapters.push(own);
        for (const kernel of work.kernels) take(own, kernel, await measured(page, head, kernel, work));
      });
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof GpuUnavailableError)) throw error;
      report.notes.push(`${browser} is left out: ${problemOf(error)}`);
    }
  }
  if (!report.adapters.length)
    throw new GpuUnavailableError(
      `There is no adapter here to measure on. ${report.notes.join('. ')}. 'npm run doctor' tries everything`,
    );
}

async function measured(
  page: HarnessPage,
  head: RunHead,
  kernel: KernelName,
  work: FleetWork,
): Promise<BenchAnswer> {
  return runBenchJob(page, head, { ...work, kind: 'bench', kernels: [kernel] });
}

/**
 * On one worker of every adapter that has announced itself.
 * @throws GpuUnavailableError if there is no worker
 */
export async function benchFleet(
  link: QueueLink,
  work: FleetWork,
  { signal, report }: { signal: AbortSignal; report: FleetReport },
): Promise<void> {
  const heads = new Map<string, RunHead>();
  for (const { rawname = '' } of await link.queue(PRESENCE).getWorkers()) {
    const present = readPresence(rawname.split(':w:').at(-1)!);
    if (present) heads.set(adapterKey(present.head), present.head);
  }
  if (!heads.size)
    throw new GpuUnavailableError(
      `No worker has announced itself at ${link.name}: start one on each machine with 'npx katman worker --redis URL'`,
    );
  await Promise.all(
    [...heads]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, head]) => {
        const own: FleetReport['adapters'][number] = { name, head, rows: [], notes: [], problems: {} };
        report.adapters.push(own);
        const jobs: JobBatch['jobs'] = new Map(
          work.kernels.map((kernel) => [kernel, { ...work, kind: 'bench', kernels: [kernel] }]),
        );
        const onEnd: JobBatch['onEnd'] = (kernel, ended) =>
          take(own, kernel, 'value' in ended ? (ended.value as BenchAnswer) : new KatmanError(ended.problem));
        return runJobs(link, { queue: benchQueue(head), jobs, retries: 1, signal, onEnd }).finally(() =>
          own.rows.sort((a: KernelRow, b: KernelRow) => placeOf(a) - placeOf(b)),
        );
      }),
  );

  /** Several workers with one adapter share its kernels, and end as they end. */
  function placeOf({ name }: KernelRow): number {
    return work.kernels.indexOf(name.split(' ')[0] as KernelName);
  }
}

function take(own: FleetReport['adapters'][number], kernel: string, answer: BenchAnswer | Error): void {
  if (answer instanceof Error) own.problems[kernel] = answer.message;
  else {
    own.rows.push(...answer.rows);
    own.notes.push(...answer.notes);
  }
}
