import type { Job, JobsOptions } from 'bullmq';
import { setTimeout as sleep } from 'node:timers/promises';
import { randomBytes } from 'node:crypto';
import type { SweepEvent } from '../sweep/report.ts';
import type { TrialResult } from '../sweep/results.ts';
import type { Requires } from '../sweep/spec.ts';
import type { Crew } from '../sweep/sweep.ts';
import { putData } from './queueData.ts';
import { type QueueJob, trialQueue } from './queueJobs.ts';
import type { QueueLink } from './queueLink.ts';
import type { CrewOptions } from './sweepPages.ts';

/** Jobs that go to Redis in one call. */
const MANY = 1000;
/** Events may be missed while Redis is away, or trimmed: what has ended is looked for as often as this, in ms. */
const LOOK_MS = 5000;
/** A job whose sweep has gone away is dropped after a day, in seconds. */
const KEEP_S = 24 * 3600;

/** What `runJobs` hears of a job that has ended. */
export type Ended = { readonly value: unknown } | { readonly problem: string };

/** Jobs and who hears of them. */
export interface JobBatch {
  readonly queue: string;
  /** Job by its name. */
  readonly jobs: ReadonlyMap<string, QueueJob>;
  /** How often one is tried again that ends in an error. */
  readonly retries: number;
  readonly signal: AbortSignal;
  onEnd(name: string, ended: Ended): void;
  onStart?(name: string, attempt: number): void;
  onProgress?(name: string, progress: unknown): void;
}

/**
 * Sends jobs through a queue, and resolves when each has ended. One that Redis forgets is sent again; one that ends twice
 * is heard of once.
 * @throws what the link loses itself with, and the reason of the signal; jobs that are left are taken back
 */
export async function runJobs(link: QueueLink, batch: JobBatch): Promise<void> {
  const { queue: name, jobs, retries, signal, onEnd } = batch;
  const queue = link.queue(name);
  // Of two sweeps at a time each has its own jobs.
  const run = randomBytes(4).toString('hex');
  const open = new Set(jobs.keys());
  const nameOf = (id: string) => (id.startsWith(`${run}.`) ? id.slice(run.length + 1) : undefined);
  const options: JobsOptions = {
    attempts: retries + 1,
    removeOnComplete: { age: KEEP_S },
    removeOnFail: { age: KEEP_S },
  };
  // What is there already is left as it is.
  const send = async () => {
    const left = [...open].map((id) => ({
      name: 'job',
      data: jobs.get(id)!,
      opts: { ...options, jobId: `${run}.${id}` },
    }));
    for (let at = 0; at < left.length; at += MANY) await queue.addBulk(left.slice(at, at + MANY));
  };
  let done!: () => void;
  const all = new Promise<void>((resolve) => (done = resolve));
  const end = (id: string, ended: Ended) => {
    const known = nameOf(id);
    if (known === undefined || !open.delete(known)) return;
    onEnd(known, ended);
    void queue.remove(id).catch(() => {});
    if (!open.size) done();
  };
  const events = link.keep(new link.bullmq.QueueEvents(name, link.options));
  events.on('completed', ({ jobId, returnvalue }) => end(jobId, { value: parsed(returnvalue) }));
  events.on('failed', ({ jobId, failedReason }) => void ifFinal(jobId, failedReason));
  events.on('active', ({ jobId }) => void begun(jobId));
  events.on('progress', ({ jobId, data }) => {
    const known = nameOf(jobId);
    if (known !== undefined && open.has(known)) batch.onProgress?.(known, data);
  });
  const find = (id: string): Promise<Job | undefined> => link.bullmq.Job.fromId(queue, id);
  const ifFinal = async (id: string, problem: string) => {
    if (nameOf(id) === undefined || (await (await find(id))?.getState()) !== 'failed') return;
    end(id, { problem });
  };
  const begun = async (id: string) => {
    const known = nameOf(id);
    if (known === undefined || !batch.onStart) return;
    const job = await find(id);
    if (job) batch.onStart(known, job.attemptsStarted);
  };
  const look = async () => {
    for (const job of await queue.getJobs(['completed', 'failed'])) {
      if (!job?.id || nameOf(job.id) === undefined) continue;
      end(job.id, job.failedReason ? { problem: job.failedReason } : { value: job.returnvalue });
    }
  };
  let sent = false;
  link.back(() => void (sent && open.size && send().catch(() => {})));
  const aborted = new Promise<never>((_, reject) =>
    signal.addEventListener('abort', () => reject(signal.reason), { once: true }),
  );
  aborted.catch(() => {});
  let looking = true;
  const looks = async () => {
    while (looking) {
      await sleep(LOOK_MS, undefined, { ref: false });
      if (looking) await look().catch(() => {});
    }
  };
  const work = async () => {
    if (!open.size) return;
    await events.waitUntilReady();
    await send();
    sent = true;
    void looks();
    await all;
  };
  try {
    signal.throwIfAborted();
    await Promise.race([work(), link.lost, aborted]);
  } finally {
    looking = false;
    const left = [...open].map((id) => queue.remove(`${run}.${id}`).catch(() => {}));
    // Of a Redis that is gone nothing can be taken back.
    await Promise.race([Promise.all(left), sleep(3000, undefined, { ref: false })]);
    open.clear();
  }
}

/** The workers behind a queue as a crew. */
export function queueCrew(link: QueueLink, requires: Requires, options: CrewOptions): Crew {
  const { retries, onEvent, signal, parameters = false } = options;
  return {
    async run(trials, onResult) {
      const byId = new Map(trials.map((trial) => [trial.id, trial]));
      const put = () => putData(link, trials[0]);
      await Promise.race([put(), link.lost]);
      link.back(() => void put().catch(() => {}));
      await runJobs(link, {
        queue: trialQueue(requires),
        jobs: new Map(trials.map((trial) => [trial.id, { kind: 'trial', trial, parameters }])),
        ...{ retries, signal },
        onEnd: (id, ended) => onResult(resultOf(id, ended)),
        onStart: (trial, attempt) =>
          onEvent({ type: 'started', trial, configuration: byId.get(trial)!.configuration, attempt }),
        onProgress: (_, data) => onEvent(data as SweepEvent),
      });
    },
  };
}

function resultOf(id: string, ended: Ended): TrialResult {
  return 'value' in ended ? (ended.value as TrialResult) : { id, outcome: 'failed', error: ended.problem };
}

/** BullMQ hands on what was returned as text or as what it says, by the way it came. */
function parsed(value: unknown): unknown {
  return typeof value === 'string' ? JSON.parse(value) : value;
}
