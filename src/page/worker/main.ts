import { Engine } from './engine.ts';
import { Inbox } from './inbox.ts';
import type { ToWorker } from './messages.ts';

/** Where all training and drawing happens, so that the page never waits for it. */
const inbox = new Inbox<ToWorker>();
const engine = new Engine(
  (message) => self.postMessage(message),
  () => inbox.put({ type: 'lost' }),
);

self.onmessage = ({ data }: MessageEvent<ToWorker>) => inbox.put(data);

for (;;) {
  for (const message of inbox.take()) await engine.hear(message);
  if (engine.isBusy) await engine.advance();
  else await inbox.arrival();
}
