/** Turns results.json into markdown; `node bench/peers/report.mjs [FILE]` prints it again. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { goals } from './goals.mjs';
import { median, short, spread, table } from './numbers.mjs';

/** A result so far off the reference (relative) is none. */
export const MOST_ERROR = 1e-3;
const CALLS = [
  ...['dispatchWorkgroups', 'beginComputePass', 'submit', 'createBuffer', 'createBindGroup'],
  ...['writeBuffer', 'copyBufferToBuffer', 'mapAsync'],
];

/** The largest relative error of a contestant's final losses. */
export function worstError(visits, reference) {
  return Math.max(...visits.map(({ final }) => Math.abs(final / reference - 1)));
}

/** All tables. */
export function report(results) {
  const { names, jobs, reference, visits, counts, sizes } = results;
  const all = jobs.map(({ id }) => id);
  const [trainings, products] = ['mlp', 'matmul'].map((kind) =>
    jobs.filter((job) => job.kind === kind).map(({ id }) => id),
  );
  const rowsOf = (ids, of) =>
    names.map((name) => [
      name,
      ...ids.map((id) => {
        const tried = visits.filter((one) => one.name === name && one.job === id);
        const good = tried.filter(({ error }) => !error);
        return good.length ? of(good, id) : tried.length ? 'failed' : '-';
      }),
    ]);
  const section = (title, ids, of, before = []) =>
    ids.length ? `### ${title}\n\n${table(['', ...ids], [...before, ...rowsOf(ids, of)])}\n` : '';
  const each = (pick) => (good) => spread(good.map(pick));

  const gigaflops = (good, id) => {
    const { n } = jobs.find((job) => job.id === id);
    return spread(good.map(({ windows }) => (median(windows) * 2 * n ** 3) / 1e9));
  };
  const losses = (good, id) => {
    const error = worstError(good, reference[id]);
    const verdict = error <= MOST_ERROR ? '' : ' DISAGREES';
    return `${good[0].final.toPrecision(7)} (${error.toExponential(0)}${verdict})`;
  };
  const exact = [['float64 reference', ...all.map((id) => reference[id].toPrecision(7))]];
  const katman = names.filter((name) => name.startsWith('katman'));
  const goalTables = katman
    .map((name) => goals(results, name))
    .filter(Boolean)
    .join('\n');
  return [
    heading(results),
    goalTables && `### Goals\n\n${goalTables}\n`,
    section(
      'Steps/s, one loss read back in a window',
      trainings,
      each(({ windows }) => median(windows)),
    ),
    section(
      'Steps/s, the loss read back after every step',
      trainings,
      each(({ eachRate }) => eachRate),
    ),
    section('Matrix product, GFLOP/s', products, gigaflops),
    section(
      'First step, ms: create, upload, compile, train, read back',
      all,
      each(({ coldMs }) => coldMs),
    ),
    section(
      'Navigation to the first step, ms',
      all,
      each(({ navMs }) => navMs),
    ),
    section(
      'Navigation to the end of the job, ms',
      trainings,
      each(({ jobMs }) => jobMs),
    ),
    section('Final loss, or last number of C (largest relative error)', all, losses, exact),
    callTable(counts),
    sizeTable(sizes),
    failures(visits),
  ].join('');
}

function heading({ date, cpu, adapter, browser, rounds, visits }) {
  const loads = visits.map(({ load }) => load);
  const failed = visits.filter(({ error }) => error).length;
  return (
    `${date}, adapter ${adapter}, ${browser}, ${cpu}, ${rounds} rounds, load before visits ${spread(loads)}` +
    `${failed ? `, ${failed} of ${visits.length} visits failed` : ''}. Cells are the median over the rounds ` +
    '(lowest-highest); a visit counts with the median of its windows.\n\n'
  );
}

/** Why visits failed. */
function failures(visits) {
  const reasons = new Set(
    visits.filter(({ error }) => error).map(({ name, job, error }) => `- ${name}, ${job}: ${error}\n`),
  );
  return reasons.size ? `\n### Failed visits\n\n${[...reasons].join('')}` : '';
}

function callTable(counts) {
  if (!counts.length) return '';
  const rows = counts.map(({ name, job, first, perStep }) => [
    ...[name, job],
    ...CALLS.map((call) => Number((perStep[call] ?? 0).toFixed(2))),
    (first.createComputePipeline ?? 0) + (first.createComputePipelineAsync ?? 0),
    first.createBuffer,
  ]);
  const head = ['', 'job', ...CALLS, 'pipelines at first step', 'buffers at first step'];
  return `### Calls of WebGPU per step, no final read-back in them\n\n${table(head, rows)}\n`;
}

function sizeTable(sizes) {
  const total = (files, key) => files.reduce((sum, file) => sum + file[key], 0);
  const rows = Object.entries(sizes)
    .sort(([, a], [, b]) => total(a, 'gz') - total(b, 'gz'))
    .map(([name, files]) => [
      ...[name, short(total(files, 'min') / 1024), short(total(files, 'gz') / 1024)],
      files.map(({ path: file }) => path.posix.basename(file)).join(', '),
    ]);
  return `### What the page loads, KiB (minified; gzip -9)\n\n${table(['', 'minified', 'gzipped', 'files'], rows)}`;
}

if (process.argv[1] && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const file = process.argv[2] ?? fileURLToPath(new URL('results.json', import.meta.url));
  console.log(report(JSON.parse(readFileSync(file, 'utf8'))));
}
