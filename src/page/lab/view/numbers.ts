import { language } from '../../language.ts';

const pointed = (text: string) => (language.value === 'tr' ? text.replace('.', ',') : text);

/** A number as it was computed: enough digits to tell two float32 apart. */
export function formatExact(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  return pointed(String(+value.toPrecision(9)));
}

/** Three digits that matter: 0.982, 1.41, 3.1e-7. */
export function formatRatio(value: number): string {
  if (!Number.isFinite(value)) return '∞';
  return pointed(String(+value.toPrecision(3)));
}

/** A time in ms, in the unit that suits: 3.14 ms, 26.1 µs. */
export function formatSpan(ms: number): string {
  return ms >= 1
    ? `${pointed(String(+ms.toPrecision(3)))}\u00a0ms`
    : `${pointed(String(+(1000 * ms).toPrecision(3)))}\u00a0µs`;
}

export function formatRateOf(value: number, unit: 'GFLOP/s' | 'GB/s'): string {
  return `${pointed(String(+value.toPrecision(3)))}\u00a0${unit}`;
}
