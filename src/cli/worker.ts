import type { Job, Worker } from 'bullmq';
import { Command } from 'commander';
import { hostname } from 'node:os';
import { adapterName } from '../gpu/adapter.ts';
import { UsageError } from '../errors.ts';
import type { Trial } from '../sweep/trials.ts';
import type { RunHead } from './inBrowser.ts';
import type { Context } from './main.ts';
import { positive, whole } from './optionParsers.ts';
import { PRESENCE, type QueueJob, presenceName, queuesFor } from './queueJobs.ts';
import { FetchedData } from './queueData.ts';
import { QueueLink } from './queueLink.ts';
import { runBenchJob } from './sweepBench.ts';
import { Browsers, problemOf } from './sweepBrowsers.ts';
import { stepsOf } from './sweepPages.ts';
import { Trainer, isFinal } from './sweepTrial.ts';
import { type TargetOptions, targetChoices } from './targets/index.ts';

interface WorkerOptions extends TargetOptions {
  redis: string;
  pages: number;
  lock: number;
  wait: number;
}

/** A job that its workers died of so often is given up: it may be what they died of. */
const MOST_STALLED = 20;

const say = (text: string) => void process.stderr.write(`${text}\n`);

/** `katman worker`: takes trials and benchmarks that its adapter may run from a queue, until it is ended. */
export function workerCommand({ signal }: Context): Command {
  const command = new Command('worker')
    .description(
      'run trials of sweeps, and benchmarks, from a queue in Redis, in a headless browser of its own',
    )
    .requiredOption('--redis <url>', 'the queue, as redis://127.0.0.1:6379')
    .option('--pages <count>', 'browsers side by side', whole(1), 1)
    .option(
      '--lock <seconds>',
      'after which the trial of a worker that has died goes to another',
      positive,
      10,
    )
    .option('--wait <seconds>', 'how long to wait for a Redis that has gone away', positive, 300)
    .action(async (options: WorkerOptions) => {
      const link = await QueueLink.open(options.redis, options.wait);
      try {
        await serve(link, options, signal);
      } finally {
        await link.close();
      }
    });
  for (const choice of targetChoices()) command.addOption(choice);
  return command;
}

async function serve(link: QueueLink, options: WorkerOptions, signal: AbortSignal): Promise<void> {
  const browsers = new Browsers(options.pages, { ...options, signal });
  const data = new FetchedData(link);
  const workers: Worker[] = [];
  try {
    // Without an adapter there is nothing to offer.
    const head = await browsers.run(async (_, head) => head);
    const work = { browsers, trainer: new Trainer((trial: Trial) => data.locate(trial)) };
    const ended = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      for (const queue of queuesFor(head)) {
        const worker = new link.bullmq.Worker(
          queue,
          async (job: Job, token?: string) =>
            runJob(link, job, token, work, signal).catch((error) => {
              // No browser starts any more: others may have one.
              if (error.name === 'GpuUnavailableError') reject(error);
              throw error;
            }),
          { ...link.options, ...timing(options), concurrency: options.pages, autorun: true },
        );
        workers.push(link.keep(worker));
      }
    });
    ended.catch(() => {});
    const presence = new link.bullmq.Worker(PRESENCE, null, {
      ...link.options,
      name: presenceName(head, options.pages),
      autorun: false,
    });
    link.keep(presence);
    await presence.waitUntilReady();
    await Promise.all(workers.map((worker) => worker.waitUntilReady()));
    say(`${hostname()} works: ${describeHead(head)}; ${link.name}`);
    await Promise.race([ended, link.lost]);
  } finally {
    // What is at work goes back by itself: runJob hears of the signal, too.
    await Promise.race([
      Promise.allSettled(workers.map((worker) => worker.close())),
      new Promise((resolve) => setTimeout(resolve, 3000).unref()),
    ]);
    await browsers.close().catch(() => {});
    await data.close();
  }
}

/** How soon a job is taken to be left by its worker, and how often that is looked for. */
function timing({ lock }: WorkerOptions) {
  const ms = Math.max(500, Math.round(1000 * lock));
  return { lockDuration: ms, stalledInterval: Math.round(ms / 2), maxStalledCount: MOST_STALLED };
}

function describeHead({ adapter, browser }: RunHead): string {
  return `${adapterName(adapter)} (${adapter.kind}), ${browser.name} ${browser.version}`;
}

/** @throws what BullMQ takes as a reason to try again, to give up, or to give the job to another */
async function runJob(
  link: QueueLink,
  job: Job<QueueJob>,
  token: string | undefined,
  { browsers, trainer }: { browsers: Browsers; trainer: Trainer },
  signal: AbortSignal,
): Promise<unknown> {
  const { UnrecoverableError, WaitingError } = link.bullmq;
  const { data } = job;
  try {
    return await browsers.run(async (page, head) => {
      if (data.kind === 'bench') return runBenchJob(page, head, data);
      if (data.kind !== 'trial')
        throw new UsageError('This job is of another version of Katman; install the same version everywhere');
      const { trial, parameters } = data;
      const onStep = stepsOf(trial, (event) => void job.updateProgress(event).catch(() => {}));
      const attempts = job.attemptsStarted > 1 ? { attempts: job.attemptsStarted } : {};
      return { ...(await trainer.train(trial, { page, head, parameters }, onStep)), ...attempts };
    });
  } catch (error) {
    const gone = (error as Error).name === 'GpuUnavailableError';
    if (signal.aborted || gone) {
      await job.moveToWait(token);
      throw new WaitingError();
    }
    say(`${data.kind} ${job.id}: ${problemOf(error)}`);
    if (isFinal(error)) throw new UnrecoverableError(problemOf(error));
    throw new Error(problemOf(error));
  }
}
