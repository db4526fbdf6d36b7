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
const ISOLATED = /^\/isolated(?=\/)/;

/**
 * Builds the pages as they are shipped, for the tests of a file, and serves them: also below `/isolated/`, with the
 * headers that isolate a page from others, and beside them `blank`, an empty page.
 * @returns where
 */
export function site(): () => string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'katman-site-'));
  let server: Server;
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
      if (ISOLATED.test(pathname)) {
        response.setHeader('cross-origin-opener-policy', 'same-origin');
        response.setHeader('cross-origin-embedder-policy', 'require-corp');
      }
      const name = pathname.replace(ISOLATED, '').slice(1);
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
  });
  afterAll(() => {
    server?.closeAllConnections();
    server?.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
