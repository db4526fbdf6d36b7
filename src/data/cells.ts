/** What one cell of a table holds: a number, nothing, or text. */

// Without two digit loops side by side, so that a long cell costs linear time.
const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;

const MISSING = new Set(['', 'na', 'n/a', 'null', '?', 'nan']);

/**
 * The number that a cell holds, NaN if it holds none. Strict: sign, digits, dot and exponent, so that
 * nothing becomes a number by accident as '' and '0x10' do in `Number`, or '1,5' in `parseFloat`.
 */
export function toNumber(cell: string): number {
  return NUMBER.test(cell) ? Number(cell) : NaN;
}

/** Whether a cell says that its value is not known: empty, NA, N/A, null, ? or nan, in any case. */
export function isMissing(cell: string): boolean {
  return MISSING.has(cell.toLowerCase());
}

/** What most of the cells hold that are not missing; 'missing' if all are. */
export function kindOf(cells: Iterable<string>): 'number' | 'text' | 'missing' {
  let numbers = 0;
  let texts = 0;
  for (const cell of cells) {
    if (!Number.isNaN(toNumber(cell))) numbers++;
    else if (!isMissing(cell)) texts++;
  }
  if (numbers + texts === 0) return 'missing';
  return numbers >= texts ? 'number' : 'text';
}

/** Whether a cell is a number written with a comma, as '1,5'. */
export function hasDecimalComma(cell: string): boolean {
  return /^[+-]?\d*,\d+$/.test(cell);
}

/** Some things for a message; of many the first and how many there are. */
export function listed(items: readonly string[], most = 20): string {
  if (items.length <= most) return items.join(', ');
  return `${items.slice(0, most).join(', ')}, ... (${items.length} in all)`;
}

/** A name as it stands in a list with commas or a table: in quotes where it would be taken for several. */
export function quoted(name: string): string {
  return /[",\s]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name;
}

/** As most languages sort text; JavaScript by itself compares UTF-16 units, which differs above U+FFFF. */
export function byCodePoint(a: string, b: string): number {
  const [p, q] = [a, b].map((text) => Array.from(text, (character) => character.codePointAt(0)!));
  const differs = p.findIndex((point, i) => point !== q[i]);
  return differs < 0 ? p.length - q.length : p[differs] - (q[differs] ?? -1);
}
