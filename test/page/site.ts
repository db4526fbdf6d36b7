import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
};
/** Below which the pages lie, too. */
const BELOW = /^\/(isolated|some\/where)(?=\/)/;

/** Pages that were built. */
export interface Site {
  /** Where they are served, or were, without a slash at the end. */
  readonly url: () => string;
  /** Where their files lie. */
  readonly folder: string;
  /** Serves them no more. */
  readonly close: () => Promise<void>;
}

/**
 * Builds the pages as they are shipped, for the tests of a file, and serves them: also below `/isolated/`, with the
 * headers that isolate a page from others, below `/some/where/`, and beside them `blank`, an empty page.
 */
export function site(): Site {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'katman-site-'));
  let server: Server;
  let port: number;
  beforeAll(async () => {
    // As `npm run build` does it: in a process of its own, which is not told that this is a test.
    const { NODE_ENV: _, VITEST: __, ...env } = process.env;
    const vite = path.join(root, 'node_modules/vite/bin/vite.js');
    execFileSync(process.execPath, [vite, 'build', '--outDir', folder, '--emptyOutDir'], {
      cwd: root,
      env,
      stdio: 'pipe',
    });
    server = createServer((request, response) => {
      const { pathname } = new URL(request.url!, 'http://x');
      if (BELOW.exec(pathname)?.[1] === 'isolated') {
        response.setHeader('cross-origin-opener-policy', 'same-origin');
        response.setHeader('cross-origin-embedder-policy', 'require-corp');
      }
      const name = pathname.replace(BELOW, '').slice(1) || 'index.html';
      response.setHeader('content-type', TYPES[path.extname(name)] ?? 'text/html');
      if (name === 'blank') return void response.end('<link rel="icon" href="data:,">');
      try {
        response.end(readFileSync(path.join(folder, name)));
      } catch {
        response.statusCode = 404;
        response.end();
      }
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    ({ port } = server.address() as AddressInfo);
  });
  const close = async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  };
  afterAll(async () => {
    await close();
    rmSync(folder, { recursive: true, force: true });
  });
  return { url: () => `http://127.0.0.1:${port}`, folder, close };
}
