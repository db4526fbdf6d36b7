import type { Roofs } from '../lab/roofs.ts';
import { type Prints, describePrint } from '../lab/workbench/print.ts';
import type { Problem, Sweep, Timing, Verdict } from '../lab/workbench/types.ts';
import { type Table, asText, short } from './benchTable.ts';

/** What a file is, in one line that can be trusted. */
export function describeVerdict(verdict: Verdict, roofs: Roofs | undefined): string {
  if (verdict.kind === 'invalid') return `does not compile: ${verdict.problems[0]?.message}`;
  if (verdict.kind === 'hung') return `hung: ${verdict.message}`;
  if (verdict.kind === 'wrong') return `wrong: ${verdict.wrong.message}`;
  const { cases, elements, fraction, timing } = verdict;
  const how = fraction > 0 ? `, at most ${percent(fraction)} of the bound` : ', exactly';
  const right = `right (${cases} cases, ${elements} numbers${how})`;
  return timing ? `${right}; ${standing(timing)}; ${rates(timing, roofs)}` : `${right}; it has no time`;
}

/** `faster: 0.81 to 0.87 of the shipped kernel's time (99%)` */
function standing({ comparison: { verdict, low, high, confidence } }: Timing): string {
  return `${verdict}: ${short(low)} to ${short(high)} of the shipped kernel's time (${percent(confidence)})`;
}

function rates({ attempt: { median, gflops, gbs } }: Timing, roofs: Roofs | undefined): string {
  const parts = [
    ...(gflops > 0 ? [`${short(gflops)} GFLOP/s${share(gflops, roofs?.compute.rate)}`] : []),
    `${short(gbs)} GB/s${share(gbs, roofs?.memory.rate)}`,
  ];
  return `${short(median)} ms, ${parts.join(', ')}`;
}

const percent = (part: number) => `${short(100 * Math.min(part, 1))}%`;
const share = (rate: number, roof: number | undefined) =>
  roof ? ` (${percent(rate / roof)} of the roof)` : '';

/** `my.wgsl:45:3: expected ';'`, as compilers say it and editors find it. */
export function describeProblems(file: string, problems: readonly Problem[]): string {
  return problems
    .map(
      ({ line, column, message }) =>
        [file, line, column].filter((part) => part !== undefined).join(':') + `: ${message}`,
    )
    .join('\n');
}

/** Prints that are shown; a receipt has them all. */
const MOST_PRINTS = 200;

/** `my.wgsl:12: [3, 0, 0] sum: sum = 1.5`, invocation by invocation. */
export function describePrints(file: string, { prints, lost }: Prints): string {
  const more = prints.length - MOST_PRINTS;
  return [
    ...prints.slice(0, MOST_PRINTS).map((one) => `${file}:${describePrint(one)}`),
    ...(more > 0 ? [`and ${more} more prints; print less often, or see them all with --json`] : []),
    ...(lost > 0
      ? [`${lost} prints did not fit and were lost; print less often, or take a smaller --shape`]
      : []),
    'What is judged and timed is the text without its prints',
  ].join('\n');
}

const BAR = 30;

/** A sweep as a table, and as bars that grow with the time. */
export function describeSweep({ name, points, fastest }: Sweep, roofs: Roofs | undefined): string {
  const slowest = Math.max(...points.map(({ verdict }) => timingOf(verdict)?.attempt.median ?? 0));
  const rows = points.map(({ value, verdict }) => {
    const timing = timingOf(verdict);
    if (!timing)
      return [`${name}=${value}`, '', ...Array<string>(5).fill('–'), describeVerdict(verdict, roofs)];
    const { median, low, high, gflops, gbs } = timing.attempt;
    const { comparison } = timing;
    const bar = '█'.repeat(Math.max(1, Math.round((BAR * median) / slowest)));
    const first = fastest.includes(value) ? (fastest.length > 1 ? 'among the fastest' : 'fastest') : '';
    return [
      ...[`${name}=${value}`, bar, short(median), `${short(low)} to ${short(high)}`],
      ...[short(gflops), short(gbs), `${short(comparison.low)} to ${short(comparison.high)}`],
      [comparison.verdict, first].filter(Boolean).join(', '),
    ];
  });
  const head = [name, 'time', 'ms', 'interval', 'GFLOP/s', 'GB/s', 'of shipped', 'standing'];
  const table: Table = { title: `Sweep over ${name}`, rows: [head, ...rows] };
  return asText(table);
}

const timingOf = (verdict: Verdict) => (verdict.kind === 'right' ? verdict.timing : undefined);
