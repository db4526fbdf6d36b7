import { asText, short } from './benchTable.ts';
import type { KernelRow } from './benchReceipt.ts';
import type { FleetReport } from './sweepBench.ts';

const NONE = '–';

/** One table: a row for each kernel and shape, a column for each adapter. */
export function describeFleet({ adapters, notes, date }: FleetReport): string {
  const found = new Map<string, { name: string; group: string }>();
  for (const { rows } of adapters)
    for (const { name, group } of rows) found.set(`${name} ${group}`, { name, group });
  const cell = (rows: readonly KernelRow[], of: { name: string; group: string }) => {
    const row = rows.find(({ name, group }) => name === of.name && group === of.group);
    if (!row?.timing) return row?.wrong ? 'WRONG' : NONE;
    const { median } = row.timing;
    const rate = row.flops
      ? `${short(row.flops / 1e6 / median)} GFLOP/s`
      : `${short(row.bytes / 1e6 / median)} GB/s`;
    return `${short(median)} ms, ${rate}`;
  };
  const head = ['kernel', 'on', ...adapters.map((_, i) => `[${i + 1}]`), ''];
  const rows = [...found.values()].map((one) => [
    one.name,
    one.group,
    ...adapters.map((adapter) => cell(adapter.rows, one)),
    '',
  ]);
  const problems = adapters.flatMap(({ rows, problems }, i) => [
    ...rows.flatMap(({ name, group, wrong }) => (wrong ? [`[${i + 1}] ${name}, ${group}: ${wrong}`] : [])),
    ...Object.entries(problems).map(([kernel, what]) => `[${i + 1}] ${kernel}: ${what}`),
  ]);
  return [
    `Kernels on each adapter, ${date.slice(0, 10)}: median of one dispatch; every kernel was checked there before it was timed`,
    ...adapters.map(({ name }, i) => `[${i + 1}] ${name}`),
    '',
    asText({ title: 'Kernels', rows: [head, ...rows] }),
    ...(problems.length || notes.length ? ['', ...problems, ...notes] : []),
  ].join('\n');
}

/** What was wrong, for the exit code. */
export function wrongOf({ adapters }: FleetReport): string[] {
  return adapters.flatMap(({ name, rows, problems }) => [
    ...rows.filter(({ wrong }) => wrong).map((row) => `${row.name} on ${name}`),
    ...Object.keys(problems).map((kernel) => `${kernel} on ${name}`),
  ]);
}
