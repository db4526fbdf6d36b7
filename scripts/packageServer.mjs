/** Stands for Vite in the built command line: serves the harness page as it was built, and what plugins add. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const PAGES = fileURLToPath(new URL('./page/', import.meta.url));
const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8' };

async function serveFile(url, response) {
  const file = path.join(PAGES, decodeURIComponent(new URL(url, 'http://localhost').pathname));
  try {
    if (!file.startsWith(PAGES)) throw new Error('outside');
    const content = await readFile(file);
    response.setHeader('content-type', TYPES[path.extname(file)] ?? 'application/octet-stream');
    response.end(content);
  } catch {
    response.statusCode = 404;
    response.end();
  }
}

/** As much of Vite's function as src/cli/server.ts asks for. */
export async function createServer({ plugins }) {
  const routes = [];
  const middlewares = (request, response) => {
    const route = routes.find(({ prefix }) => request.url.startsWith(`${prefix}/`) || request.url === prefix);
    if (!route) return void serveFile(request.url, response);
    request.url = request.url.slice(route.prefix.length) || '/';
    route.handle(request, response);
  };
  middlewares.use = (prefix, handle) => routes.push({ prefix, handle });
  for (const plugin of plugins) plugin.configureServer?.({ middlewares });
  return { middlewares, close: async () => {} };
}
