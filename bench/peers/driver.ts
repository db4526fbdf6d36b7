/** Runs in the page: /?c=CONTESTANT&job=ID&mode=time|count leaves what it measured in `window.result`. */
import { type Contestant, type Create, generate, jobs } from './jobs.ts';

/** How often each call of WebGPU was made: browser.mjs counts them in the mode `count`. */
type Counts = Record<string, number>;
declare global {
  interface Window {
    gpuCounts?: Counts;
    result?: Promise<unknown>;
  }
}

const query = new URLSearchParams(location.search);
const WINDOWS = 5;

async function measure(): Promise<unknown> {
  const began = performance.now();
  const job = jobs.find(({ id }) => id === query.get('job'));
  if (!job) throw new Error(`there is no job '${query.get('job')}'`);
  const { weights, data } = generate(job);
  // What making up the data takes says nothing of a contestant.
  const generated = performance.now() - began;
  const { create } = (await import(`/dist/${query.get('c')}/index.js`)) as { create: Create };

  const start = performance.now();
  const contestant = await create(job);
  await contestant.init(weights, data);
  if (query.get('mode') === 'count') return count(contestant, job.window < 10 ? 1 : 10);
  const first = await contestant.step(1);
  const trained = performance.now();
  const final = job.steps > 1 ? await contestant.step(job.steps - 1) : first;
  const done = performance.now();

  const budget = Number(query.get('budget'));
  const windows: number[] = [];
  while (windows.length < WINDOWS && performance.now() - done < budget) {
    const at = performance.now();
    await contestant.step(job.window);
    windows.push((1000 * job.window) / (performance.now() - at));
  }
  const each = performance.now();
  let singles = 0;
  while (singles < job.window && performance.now() - each < budget / 4) {
    await contestant.step(1);
    singles++;
  }
  const eachRate = (1000 * singles) / (performance.now() - each);
  contestant.dispose();
  return {
    coldMs: trained - start,
    navMs: trained - generated,
    jobMs: done - generated,
    ...{ first, final, windows, eachRate },
  };
}

/** Calls until the first step, and calls per step: step(2k) less step(k), so that no final read-back is in them. */
async function count(contestant: Contestant, k: number): Promise<unknown> {
  const now = (): Counts => ({ ...window.gpuCounts });
  const start = now();
  await contestant.step(1);
  const first = now();
  // Twice as warm-up: pools of buffers fill.
  for (let i = 0; i < 2; i++) await contestant.step(2 * k);
  const before = now();
  await contestant.step(k);
  const short = now();
  await contestant.step(2 * k);
  const long = now();
  const perStep: Counts = {};
  for (const name in long) perStep[name] = (long[name] - 2 * (short[name] ?? 0) + (before[name] ?? 0)) / k;
  return { start, first, perStep };
}

window.result = measure().catch((error: Error) => ({ error: String(error?.message ?? error).slice(0, 400) }));
