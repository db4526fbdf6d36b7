import { pointed } from '../../numbers.ts';

/** A time in ms, in the unit that suits: 3.14 ms, 26.1 µs. */
export function formatSpan(ms: number): string {
  return ms >= 1
    ? `${pointed(String(+ms.toPrecision(3)))}\u00a0ms`
    : `${pointed(String(+(1000 * ms).toPrecision(3)))}\u00a0µs`;
}

/** A rate, with its unit. */
export function formatRateOf(value: number, unit: 'GFLOP/s' | 'GB/s'): string {
  return `${pointed(String(+value.toPrecision(3)))}\u00a0${unit}`;
}
