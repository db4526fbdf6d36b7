import type { SweepReport } from './report.ts';
import type { Row } from './summary.ts';

/** Rows shown, however many there are. */
const MOST_ROWS = 30;
const NONE = '–';

/** A sweep as a person reads it: configurations, the best first. */
export function describeSweep(report: SweepReport): string {
  const { data, metric, configurations, ranking, rungs, machines, trials } = report;
  const rows = new Map(configurations.map((row) => [row.index, row]));
  const names = [...new Set(configurations.flatMap(({ options }) => Object.keys(options)))];
  const shown = ranking.slice(0, MOST_ROWS).map((index) => rows.get(index)!);
  const staged = rungs.length > 1;
  const counted = configurations.some(({ counts }) => counts.done > 1);
  const head = [
    ...['', ...names, metric.name],
    ...(counted ? ['deviation', 'least', 'most'] : []),
    ...['trials', ...(staged ? ['epochs'] : [])],
  ];
  const lines = shown.map((row, place) => [
    String(place + 1),
    ...names.map((name) => text(row.options[name])),
    number(row.mean),
    ...(counted ? [row.deviation, row.least, row.most].map(number) : []),
    outcomes(row),
    ...(staged ? [`${row.epochs}${row.stopped ? ', stopped' : ''}`] : []),
  ]);
  const more = ranking.length - shown.length;
  const finished = trials.filter(({ outcome }) => outcome !== 'open').length;
  return [
    `${data.name}: ${finished} of ${trials.length} trials of ${configurations.length} configurations, best first by ${metric.name} (${metric.higherIsBetter ? 'higher' : 'lower'} is better)`,
    '',
    ...aligned([head, ...lines]),
    ...(more > 0 ? [`and ${more} more; --json writes all`] : []),
    '',
    ...machines.map(
      ({ adapter, browser }) =>
        `adapter    ${[adapter.vendor, adapter.architecture].filter(Boolean).join(' ') || 'unnamed'} (${adapter.kind}), ${browser.name} ${browser.version}`,
    ),
  ].join('\n');
}

function text(value: unknown): string {
  if (Array.isArray(value)) return value.length ? value.join(',') : 'none';
  return value === undefined ? NONE : String(value);
}

function number(value: number | undefined): string {
  return value === undefined ? NONE : String(Number(value.toPrecision(5)));
}

/** `15`, or `12, 3 diverged`. */
function outcomes({ counts: { done, diverged, failed, open } }: Row): string {
  const others = Object.entries({ diverged, failed, open }).filter(([, count]) => count);
  return [String(done), ...others.map(([name, count]) => `${count} ${name}`)].join(', ');
}

/** The last column to the left, all others to the right. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0].map((_, j) => Math.max(...rows.map((row) => row[j].length)));
  return rows.map((row) =>
    row
      .map((cell, j) => (j === row.length - 1 ? cell : cell.padStart(widths[j])))
      .join('  ')
      .trimEnd(),
  );
}
