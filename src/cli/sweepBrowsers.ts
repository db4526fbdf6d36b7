import { GpuUnavailableError, KatmanError } from '../errors.ts';
import { adapterName } from '../gpu/adapter.ts';
import type { HarnessPage } from './harness.ts';
import { type RunHead, inBrowser } from './inBrowser.ts';
import { isFinal } from './sweepTrial.ts';
import type { TargetOptions } from './targets/index.ts';

type Work<T> = (page: HarnessPage, head: RunHead) => Promise<T>;

interface Job {
  readonly work: Work<unknown>;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

export interface BrowsersOptions extends TargetOptions {
  readonly signal: AbortSignal;
  /** As the adapter is to say it. */
  readonly vendor?: string;
}

/** Browsers in a row that do not start, after which a place is given up. */
const MOST_FAILURES = 3;

/**
 * A number of browsers that take work, one piece each at a time. Each has a process of its own: one that crashes takes no
 * other's work with it, and is replaced. They are started when there is work for them.
 */
export class Browsers {
  readonly #waiting: Job[] = [];
  readonly #seats = new Set<Promise<void>>();
  #idle = 0;
  #wake: (() => void)[] = [];
  #closed = false;
  #broken: Error | undefined;

  constructor(
    /** How many, at most. */
    readonly count: number,
    private readonly options: BrowsersOptions,
  ) {
    options.signal.addEventListener('abort', () => this.#wakeAll(), { once: true });
  }

  /**
   * Does a piece of work in the next browser that is free.
   * @throws what the work throws; GpuUnavailableError if no browser can be started
   */
  run<T>(work: Work<T>): Promise<T> {
    if (this.#broken && !this.#seats.size) return Promise.reject(this.#broken);
    return new Promise<T>((resolve, reject) => {
      this.#waiting.push({ work, resolve: resolve as Job['resolve'], reject });
      if (this.#idle < this.#waiting.length && this.#seats.size < this.count && !this.#broken) this.#begin();
      this.#wake.shift()?.();
    });
  }

  /** Lets the browsers finish what they are at, and ends them. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#wakeAll();
    await Promise.all(this.#seats);
  }

  #begin(): void {
    const seat = this.#seat().finally(() => {
      this.#seats.delete(seat);
      if (this.#seats.size || !this.#broken) return;
      for (const { reject } of this.#waiting.splice(0)) reject(this.#broken);
    });
    this.#seats.add(seat);
  }

  async #seat(): Promise<void> {
    const { signal } = this.options;
    let failures = 0;
    while (!this.#closed && !signal.aborted && failures < MOST_FAILURES) {
      try {
        await inBrowser(this.options, async (page, head) => {
          refuseVendor(this.options, head);
          failures = 0;
          await this.#serve(page, head);
        });
      } catch (error) {
        failures++;
        // What no adapter fits will not fit the next time.
        if (failures === MOST_FAILURES || error instanceof GpuUnavailableError || signal.aborted) {
          this.#broken = signal.aborted ? signal.reason : (error as Error);
          return;
        }
      }
    }
    if (signal.aborted) this.#broken = signal.reason;
  }

  /** Works until there is nothing more to come, or the browser is no longer to be trusted. */
  async #serve(page: HarnessPage, head: RunHead): Promise<void> {
    for (;;) {
      const job = await this.#next();
      if (!job) return;
      try {
        job.resolve(await job.work(page, head));
      } catch (error) {
        job.reject(error);
        if (!isFinal(error)) return;
      }
    }
  }

  #wakeAll(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }

  async #next(): Promise<Job | undefined> {
    const { signal } = this.options;
    while (!this.#waiting.length && !this.#closed && !signal.aborted) {
      this.#idle++;
      await new Promise<void>((resolve) => this.#wake.push(resolve));
      this.#idle--;
    }
    return signal.aborted ? undefined : this.#waiting.shift();
  }
}

function refuseVendor({ vendor }: BrowsersOptions, { adapter }: RunHead): void {
  if (vendor === undefined || adapter.vendor === vendor) return;
  throw new GpuUnavailableError(
    `The sweep requires an adapter of the vendor '${vendor}', and the one here is '${adapterName(adapter)}'; run it where there is one, or leave requires.vendor out`,
  );
}

/** What went wrong, in a line. */
export function problemOf(error: unknown): string {
  return (error instanceof KatmanError ? error.message : String((error as Error)?.message ?? error)).split(
    '\n',
  )[0];
}
