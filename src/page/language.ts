import { signal } from '@preact/signals';

export type Language = 'en' | 'tr';

/** The language that the page speaks now. */
export const language = signal<Language>('en');

/**
 * What to say, in the language of the page. Sentences stand beside what says them, both languages in one table whose
 * keys TypeScript compares.
 */
export function inLanguage<T>(sentences: { readonly en: T; readonly tr: NoInfer<T> }): T {
  return sentences[language.value];
}

/** Speaks the language of the last visit, else the browser's, and keeps what is chosen. */
export function recallLanguage(): void {
  const key = 'katman.language';
  const spoken = navigator.language.startsWith('tr') ? 'tr' : 'en';
  try {
    const stored = localStorage.getItem(key);
    language.value = stored === 'en' || stored === 'tr' ? stored : spoken;
    language.subscribe((value) => localStorage.setItem(key, value));
  } catch {
    // Where storage is forbidden, the browser's language is asked again each time.
    language.value = spoken;
  }
}
