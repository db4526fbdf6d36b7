import { render } from 'preact';
import { language, recallLanguage } from '../language.ts';
import { listen } from './state/bench.ts';
import { begin, openLink } from './state/keeping.ts';
import { adapter, notice } from './state/store.ts';
import { Lab } from './view/Lab.tsx';
import { press } from './view/keys.ts';

/** Puts the lab together. */
listen(
  (message) => message.type === 'adapter' && (adapter.value = message.adapter),
  () => (notice.value = 'leftBehind'),
);
recallLanguage();
render(<Lab />, document.getElementById('page')!);
void begin();

document.addEventListener('keydown', press);
addEventListener('hashchange', () => void openLink());
language.subscribe((value) => (document.documentElement.lang = value));

// Once loaded, the built page works without a network.
if (import.meta.env.PROD) void navigator.serviceWorker?.register('./offline.js').catch(() => {});
