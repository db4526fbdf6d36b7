/** A number in few digits: 0.1234, −1.5, 2.1e−5. */
export function short(value: number, digits = 3): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '∞' : '−∞';
  const size = Math.abs(value);
  const small = size !== 0 && (size < 1e-3 || size >= 1e4);
  // Whole numbers need no point, and others no zeros at their end.
  const text = small ? value.toExponential(digits - 2) : String(Number(value.toPrecision(digits)));
  return text.replaceAll('-', '−');
}

/** A number inside of a sum: what is negative stands in parentheses. */
export function inSum(value: number): string {
  const text = short(value, 4);
  return text.startsWith('−') ? `(${text})` : text;
}

/** A factor such as 1/4 or 2/3, as one writes it. */
export function ratio(scale: number): string {
  for (const numerator of [1, 2]) {
    const denominator = numerator / scale;
    if (Math.abs(denominator - Math.round(denominator)) < 1e-6 * denominator)
      return denominator < 1.5 ? String(numerator) : `${numerator}/${Math.round(denominator)}`;
  }
  return short(scale, 4);
}
