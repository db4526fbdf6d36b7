/** Round numbers for axes, so that an axis stands still while its line moves. */

const ROUND = [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10];

/** The next of ..., 1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10, 15, ... that is not below a positive value. */
export function ceilNice(value: number): number {
  const unit = powerBelow(value);
  // A hair of slack: 0.3 / 0.1 is not quite 3.
  return times(ROUND.find((round) => round * (1 + 1e-9) >= value / unit) ?? 10, unit);
}

/** The one before it: not above the value. */
export function floorNice(value: number): number {
  const unit = powerBelow(value);
  return times(ROUND.findLast((round) => round <= (value / unit) * (1 + 1e-9)) ?? 1, unit);
}

function powerBelow(value: number): number {
  return power(Math.floor(Math.log10(value)));
}

/** Exactly, which 10 ** -4 is not. */
function power(exponent: number): number {
  return Number(`1e${exponent}`);
}

/** Two digits, without the tail that 3 * 0.1 has. */
function times(round: number, unit: number): number {
  return Number((round * unit).toPrecision(2));
}

/** The ticks of a logarithmic axis: 1, 2, 5, 10, ... or, where those would be many, powers of ten. */
export function logTicks(low: number, high: number): number[] {
  const from = Math.floor(Math.log10(low) + 1e-9);
  const to = Math.ceil(Math.log10(high) - 1e-9);
  const powers = Array.from({ length: to - from + 1 }, (_, i) => power(from + i));
  const stride = Math.ceil(powers.length / 8);
  const all =
    high / low < 300
      ? powers.flatMap((power) => [power, 2 * power, 5 * power])
      : powers.filter((_, i) => i % stride === 0);
  return all.filter((tick) => tick >= low * (1 - 1e-9) && tick <= high * (1 + 1e-9));
}
