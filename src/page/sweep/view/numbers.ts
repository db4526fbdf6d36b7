import { language } from '../../language.ts';
import { NONE } from '../../format.ts';

const pointed = (text: string) => (language.value === 'tr' ? text.replace('.', ',') : text);

/** A metric or a number of a table: five digits that matter. */
export function formatValue(value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value)) return NONE;
  const size = Math.abs(value);
  const text = String(+value.toPrecision(5));
  const isLong = size >= 1e6 || (size < 1e-3 && size > 0);
  return pointed(isLong ? (+text).toExponential().replace('+', '') : text);
}

/** 0.9 s, 12 s, 3 min 20 s, 2 h 5 min */
export function formatSeconds(seconds: number | undefined): string {
  if (seconds === undefined || !Number.isFinite(seconds)) return NONE;
  const [min, hour] = language.value === 'tr' ? ['dk', 'sa'] : ['min', 'h'];
  const s = language.value === 'tr' ? 'sn' : 's';
  if (seconds < 10) return `${pointed(seconds.toFixed(1))}\u00a0${s}`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole}\u00a0${s}`;
  if (whole < 3600) return `${Math.floor(whole / 60)}\u00a0${min} ${whole % 60}\u00a0${s}`;
  return `${Math.floor(whole / 3600)}\u00a0${hour} ${Math.floor((whole % 3600) / 60)}\u00a0${min}`;
}

/** The name of a trial as it is shown: the beginning of its id. */
export const shortId = (id: string): string => id.slice(0, 7);
