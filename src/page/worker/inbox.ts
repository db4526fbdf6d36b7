/** Messages that wait for the worker to come to them: it hears them between two runs, never in one. */
export class Inbox<T> {
  #waiting: T[] = [];
  #wake: (() => void) | undefined;

  put(message: T): void {
    this.#waiting.push(message);
    this.#wake?.();
  }

  /** What has come since, in its order. */
  take(): T[] {
    return this.#waiting.splice(0);
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  /** Resolves when there is something to take. */
  async arrival(): Promise<void> {
    if (!this.isEmpty) return;
    await new Promise<void>((resolve) => (this.#wake = resolve));
    this.#wake = undefined;
  }
}
