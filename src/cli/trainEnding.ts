/** How long a training that was interrupted has for its last checkpoint, in ms. */
const GRACE = 10_000;

/** How a training ends when it is asked to: with checkpoints it saves the last one first, without them at once. */
export class Ending {
  readonly #soon = new AbortController();
  readonly #now = new AbortController();
  /** Whether there is a training that could save a checkpoint. */
  hasBegun = false;

  /** @param signal asks the command to end */
  constructor(
    readonly signal: AbortSignal,
    private readonly hasCheckpoints: boolean,
  ) {
    if (signal.aborted) this.#begin();
    else signal.addEventListener('abort', () => this.#begin(), { once: true });
  }

  /** Stops the training at its next step. */
  get soon(): AbortSignal {
    return this.#soon.signal;
  }

  /** Ends the browser, whatever it is at. */
  get now(): AbortSignal {
    return this.#now.signal;
  }

  endSoon(): void {
    this.#soon.abort();
  }

  #begin(): void {
    const end = () => this.#now.abort(this.signal.reason);
    if (!this.hasCheckpoints || !this.hasBegun) return end();
    this.endSoon();
    setTimeout(end, GRACE).unref();
    // Asked twice, it does not wait.
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(name, end);
  }
}
