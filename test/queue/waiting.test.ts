import { afterAll, beforeAll, expect, it } from 'vitest';
import { setTimeout as sleep } from 'node:timers/promises';
import { runJobs } from '../../src/cli/queueCrew.ts';
import { type QueueJob, trialQueue } from '../../src/cli/queueJobs.ts';
import { QueueLink } from '../../src/cli/queueLink.ts';
import type { Trial } from '../../src/sweep/trials.ts';
import { type Redis, startRedis } from './redis.ts';

/** The figures of docs/sweeps.md come from 10000. */
const JOBS = Number(process.env.KATMAN_TEST_JOBS ?? 1000);

let redis: Redis;
let link: QueueLink;
beforeAll(async () => {
  redis = await startRedis();
  link = await QueueLink.open(redis.url, 30);
});
afterAll(async () => {
  await link?.close();
  await redis?.stop();
});

const requires = { adapter: 'software', vendor: 'nobody' } as const;
const trialOf = (seed: number): Trial => ({
  ...{ id: `trial-${seed}`, configuration: 0, rung: 0, seed, data: { sha256: 'abc' }, requires },
  experiment: {
    format: 'katman-experiment/1',
    data: 'iris',
    epochs: 5,
    layers: [16],
    learningRate: 0.01,
    seed,
  },
});
const memory = async () => Number(/used_memory:(\d+)/.exec(await (await link.client).info())![1]);
const jobs = new Map(
  Array.from({ length: JOBS }, (_, i): [string, QueueJob] => [
    `trial-${i}`,
    { kind: 'trial', trial: trialOf(i), parameters: false },
  ]),
);

it(`${JOBS} trials wait, are fetched, and each is heard of once`, async () => {
  const queue = link.queue(trialQueue(requires));
  const before = await memory();
  let started = performance.now();
  const ended = new Map<string, number>();
  const done = runJobs(link, {
    ...{ queue: queue.name, jobs, retries: 0, signal: new AbortController().signal },
    onEnd: (name) => ended.set(name, (ended.get(name) ?? 0) + 1),
  });
  while ((await queue.getWaitingCount()) < JOBS) await sleep(20);
  const adding = performance.now() - started;
  const bytes = (await memory()) - before;
  started = performance.now();
  const worker = new link.bullmq.Worker(queue.name, async () => ({ outcome: 'done' }), {
    ...link.options,
    concurrency: 1,
  });
  await done;
  const fetching = performance.now() - started;
  await worker.close();
  expect(ended.size).toBe(JOBS);
  expect(Math.max(...ended.values())).toBe(1);
  // They are taken back as they are counted.
  while ((await queue.getCompletedCount()) > 0) await sleep(20);
  console.log(
    `${JOBS} jobs: added in ${Math.round(adding)} ms, ${Math.round(bytes / JOBS)} bytes each in Redis, ` +
      `${Math.round((1000 * JOBS) / fetching)} a second with one worker that does nothing`,
  );
}, 300_000);

it('what is left is taken back from the queue when a sweep is ended', async () => {
  const abort = new AbortController();
  const queue = link.queue(trialQueue({ adapter: 'hardware', vendor: 'nobody' }));
  const some = new Map([...jobs].slice(0, 200));
  const options = { queue: queue.name, jobs: some, retries: 0, signal: abort.signal, onEnd() {} };
  const ended = runJobs(link, options).catch((error: Error) => error);
  while ((await queue.getWaitingCount()) < 200) await sleep(20);
  abort.abort(new Error('enough'));
  expect(await ended).toEqual(new Error('enough'));
  expect(await queue.getWaitingCount()).toBe(0);
});

it('a trial that ends in an error is tried again, and then told as failed', async () => {
  const queue = link.queue(trialQueue({ adapter: 'any', vendor: 'nobody' }));
  let tries = 0;
  const worker = new link.bullmq.Worker(
    queue.name,
    async () => {
      tries++;
      throw new Error('The browser is gone');
    },
    { ...link.options },
  );
  const heard: unknown[] = [];
  await runJobs(link, {
    ...{ queue: queue.name, jobs: new Map([...jobs].slice(0, 1)), retries: 2 },
    signal: new AbortController().signal,
    onEnd: (_, ended) => heard.push(ended),
  });
  await worker.close();
  expect(tries).toBe(3);
  expect(heard).toEqual([{ problem: 'The browser is gone' }]);
});

it('the time falls with the workers, where each has a machine of its own', async () => {
  const queue = link.queue(trialQueue({ adapter: 'any', vendor: 'sleeper' }));
  const took: Record<number, number> = {};
  for (const count of [1, 2, 4]) {
    // A GPU that is not of this machine: a quarter of a second in which nothing is to be done here.
    const workers = Array.from(
      { length: count },
      () => new link.bullmq.Worker(queue.name, () => sleep(250, { outcome: 'done' }), { ...link.options }),
    );
    await Promise.all(workers.map((worker) => worker.waitUntilReady()));
    const started = performance.now();
    await runJobs(link, {
      ...{ queue: queue.name, jobs: new Map([...jobs].slice(0, 40)), retries: 0 },
      ...{ signal: new AbortController().signal, onEnd() {} },
    });
    took[count] = performance.now() - started;
    await Promise.all(workers.map((worker) => worker.close()));
  }
  console.log(
    `40 trials of 0.25 s: ${Object.entries(took)
      .map(([n, ms]) => `${n}: ${(ms / 1000).toFixed(1)} s`)
      .join(', ')}`,
  );
  expect(took[2]).toBeLessThan(0.8 * took[1]);
  expect(took[4]).toBeLessThan(0.8 * took[2]);
});
