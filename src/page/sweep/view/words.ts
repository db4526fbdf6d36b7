import { inLanguage } from '../../language.ts';
import type { Outcome } from '../state/read.ts';

const outcomes = {
  en: {
    open: 'waiting',
    running: 'running',
    done: 'done',
    early: 'stopped early',
    diverged: 'diverged',
    failed: 'failed',
  },
  tr: {
    open: 'bekliyor',
    running: 'çalışıyor',
    done: 'bitti',
    early: 'erken durdu',
    diverged: 'ıraksadı',
    failed: 'başarısız',
  },
};

/** What became of a trial, in a word. */
export const outcomeOf = (outcome: Outcome | 'running'): string => inLanguage(outcomes)[outcome];
