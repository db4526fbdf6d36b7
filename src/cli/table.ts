import type { Dataset } from '../data/dataset.ts';
import { choiceName } from '../session/choice.ts';
import { type Metrics, mean } from '../session/metrics.ts';
import type { Segment } from '../session/options.ts';
import type { Prepared } from '../session/prepare.ts';
import { describeCandidate } from '../session/tuner.ts';
import type { Verification } from '../session/verify.ts';
import type { Receipt } from './receipt.ts';
import type { TrainRequest } from './trainTask.ts';

/** A number of the metrics as a table shows it. */
interface Column {
  readonly title: string;
  readonly of: (metrics: Metrics) => number | undefined;
  readonly write: (value: number) => string;
}

const COLUMNS: readonly Column[] = [
  { title: 'loss', of: ({ loss }) => loss, write: (value) => value.toPrecision(4) },
  { title: 'accuracy', of: ({ accuracy }) => accuracy, write: (value) => value.toFixed(4) },
  { title: 'R2', of: ({ r2 }) => r2, write: (value) => value.toFixed(4) },
  { title: 'MAE', of: ({ mae }) => mae, write: (value) => value.toPrecision(4) },
];

/** The columns for metrics of this kind. */
function columnsOf(metrics: Metrics): Column[] {
  return COLUMNS.filter(({ of }) => of(metrics) !== undefined);
}

/** The standard deviation of some numbers, as of a whole population. */
function deviation(values: readonly number[]): number {
  const centre = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - centre) ** 2)));
}

/** The results of a run as a person reads them. */
export function describeRun(
  { name }: Dataset,
  { train, validation, test }: Prepared,
  { architecture, fit }: TrainRequest,
  { adapter, browser, metrics, steps, stepsPerSecond, msToFirstStep, checks, segments, candidates }: Receipt,
): string {
  const shown = columnsOf(metrics!.train);
  const parts: [string, Dataset | undefined, Metrics | undefined][] = [
    ['train', train, metrics!.train],
    ['validation', validation, metrics!.validation],
    ['test', test, metrics!.test],
  ];
  const rows = parts
    .filter(([, , result]) => result)
    .map(([part, set, result]) => [
      part,
      String(set!.rows),
      ...shown.map(({ of, write }) => write(of(result!)!)),
    ]);
  const network = [
    architecture.inputs,
    ...architecture.layers.map(({ units, activation }) => `${units} ${activation}`),
  ].join(' - ');
  const who = [adapter!.vendor, adapter!.architecture].filter(Boolean).join(' ') || 'unnamed';
  return [
    '',
    ...columns([[name, 'rows', ...shown.map(({ title }) => title)], ...rows]),
    '',
    `network    ${network}`,
    `training   ${fit.loss}, ${fit.optimizer!.name} ${fit.optimizer!.learningRate}; ${steps} steps, ${stepsPerSecond!.toFixed(0)} a second, the first after ${msToFirstStep!.toFixed(0)} ms`,
    `adapter    ${who} (${adapter!.kind}), ${browser!.name} ${browser!.version}`,
    `plan       ${segments!.map(describeSegment).join(', ')}`,
    ...(candidates ? [`measured   ${candidates.map(describeCandidate).join('\n           ')}`] : []),
    ...(checks ? [`verified   ${describeChecks(checks)}`] : []),
  ].join('\n');
}

function describeSegment(segment: Segment, i: number): string {
  return i ? `from step ${segment.step + 1} on ${choiceName(segment)}` : choiceName(segment);
}

function describeChecks({ passed, planned, worst, remembered }: Verification): string {
  if (remembered) return 'this device, these kernels and shapes were verified before';
  return `${passed} of ${planned} results of a step agree with the oracle, the worst at ${worst.fraction.toPrecision(2)} of its bound`;
}

/** The results of a cross-validation: of each fold, of all rows together, and how the folds differ. */
export function describeFolds(
  { name, rows }: Dataset,
  { folds, metrics, adapter, browser }: Receipt,
): string {
  const shown = columnsOf(folds![0]);
  const line = (name: string, result: Metrics) => [name, ...shown.map(({ of, write }) => write(of(result)!))];
  const across = (name: string, statistic: (values: readonly number[]) => number) => [
    name,
    ...shown.map(({ of, write }) => write(statistic(folds!.map((fold) => of(fold)!)))),
  ];
  const who = [adapter!.vendor, adapter!.architecture].filter(Boolean).join(' ') || 'unnamed';
  return [
    '',
    ...columns([
      [name, ...shown.map(({ title }) => title)],
      ...folds!.map((fold, i) => line(`fold ${i + 1}`, fold)),
      across('mean of folds', mean),
      across('deviation', deviation),
      line(`all ${rows} rows`, metrics!.test!),
    ]),
    '',
    'Each row is predicted by the network that had not seen it.',
    `adapter    ${who} (${adapter!.kind}), ${browser!.name} ${browser!.version}`,
  ].join('\n');
}

/** The first column to the left, numbers to the right. */
function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0].map((_, j) => Math.max(...rows.map((row) => row[j].length)));
  return rows.map((row) =>
    row.map((cell, j) => (j ? cell.padStart(widths[j]) : cell.padEnd(Math.max(widths[0], 10)))).join('  '),
  );
}
