import type { Queue } from 'bullmq';
import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { UsageError } from '../errors.ts';
import { OutputError } from './output.ts';
import { duration } from './progress.ts';

type BullMQ = typeof import('bullmq');

/** All that Katman keeps in Redis has names that begin so. */
const PREFIX = 'katman';
/** A Redis that is there answers sooner, in ms, and refuses less often. */
const ANSWER_MS = 15_000;
const MOST_ERRORS = 3;
const HEARTBEAT_MS = 1000;

/** A Redis that jobs go through, reached by BullMQ. */
export class QueueLink {
  /** Rejects when Redis has been gone for too long. */
  readonly lost: Promise<never>;
  #lose!: (error: Error) => void;
  #pulse: Queue;
  #closed = false;
  readonly #queues = new Map<string, Queue>();
  readonly #closers: (() => Promise<unknown>)[] = [];

  private constructor(
    readonly bullmq: BullMQ,
    /** What every object of BullMQ here is made with. */
    readonly options: { readonly connection: object; readonly prefix: string },
    /** As a message names it: without its password. */
    readonly name: string,
    private readonly wait: number,
    private readonly onBack: Set<() => void>,
  ) {
    this.lost = new Promise((_, reject) => (this.#lose = reject));
    this.lost.catch(() => {});
    this.#pulse = this.queue('pulse');
  }

  /**
   * @param url `redis://user:password@host:port/db`, or `rediss://` for TLS
   * @param wait seconds to wait for a Redis that has gone away
   * @throws UsageError if there is none, it wants a password, or BullMQ is not installed
   */
  static async open(url: string, wait: number): Promise<QueueLink> {
    const { connection, name } = connectionOf(url);
    const link = new QueueLink(loadBullmq(), { connection, prefix: PREFIX }, name, wait, new Set());
    try {
      await link.#answer();
    } catch (error) {
      await link.close();
      throw error;
    }
    void link.#watch();
    return link;
  }

  /** A queue by its name, closed with the link. */
  queue(name: string): Queue {
    const queue = this.#queues.get(name) ?? this.keep(new this.bullmq.Queue(name, this.options));
    this.#queues.set(name, queue);
    return queue;
  }

  /** Of the driver that BullMQ uses. */
  get client(): ReturnType<Queue['getBackend']>['client'] {
    return this.#pulse.getBackend().client;
  }

  /** Closes something with the link; what it says of a Redis that is gone, the link has said already. */
  keep<T extends { on(event: 'error', hear: () => void): unknown; close(force?: boolean): Promise<unknown> }>(
    made: T,
  ): T {
    made.on('error', () => {});
    this.#closers.push(() => made.close(true));
    return made;
  }

  /** Calls this whenever Redis has been away and is back. */
  back(call: () => void): void {
    this.onBack.add(call);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    // A Redis that is gone would be waited for.
    await Promise.race([Promise.allSettled(this.#closers.map((close) => close())), sleep(2000)]);
  }

  /** Waits for the first answer. @throws UsageError saying why there is none */
  async #answer(): Promise<void> {
    let [problem, errors] = ['it did not answer', 0];
    // What a driver says of itself may be a list of what it tried.
    this.#pulse.on('error', (error: Error & { code?: string; errors?: Error[] }) => {
      problem = error.message || error.errors?.[0]?.message || error.code || problem;
      errors++;
    });
    const isRefused = () => /NOAUTH|WRONGPASS|NOPERM|ERR AUTH|invalid password/i.test(problem);
    const until = performance.now() + ANSWER_MS;
    while (performance.now() < until && errors < MOST_ERRORS && !isRefused()) {
      if (await this.#ping(HEARTBEAT_MS)) return;
      await sleep(50);
    }
    throw new UsageError(
      isRefused()
        ? `Redis at ${this.name} lets nobody in who has no right password (${problem}); give it in --redis redis://USER:PASSWORD@HOST:PORT`
        : `There is no Redis at ${this.name} (${problem}): start one (on Debian: apt-get install redis-server), or give the address of another to --redis`,
    );
  }

  async #watch(): Promise<void> {
    let since: number | undefined;
    while (!this.#closed) {
      await sleep(HEARTBEAT_MS, undefined, { ref: false });
      const there = await this.#ping(2 * HEARTBEAT_MS);
      if (this.#closed) return;
      if (there && since !== undefined) {
        say(`Redis at ${this.name} is back; going on`);
        since = undefined;
        for (const call of this.onBack) call();
      } else if (!there && since === undefined) {
        since = performance.now();
        say(`Redis at ${this.name} does not answer; waiting for it, up to ${duration(this.wait)} ...`);
      } else if (since !== undefined && performance.now() - since > 1000 * this.wait) {
        return this.#lose(
          new OutputError(
            `Redis at ${this.name} has been away for ${duration(this.wait)}, so no further result can come or go; start it again, and run the same command, with --resume where results were kept`,
          ),
        );
      }
    }
  }

  /** Whether Redis answers; commands to one that is gone would wait for it. */
  async #ping(ms: number): Promise<boolean> {
    const answered = this.client
      .then((client) => client.info())
      .then(
        () => true,
        () => false,
      );
    return Promise.race([answered, sleep(ms, false, { ref: false })]);
  }
}

const say = (text: string) => void process.stderr.write(`${text}\n`);

/** @throws UsageError for what is no address of a Redis */
function connectionOf(text: string): { connection: object; name: string } {
  const refuse = () =>
    new UsageError(`--redis is an address like redis://127.0.0.1:6379, not '${text}'; give one of that form`);
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw refuse();
  }
  const { protocol, hostname, port, username, password, pathname } = url;
  const db = pathname.length > 1 ? Number(pathname.slice(1)) : 0;
  if (!/^rediss?:$/.test(protocol) || !hostname || !Number.isSafeInteger(db) || db < 0) throw refuse();
  return {
    name: `${protocol}//${hostname}:${port || 6379}${db ? `/${db}` : ''}`,
    connection: {
      host: hostname.replace(/^\[|\]$/g, ''),
      port: Number(port || 6379),
      db,
      ...(username && { username: decodeURIComponent(username) }),
      ...(password && { password: decodeURIComponent(password) }),
      ...(protocol === 'rediss:' && { tls: {} }),
      maxRetriesPerRequest: null,
      connectTimeout: ANSWER_MS,
      retryStrategy: () => HEARTBEAT_MS,
    },
  };
}

/** Loaded when it is wanted: whoever sweeps on one machine needs neither BullMQ nor its driver. */
function loadBullmq(): BullMQ {
  // Not imported: what is imported is packed into the installed command line, and these lie beside it.
  const load = createRequire(import.meta.url);
  try {
    load.resolve('ioredis');
    return load('bullmq');
  } catch {
    throw new UsageError(
      'The packages bullmq and ioredis, by which a sweep goes over many machines, are not installed: npm install bullmq ioredis (without --redis, a sweep runs on this machine alone)',
    );
  }
}
