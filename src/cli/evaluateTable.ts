import { quoted } from '../data/cells.ts';
import type { Metrics } from '../session/metrics.ts';

/** More classes than this make a table that no terminal has room for. */
const MOST_CLASSES = 30;
const LONGEST_NAME = 24;

const NAMES: Partial<Record<keyof Metrics, string>> = {
  loss: 'loss',
  accuracy: 'accuracy',
  precision: 'precision',
  recall: 'recall',
  f1: 'F1',
  auc: 'ROC AUC',
  r2: 'R2',
  mae: 'mean absolute error',
  mse: 'mean squared error',
};

/** The metrics as a person reads them, one a line, and the confusion matrix below. */
export function describeMetrics(metrics: Metrics, classes: readonly string[] | undefined): string {
  const values = (Object.keys(NAMES) as (keyof Metrics)[])
    .filter((name) => metrics[name] !== undefined)
    .map((name) => [NAMES[name]!, format(name, metrics[name] as number)]);
  const lines = aligned(values);
  if (metrics.confusion && classes) lines.push('', ...confusionTable(metrics.confusion, classes));
  return lines.join('\n');
}

function format(name: keyof Metrics, value: number): string {
  return ['loss', 'mae', 'mse'].includes(name) ? value.toPrecision(4) : value.toFixed(4);
}

function confusionTable(confusion: readonly (readonly number[])[], classes: readonly string[]): string[] {
  if (classes.length > MOST_CLASSES)
    return [`The confusion matrix of ${classes.length} classes is too wide to show; --json writes it.`];
  const names = classes.map(shown);
  return aligned([
    ['actual \\ predicted', ...names],
    ...confusion.map((row, i) => [names[i], ...row.map(String)]),
  ]);
}

/** A name on one line, not too long, and in quotes where it holds commas or blanks. */
function shown(name: string): string {
  const line = name.replace(/\p{Cc}/gu, ' ');
  return quoted(line.length <= LONGEST_NAME ? line : `${line.slice(0, LONGEST_NAME - 3)}...`);
}

/** The first column to the left, numbers to the right. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0].map((_, j) => Math.max(...rows.map((row) => row[j].length)));
  return rows.map((row) =>
    row.map((cell, j) => (j ? cell.padStart(widths[j]) : cell.padEnd(widths[0]))).join('  '),
  );
}
