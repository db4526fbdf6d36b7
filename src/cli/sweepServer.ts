import { type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { UsageError } from '../errors.ts';
import type { SweepEvent, SweepReport } from '../sweep/report.ts';

/** A sweep to be looked at while it runs. */
export interface SweepServer {
  readonly url: string;
  /** Sends an event to everybody who listens. */
  send(event: SweepEvent): void;
  close(): Promise<void>;
}

/** Further pages and files: what lies at a path, and its type. */
export type Pages = (
  path: string,
) => Promise<{ readonly type: string; readonly content: string | Uint8Array } | undefined>;

/** Who listens to the end gets this long to take the rest, in ms. */
const FAREWELL_MS = 3000;

/**
 * Serves a sweep from 127.0.0.1: `/events` as server-sent events, `/report.json` as the report is at that moment.
 * @param port 0 for a free one
 * @throws UsageError if the port is taken
 */
export async function serveSweep(
  port: number,
  report: () => SweepReport,
  pages: Pages = async () => undefined,
): Promise<SweepServer> {
  const listeners = new Set<ServerResponse>();
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url!, 'http://localhost');
    if (request.method !== 'GET') return void response.writeHead(405).end();
    // Other sites that are open in this browser are not to read it.
    if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(request.headers.host ?? ''))
      return void response.writeHead(403).end();
    response.setHeader('cache-control', 'no-store').setHeader('x-content-type-options', 'nosniff');
    if (pathname === '/events') {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('retry: 1000\n\n');
      listeners.add(response);
      request.on('close', () => listeners.delete(response));
    } else if (pathname === '/report.json') {
      response.setHeader('content-type', 'application/json').end(JSON.stringify(report()));
    } else {
      try {
        const page = await pages(pathname);
        if (page) response.setHeader('content-type', page.type).end(page.content);
        else response.writeHead(404).end();
      } catch (error) {
        response.writeHead(500, { 'content-type': 'text/plain' }).end((error as Error).message);
      }
    }
  });
  await new Promise<void>((resolve, reject) => {
    const refuse = (error: NodeJS.ErrnoException) =>
      reject(
        new UsageError(
          `Port ${port} cannot be listened at (${error.code}); give another --port, or 0 for a free one`,
        ),
      );
    server.once('error', refuse).listen(port, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    send(event) {
      for (const response of listeners) response.write(`data: ${JSON.stringify(event)}\n\n`);
    },
    async close() {
      const until = Date.now() + FAREWELL_MS;
      while (listeners.size && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 20));
      for (const response of listeners) response.end();
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
    },
  };
}
