import type { FromWorker, ToWorker } from '../worker/messages.ts';

type Distribute<T> = T extends unknown ? Omit<T, 'job'> : never;
export type Task = Distribute<Exclude<ToWorker, { type: 'stop' }>>;
type Hear = (message: FromWorker) => void;

/** How long a job that was told to stop may go on before its worker is left behind, in ms. */
const STOP_PATIENCE = 5000;

let next = 1;
let worker = create();
const hearing = new Map<number, Hear>();
let onAdapter: Hear = () => {};
let onLeft = () => {};

function create(): Worker {
  const made = new Worker(new URL('../worker/main.ts', import.meta.url), {
    type: 'module',
    name: 'katman-lab',
  });
  made.onmessage = ({ data }: MessageEvent<FromWorker>) => {
    if (data.type === 'adapter') return onAdapter(data);
    hearing.get(data.job)?.(data);
    if (data.type === 'ended') hearing.delete(data.job);
  };
  return made;
}

/** @param adapter hears of each adapter @param left hears that a worker was left behind */
export function listen(adapter: Hear, left: () => void): void {
  onAdapter = adapter;
  onLeft = left;
}

/** Begins a job. @returns its number */
export function begin(task: Task, hear: Hear): number {
  const job = next++;
  hearing.set(job, hear);
  worker.postMessage({ ...task, job });
  return job;
}

/** Ends a job: it is heard no more. */
export function stop(job: number): void {
  if (!hearing.has(job)) return;
  const mine = worker;
  hearing.set(job, () => {});
  mine.postMessage({ type: 'stop', job });
  setTimeout(() => {
    if (hearing.has(job) && worker === mine) leave();
  }, STOP_PATIENCE);
}

/**
 * Goes on with another worker, and so another device. The old one is not ended: with it its device would be destroyed,
 * which may be busy for ever.
 */
function leave(): void {
  const left = worker;
  left.onmessage = ({ data }: MessageEvent<FromWorker>) => {
    if (data.type === 'ended') left.terminate();
  };
  const waiting = [...hearing];
  hearing.clear();
  worker = create();
  for (const [job, hear] of waiting) hear({ type: 'ended', job });
  onLeft();
}
