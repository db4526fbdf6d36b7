import { render } from 'preact';
import { recallLanguage } from './language.ts';
import { open, remember } from './state/actions.ts';
import { listen } from './state/answers.ts';
import { awaitKernel } from './state/handed.ts';
import { selected, speed } from './state/store.ts';
import { keeping, post } from './state/worker.ts';
import { App, press } from './view/App.tsx';

/** A page that is left waits for its worker: some times as long as that took before, within these bounds in ms. */
const PARTING = { times: 3, least: 300, most: 1000 };

/** Puts the page together: the worker first, for it has the longest way. */
listen();
// `?limits=default` shows what a device can hold that has no more than WebGPU guarantees.
if (new URLSearchParams(location.search).get('limits') === 'default')
  post({ type: 'limits', limits: 'default' });
post({ type: 'speed', speed: speed.value });
recallLanguage();
open();
awaitKernel();
post({ type: 'look', layer: selected.value.layer - 1 });
render(<App />, document.getElementById('page')!);

document.addEventListener('keydown', press);
document.addEventListener('visibilitychange', () => post({ type: 'visible', visible: !document.hidden }));
addEventListener('pagehide', () => {
  remember();
  post({ type: 'visible', visible: false });
  // The worker ends with the page, or stands still with it: it gets the time to keep the run.
  const wait = Math.min(Math.max(PARTING.times * keeping.ms, PARTING.least), PARTING.most);
  for (const until = performance.now() + wait; performance.now() < until;);
});
// Frozen without having been hidden, and back from wherever it was.
document.addEventListener('freeze', () => post({ type: 'visible', visible: false }));
for (const back of ['resume', 'pageshow'])
  addEventListener(back, () => post({ type: 'visible', visible: !document.hidden }), true);
addEventListener('hashchange', open);

// Once loaded, the built page works without a network.
if (import.meta.env.PROD) void navigator.serviceWorker?.register('./offline.js').catch(() => {});
