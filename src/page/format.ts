import { language } from './language.ts';

/** Numbers as the page writes them, in its language. Spaces before units do not break. */

const whole = {
  en: new Intl.NumberFormat('en-GB', { maximumFractionDigits: 0 }),
  tr: new Intl.NumberFormat('tr-TR', { maximumFractionDigits: 0 }),
};

/** A number that was written with a point. */
const pointed = (text: string): string => (language.value === 'tr' ? text.replace('.', ',') : text);

/** What stands where there is no number. */
export const NONE = '–';

/** 1,234 */
export function formatCount(value: number): string {
  return whole[language.value].format(value);
}

/** Four digits that matter: 0.2941, 12.35, 1.2e-6. */
export function formatLoss(value: number | undefined): string {
  if (value === undefined) return NONE;
  if (!Number.isFinite(value)) return language.value === 'tr' ? 'sonlu değil' : 'not finite';
  const size = Math.abs(value);
  return pointed(size !== 0 && (size < 1e-3 || size >= 1e4) ? value.toExponential(2) : value.toPrecision(4));
}

/** 89.7 % for accuracy, 0.953 for R2. */
export function formatScore(value: number | undefined, regression: boolean): string {
  if (value === undefined || !Number.isFinite(value)) return NONE;
  if (regression) return pointed(value.toFixed(3));
  const percent = pointed((100 * value).toFixed(1));
  return language.value === 'tr' ? `%${percent}` : `${percent}\u00a0%`;
}

/** Steps per second: 0.8, 24, 1,930. */
export function formatRate(value: number): string {
  return value < 10 ? pointed(value.toFixed(1)) : formatCount(value);
}

/** Two digits behind the point, for what is shown beside a node. */
export function formatShort(value: number): string {
  if (!Number.isFinite(value)) return NONE;
  const size = Math.abs(value);
  return pointed(
    size >= 1000 ? value.toExponential(1) : size >= 100 ? value.toFixed(0) : value.toFixed(2),
  ).replace('-', '−');
}

/** A setting: as few digits as it needs. */
export function formatSetting(value: number): string {
  return pointed(String(+value.toPrecision(3)));
}

/** 1.1 MB, of 1000 * 1000 bytes. */
export function formatBytes(bytes: number): string {
  const units = ['kB', 'MB', 'GB'];
  let value = bytes / 1000;
  let unit = 0;
  for (; value >= 1000 && unit < 2; unit++) value /= 1000;
  return `${pointed(value.toPrecision(2 + Number(value >= 100)))}\u00a0${units[unit]}`;
}

/** 26 us, 3.1 ms */
export function formatTime(milliseconds: number): string {
  return milliseconds >= 1
    ? `${pointed(String(+milliseconds.toPrecision(2)))}\u00a0ms`
    : `${pointed(String(+(1000 * milliseconds).toPrecision(2)))}\u00a0µs`;
}
