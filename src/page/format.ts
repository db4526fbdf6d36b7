/** Numbers as the page writes them. Spaces before units do not break. */

const whole = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 0 });

/** What stands where there is no number. */
export const NONE = '–';

/** 1,234 */
export function formatCount(value: number): string {
  return whole.format(value);
}

/** Four digits that matter: 0.2941, 12.35, 1.2e-6. */
export function formatLoss(value: number | undefined): string {
  if (value === undefined) return NONE;
  if (!Number.isFinite(value)) return 'not finite';
  const size = Math.abs(value);
  return size !== 0 && (size < 1e-3 || size >= 1e4) ? value.toExponential(2) : value.toPrecision(4);
}

/** 89.7 % for accuracy, 0.953 for R2. */
export function formatScore(value: number | undefined, regression: boolean): string {
  if (value === undefined || !Number.isFinite(value)) return NONE;
  return regression ? value.toFixed(3) : `${(100 * value).toFixed(1)}\u00a0%`;
}

/** Steps per second: 0.8, 24, 1,930. */
export function formatRate(value: number): string {
  return value < 10 ? value.toFixed(1) : formatCount(value);
}
