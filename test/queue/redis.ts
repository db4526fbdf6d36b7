import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { REDIS_MISSING, findRedis } from '../../scripts/redis.mjs';

/** A Redis of a test's own. */
export interface Redis {
  readonly url: string;
  readonly port: number;
  /** Ends it at once, with all that it holds. */
  stop(): Promise<void>;
  /** Starts it again, empty, at the same port. */
  start(): Promise<void>;
}

/** Starts a real server on a free port, in a folder that is removed with it. No server is a failure. */
export async function startRedis(...words: string[]): Promise<Redis> {
  const program = findRedis();
  if (!program) throw new Error(REDIS_MISSING);
  const port = await freePort();
  let folder: string;
  let server: ChildProcess | undefined;
  const redis: Redis = {
    url: `redis://127.0.0.1:${port}`,
    port,
    async start() {
      folder = mkdtempSync(path.join(tmpdir(), 'katman-redis-'));
      const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', folder, ...words];
      const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
      server = child;
      await new Promise<void>((resolve, reject) => {
        child.once('exit', (code) => reject(new Error(`redis-server ended with ${code}`)));
        child.stdout!.on('data', (text) => /Ready to accept connections/.test(String(text)) && resolve());
      });
    },
    async stop() {
      const child = server;
      if (!child) return;
      server = undefined;
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await redis.start();
  return redis;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
