/**
 * The normal distribution's Phi(z), the share of it below z, to about 1e-15 of itself, tails included:
 * near 0 by the power series of erf, further out by the continued fraction of erfc (Abramowitz and
 * Stegun, 7.1.5 and 7.1.14).
 */
export function normal(z: number): number {
  if (Number.isNaN(z)) return NaN;
  const x = Math.abs(z) / Math.SQRT2;
  if (x < 2) return 0.5 + (Math.sign(z) * erfSeries(x)) / 2;
  const tail = erfcFraction(x) / 2;
  return z > 0 ? 1 - tail : tail;
}

/** 2 / sqrt(pi) e^(-x^2) sum of 2^n x^(2n+1) / (1 3 5 ... (2n+1)): all terms positive, nothing cancels. */
function erfSeries(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; term > 1e-18 * sum; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

/** e^(-x^2) / sqrt(pi) / (x + (1/2) / (x + (2/2) / (x + (3/2) / (x + ...)))). */
function erfcFraction(x: number): number {
  let rest = x;
  for (let n = 120; n > 0; n--) rest = x + n / 2 / rest;
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / rest;
}
