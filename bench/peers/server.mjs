/** Serves the pages from 127.0.0.1, cross-origin isolated: threads, and a clock that is not coarsened. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';

const TYPES = { js: 'text/javascript', wasm: 'application/wasm' };
const HEADERS = {
  'cache-control': 'no-store',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': 'same-origin',
};
const BLANK = '<!doctype html><link rel=icon href=data:,>';
const PAGES = { '/blank': BLANK, '/': `${BLANK}<script type=module src=/dist/driver/index.js></script>` };

/** @param {string} folder this one */
export async function serve(folder) {
  const dist = path.join(folder, 'dist');
  const wasm = path.join(folder, 'node_modules', '@tensorflow', 'tfjs-backend-wasm', 'dist');
  /** What the page has fetched for its contestant, by path. */
  const fetched = new Map();
  const read = (address) => {
    if (address in PAGES) return PAGES[address];
    const [, room, rest] = /^\/(dist|wasm)\/(.+)$/.exec(address) ?? [];
    if (!room) throw new Error(`there is no ${address}`);
    const body = readFileSync(path.join(room === 'dist' ? dist : wasm, path.normalize(rest)));
    if (!address.startsWith('/dist/driver/')) fetched.set(address, body);
    return body;
  };
  const server = createServer(({ url }, response) => {
    const { pathname } = new URL(url, 'http://localhost');
    let body;
    try {
      body = read(pathname);
    } catch {
      response.writeHead(404).end();
      return;
    }
    const type = TYPES[pathname.split('.').pop()] ?? 'text/html';
    response.writeHead(200, { ...HEADERS, 'content-type': type }).end(body);
  });
  await new Promise((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    fetched,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
