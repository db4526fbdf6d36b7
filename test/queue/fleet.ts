import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { ROOT } from '../cli/command.ts';

/** A worker as a person starts one, in a process of its own. */
export interface FleetWorker {
  readonly child: ChildProcess;
  /** What it has said on stderr. */
  said(): string;
  /** When it takes jobs. */
  readonly ready: Promise<void>;
  /** Its exit code; null after a signal. */
  readonly ended: Promise<number | null>;
}

/** Workers that are all ended with the test. */
export class Fleet {
  readonly #all = new Set<FleetWorker>();

  constructor(
    private readonly url: string,
    private readonly env: NodeJS.ProcessEnv = {},
  ) {}

  start(...words: string[]): FleetWorker {
    const child = spawn(
      process.execPath,
      [path.join(ROOT, 'bin/katman.mjs'), 'worker', '--redis', this.url, ...words],
      { cwd: ROOT, env: { ...process.env, ...this.env }, stdio: ['ignore', 'ignore', 'pipe'] },
    );
    let text = '';
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    const ready = new Promise<void>((resolve, reject) => {
      child.stderr!.on('data', (data) => {
        text += data;
        if (/ works: /.test(text)) resolve();
      });
      void ended.then((code) => reject(new Error(`the worker ended with ${code}: ${text}`)));
    });
    ready.catch(() => {});
    const worker = { child, said: () => text, ready, ended };
    this.#all.add(worker);
    void ended.then(() => this.#all.delete(worker));
    return worker;
  }

  /** Ends all that are left, in order. */
  async stop(): Promise<void> {
    const left = [...this.#all];
    for (const { child } of left) child.kill('SIGTERM');
    await Promise.all(left.map(({ ended }) => ended));
  }
}
