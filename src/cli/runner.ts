import type { Task } from './tasks.ts';
import { type Packed, pack } from './wire.ts';

/** Runs tasks by name, wherever they come from: in a page, or in a process of Node. */
export class Runner {
  readonly #running = new Map<number, AbortController>();

  constructor(
    private readonly tasks: Promise<Readonly<Record<string, Task>>> | Readonly<Record<string, Task>>,
    /** Takes the events of the task with this number. */
    private readonly emit: (id: number, event: Packed) => void,
  ) {}

  /** The task's `{ value }`, or the `{ error }` that it ended in. */
  async run(id: number, name: string, input: () => unknown): Promise<Packed> {
    const abort = new AbortController();
    this.#running.set(id, abort);
    try {
      const task = (await this.tasks)[name];
      if (!task) throw new Error(`there is no task '${name}'`);
      const emit = (event: unknown) => this.emit(id, pack(event));
      return pack({ value: await task(await input(), { emit, signal: abort.signal }) });
    } catch (error) {
      return pack({ error });
    } finally {
      this.#running.delete(id);
    }
  }

  abort(id: number): void {
    this.#running.get(id)?.abort();
  }
}
