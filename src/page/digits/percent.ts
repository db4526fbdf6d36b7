import { language } from '../language.ts';

const formats = {
  en: new Intl.NumberFormat('en-GB', { style: 'percent' }),
  tr: new Intl.NumberFormat('tr-TR', { style: 'percent' }),
};

/** 0.974 as the language of the page writes it: 97%, %97. */
export function percent(share: number): string {
  return formats[language.value].format(share);
}
