import { createHash } from 'node:crypto';

/**
 * A service worker that keeps every file of the built page, so that it works without a network once it has been
 * loaded: the page itself from the network while there is one, everything else, whose names change with its content,
 * from the cache.
 */
export function serviceWorker(files) {
  const version = createHash('sha256').update(files.join()).digest('hex').slice(0, 12);
  return `const CACHE = 'katman-${version}';
const FILES = ${JSON.stringify(['./', 'lab.html', 'oracle.html', ...files])};
self.addEventListener('install', (event) => {
  self.skipWaiting();
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(FILES)));
});
self.addEventListener('activate', (event) => {
  const old = (name) => name.startsWith('katman-') && name !== CACHE;
  const forget = async () => Promise.all((await caches.keys()).filter(old).map((name) => caches.delete(name)));
  event.waitUntil(forget().then(() => self.clients.claim()));
});
self.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET' || new URL(request.url).origin !== location.origin) return;
  const cached = () => caches.match(request, { ignoreSearch: true });
  const answer =
    request.mode === 'navigate'
      ? fetch(request).catch(() => cached().then((found) => found ?? caches.match('./')))
      : cached().then((found) => found ?? fetch(request));
  event.respondWith(answer);
});
`;
}
