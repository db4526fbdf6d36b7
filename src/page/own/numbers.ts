import { language } from '../language.ts';

/** A number as people write it in the language of the page, with four digits that count. */
export function shortNumber(value: number): string {
  if (Number.isNaN(value)) return '–';
  const large = Math.abs(value) >= 1e7 || (value !== 0 && Math.abs(value) < 1e-4);
  return value.toLocaleString(language.value, {
    maximumSignificantDigits: 4,
    ...(large && { notation: 'scientific' }),
  });
}

/** A count, with all its digits. */
export function count(value: number): string {
  return value.toLocaleString(language.value);
}

/** A share as whole percents. */
export function percent(share: number): string {
  return share.toLocaleString(language.value, { style: 'percent' });
}
