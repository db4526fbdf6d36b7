import { adapterName } from '../gpu/adapter.ts';
import type { ClockDescription } from '../lab/clock/device.ts';
import type { Roof } from '../lab/roofs.ts';
import type { BenchReceipt, Measured } from './benchReceipt.ts';

/** Cells of text; the first row is the head. */
export interface Table {
  readonly title: string;
  readonly rows: readonly (readonly string[])[];
}

const NONE = '–';

/** Every table of a run that has rows. */
export function tablesOf(receipt: BenchReceipt): Table[] {
  return [kernelTable(receipt), stepTable(receipt), callTable(receipt)].filter(({ rows }) => rows.length > 1);
}

/** Where, when and on what clock a run measured, and its roofs: sentences for above the tables. */
export function headLines({ adapter, browser, date, clock, roofs }: BenchReceipt): string[] {
  const name = adapter ? `${adapterName(adapter)} (${adapter.kind})` : 'unknown';
  const lines = [`Adapter ${name}, ${browser?.name} ${browser?.version}, ${date.slice(0, 10)}.`];
  if (clock) lines.push(describeClock(clock));
  if (roofs) lines.push(`Roofs: ${rateOf(roofs.compute, 'GFLOP/s')}; ${rateOf(roofs.memory, 'GB/s')}.`);
  return lines;
}

function describeClock({ source, grid, overhead }: ClockDescription): string {
  const step = grid < 0.1 ? `${short(1000 * grid)} µs` : `${short(grid)} ms`;
  const taken = overhead ? `; ${short(overhead)} ms of an empty submit are taken off` : '';
  return `Clock: ${source}, in steps of ${step} as measured${taken}.`;
}

function rateOf({ rate, low, high, how }: Roof, unit: string): string {
  return `${short(rate)} ${unit} (${short(low)} to ${short(high)}; ${how})`;
}

/** Three digits that count, without an exponent. */
export function short(value: number): string {
  return Math.abs(value) >= 1000 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}

const percent = (share: number) => `${(100 * share).toFixed(share < 0.1 ? 1 : 0)}%`;

/** What stands in the cells of a row that has no time. */
function verdict({ standing, wrong, note }: Measured): string {
  return wrong ? `WRONG, not timed: ${wrong}` : (note ?? standing);
}

function kernelTable({ kernels, roofs }: BenchReceipt): Table {
  const head = [
    ...['kernel', 'on', 'ms', 'interval', 'samples', 'GFLOP/s', 'of roof', 'GB/s', 'of roof', 'standing'],
  ];
  const rows = kernels.map((row) => {
    const { name, group, timing, flops, bytes } = row;
    if (!timing) return [name, group, ...Array<string>(7).fill(NONE), verdict(row)];
    const { median, samples } = timing;
    return [
      ...[name, group, short(median), interval(timing, (ms) => ms), String(samples)],
      ...rate(flops / 1e6 / median, roofs?.compute),
      ...rate(bytes / 1e6 / median, roofs?.memory),
      verdict(row),
    ];
  });
  return { title: 'Kernels', rows: [head, ...rows] };
}

/** `1.2 to 1.4`, with its confidence where that is not 95%; nothing of a single sample. */
function interval({ low, high, confidence }: NonNullable<Measured['timing']>, unit: (ms: number) => number) {
  if (!confidence) return NONE;
  const [least, most] = [unit(low), unit(high)].sort((a, b) => a - b);
  const sure = confidence < 0.95 ? ` (${percent(confidence)})` : '';
  return `${short(least)} to ${short(most)}${sure}`;
}

/** A rate and its share of the roof. */
function rate(value: number, roof: Roof | undefined): [string, string] {
  return value > 0 ? [short(value), roof ? percent(value / roof.rate) : NONE] : [NONE, NONE];
}

function stepTable({ steps, roofs }: BenchReceipt): Table {
  const head = ['network', 'plan', 'steps/s', 'interval', 'samples', 'GFLOP/s', 'of roof', 'standing'];
  const rows = steps.map((row) => {
    const { network, plan, timing, flops } = row;
    if (!timing) return [network, plan, ...Array<string>(5).fill(NONE), verdict(row)];
    const { median, samples } = timing;
    // The roof is the GPU's.
    const roof = plan === 'cpu' ? undefined : roofs?.compute;
    return [
      ...[network, plan, short(1000 / median), interval(timing, (ms) => 1000 / ms), String(samples)],
      ...rate(flops / 1e6 / median, roof),
      verdict(row),
    ];
  });
  return { title: 'Training steps', rows: [head, ...rows] };
}

const CALLS: readonly (readonly [string, string])[] = [
  ['dispatches', 'dispatches'],
  ['submits', 'submits'],
  ['buffers', 'buffers made'],
  ['bindGroups', 'bind groups made'],
  ['writes', 'queue writes'],
  ['maps', 'maps'],
];

function callTable({ calls }: BenchReceipt): Table {
  const head = ['network', 'plan', ...CALLS.map(([, title]) => title), 'counted over'];
  const rows = calls.map(({ network, plan, perStep, steps, note }) =>
    perStep
      ? [network, plan, ...CALLS.map(([name]) => short(perStep[name])), `${steps![1] - steps![0]} steps`]
      : [network, plan, ...CALLS.map(() => NONE), note ?? ''],
  );
  return { title: 'Calls per training step', rows: [head, ...rows] };
}

/** Columns for a terminal: words to the left, numbers to the right. */
export function asText({ title, rows }: Table): string {
  const widths = rows[0].map((_, j) => Math.max(...rows.map((row) => row[j].length)));
  const last = rows[0].length - 1;
  const cell = (text: string, j: number) =>
    j < 2 ? text.padEnd(widths[j]) : j === last ? text : text.padStart(widths[j]);
  return [title, ...rows.map((row) => row.map(cell).join('  ').trimEnd())].join('\n');
}

/** @param level how many # the title has */
export function asMarkdown({ title, rows: [head, ...rows] }: Table, level = 3): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
  const rule = head.map((_, j) => (j < 2 || j === head.length - 1 ? '---' : '---:'));
  return [`${'#'.repeat(level)} ${title}`, '', line(head), line(rule), ...rows.map(line)].join('\n');
}

/** All of a run, as markdown. */
export function describeBench(receipt: BenchReceipt, level = 3): string {
  const notes = receipt.notes.length
    ? `Notes:\n\n${receipt.notes.map((note) => `- ${note}`).join('\n')}`
    : '';
  const tables = tablesOf(receipt).map((table) => asMarkdown(table, level));
  return [headLines(receipt).join('\n'), ...tables, notes].filter(Boolean).join('\n\n');
}
