import { Bench } from './device.ts';
import { type Job, perform } from './jobs.ts';
import type { FromWorker, ToWorker } from './messages.ts';

/** Where texts are compiled, judged and timed: one after the other, on a device of its own. */
const post = (message: FromWorker) => self.postMessage(message);
const bench = new Bench((adapter) => post({ type: 'adapter', adapter }));
const ends = new Map<number, AbortController>();
let last = Promise.resolve();

self.onmessage = ({ data }: MessageEvent<ToWorker>) => {
  if (data.type === 'stop') return void ends.get(data.job)?.abort();
  ends.set(data.job, new AbortController());
  last = last.then(() => take(data));
};

async function take(job: Job): Promise<void> {
  const { signal } = ends.get(job.job)!;
  try {
    if (signal.aborted) return;
    const isHung = await perform(job, { gpu: await bench.open(), signal, post });
    if (isHung) bench.abandon();
  } catch (error) {
    if (!signal.aborted) post({ type: 'failed', job: job.job, message: (error as Error).message });
  } finally {
    ends.delete(job.job);
    post({ type: 'ended', job: job.job });
  }
}
