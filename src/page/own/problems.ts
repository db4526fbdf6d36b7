import { language } from '../language.ts';
import { TURKISH } from './problemsTurkish.ts';

/**
 * A message in the language of the page. Messages are made in English where the data is read, which the
 * command line does too; one that has no translation stays as it is.
 */
export function problemInLanguage(message: string): string {
  if (language.value === 'en') return message;
  for (const [english, turkish] of TURKISH) {
    const match = english.exec(message);
    if (match) return turkish(...match.slice(1).map((part) => part ?? ''));
  }
  return message;
}
