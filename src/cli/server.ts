import { createServer as createHttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Plugin, createServer } from 'vite';
import { fileURLToPath } from 'node:url';

/** The root of the package: what the server serves. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A server of the harness page, and the large arrays on their way to and from it. */
export interface Server {
  readonly url: string;
  /** Keeps bytes until the page has fetched them. */
  offer(bytes: Uint8Array): string;
  /** The bytes that the page has sent under this name. */
  take(id: string): Uint8Array;
  close(): Promise<void>;
}

/**
 * Serves the package from 127.0.0.1, on a free port.
 * @param plugins further plugins of Vite
 */
export async function startServer(plugins: readonly Plugin[] = []): Promise<Server> {
  const blobs = new Map<string, Uint8Array>();
  let next = 0;
  const keep = (bytes: Uint8Array) => {
    const id = String(next++);
    blobs.set(id, bytes);
    return id;
  };
  const take = (id: string) => {
    const bytes = blobs.get(id);
    blobs.delete(id);
    if (!bytes) throw new Error(`there is no blob '${id}'`);
    return bytes;
  };
  // A server of our own: Vite's would end this process by itself, on SIGTERM and when stdin is closed,
  // before browser and profile are gone.
  const http = createHttpServer();
  const vite = await createServer({
    root: ROOT,
    configFile: false,
    // The page's own server has another configuration, and the two would spoil each other's cache.
    cacheDir: 'node_modules/.vite-harness',
    appType: 'mpa',
    logLevel: 'error',
    // Looking for dependencies to bundle would reload the page in the middle of a run; papaparse is no
    // ES module, and has to be made one.
    optimizeDeps: { noDiscovery: true, include: ['papaparse'] },
    server: { middlewareMode: true, hmr: false, ws: { server: http }, watch: null },
    plugins: [blobPlugin(keep, take), ...plugins],
  });
  http.on('request', vite.middlewares);
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    offer: keep,
    take,
    async close() {
      await vite.close();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

function blobPlugin(keep: (bytes: Uint8Array) => string, take: (id: string) => Uint8Array): Plugin {
  return {
    name: 'katman-blobs',
    configureServer({ middlewares }) {
      middlewares.use('/@katman/blob', (request, response) => {
        if (request.method === 'POST') {
          const chunks: Buffer[] = [];
          request.on('data', (chunk: Buffer) => chunks.push(chunk));
          request.on('end', () => response.end(keep(Buffer.concat(chunks))));
          return;
        }
        try {
          response.end(take(request.url!.slice(1)));
        } catch (error) {
          response.statusCode = 404;
          response.end((error as Error).message);
        }
      });
    },
  };
}
