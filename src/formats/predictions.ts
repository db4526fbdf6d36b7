import Papa from 'papaparse';

/** What a network says to some rows, and what it means. */
export interface Predictions {
  /** [rows, units of the last layer], row-major */
  readonly outputs: Float32Array | Float64Array;
  /** Units of the last layer: one may stand for two classes. */
  readonly units: number;
  readonly targets: readonly string[];
  /** Undefined for a regression. */
  readonly classes: readonly string[] | undefined;
}

/** Text that a spreadsheet would take for a formula; plain numbers are none. */
const FORMULA = /^(?![+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$)[=+\-@\t\r]/i;

/**
 * Predictions as CSV, one row for each. For a classification `prediction`, the class that is most probable,
 * and `p(class)` for every class; for a regression a column for every target. Text that a spreadsheet would
 * take for a formula gets an apostrophe before it, numbers have nine digits: as many as float32 needs.
 */
export function writePredictions({ outputs, units, targets, classes }: Predictions): string {
  const rows = Array.from({ length: outputs.length / units }, (_, i) => [
    ...outputs.subarray(i * units, (i + 1) * units),
  ]);
  const lines = classes
    ? rows.map((row) => {
        const shares = units === 1 ? [1 - row[0], row[0]] : row;
        return [classes[likeliest(row)], ...shares.map(digits)];
      })
    : rows.map((row) => row.map(digits));
  const header = classes ? ['prediction', ...classes.map((name) => `p(${name})`)] : [...targets];
  return `${Papa.unparse([header, ...lines], { escapeFormulae: FORMULA, newline: '\n' })}\n`;
}

/** The class of a row of outputs, by the rule of `score`: more than 1/2, or the first of the largest. */
function likeliest(row: readonly number[]): number {
  return row.length === 1 ? Number(row[0] > 0.5) : row.indexOf(Math.max(...row));
}

function digits(value: number): number {
  return Number(value.toPrecision(9));
}
