import type { Dataset } from '../data/dataset.ts';
import { choiceName } from '../session/choice.ts';
import type { Metrics } from '../session/metrics.ts';
import type { Segment } from '../session/options.ts';
import type { Prepared } from '../session/prepare.ts';
import { describeCandidate } from '../session/tuner.ts';
import type { Verification } from '../session/verify.ts';
import type { Receipt } from './receipt.ts';
import type { TrainRequest } from './trainTask.ts';

/** The results of a run as a person reads them. */
export function describeRun(
  { name, classes }: Dataset,
  { train, validation, test }: Prepared,
  { architecture, fit }: TrainRequest,
  { adapter, browser, metrics, steps, stepsPerSecond, msToFirstStep, checks, segments, candidates }: Receipt,
): string {
  const score = classes ? 'accuracy' : 'R2';
  const parts: [string, Dataset | undefined, Metrics | undefined][] = [
    ['train', train, metrics!.train],
    ['validation', validation, metrics!.validation],
    ['test', test, metrics!.test],
  ];
  const shown = ({ accuracy, r2 }: Metrics) => (accuracy ?? r2!).toFixed(4);
  const rows = parts
    .filter(([, , result]) => result)
    .map(([part, set, result]) => [part, String(set!.rows), result!.loss.toPrecision(4), shown(result!)]);
  const network = [
    architecture.inputs,
    ...architecture.layers.map(({ units, activation }) => `${units} ${activation}`),
  ].join(' - ');
  const who = [adapter!.vendor, adapter!.architecture].filter(Boolean).join(' ') || 'unnamed';
  return [
    '',
    ...columns([[name, 'rows', 'loss', score], ...rows]),
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

/** The results of a cross-validation. */
export function describeFolds(
  { name, rows, classes }: Dataset,
  { folds, metrics, adapter, browser }: Receipt,
): string {
  const shown = ({ loss, accuracy, r2 }: Metrics) => [loss.toPrecision(4), (accuracy ?? r2!).toFixed(4)];
  const lines = folds!.map((fold, i) => [`fold ${i + 1}`, ...shown(fold)]);
  const who = [adapter!.vendor, adapter!.architecture].filter(Boolean).join(' ') || 'unnamed';
  return [
    '',
    ...columns([
      [name, 'loss', classes ? 'accuracy' : 'R2'],
      ...lines,
      [`all ${rows} rows`, ...shown(metrics!.test!)],
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
