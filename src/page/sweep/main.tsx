import { render } from 'preact';
import { language, recallLanguage } from '../language.ts';
import { open } from './state/live.ts';
import { Sweep } from './view/Sweep.tsx';

/** Puts the page together. */
recallLanguage();
language.subscribe((value) => (document.documentElement.lang = value));
render(<Sweep />, document.getElementById('page')!);
void open();
