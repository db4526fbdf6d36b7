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
