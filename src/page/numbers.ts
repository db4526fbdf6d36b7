import { formatCount } from './format.ts';
import { language } from './language.ts';

/** With the point of a decimal that the language writes. */
export const pointed = (text: string) => (language.value === 'tr' ? text.replace('.', ',') : text);

/** A number as it was computed: enough digits to tell two float32 apart. */
export function formatExact(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  return pointed(String(+value.toPrecision(9)));
}

/** Three digits that matter: 0.982, 1.41, 3.1e-7, 11,200,000. */
export function formatRatio(value: number): string {
  if (!Number.isFinite(value)) return '∞';
  const rounded = +value.toPrecision(3);
  const size = Math.abs(rounded);
  return size >= 1e4 && size < 1e9 ? formatCount(rounded) : pointed(String(rounded));
}
