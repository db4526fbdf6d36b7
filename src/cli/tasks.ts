import { probe } from '../gpu/probe.ts';
import { trainTask } from './trainTask.ts';

/** What the page can be asked to do: data in, data out. */
export type Task = (input: any, context: { emit(event: any): void; signal: AbortSignal }) => Promise<unknown>;

export const tasks: Record<string, Task> = {
  /** The adapter, after a kernel has really computed on it. */
  probe,
  train: trainTask,
};
