#!/usr/bin/env node
/** `npm run bench:peers`: the same trainings by Katman and its peers, in the same browser, in turn. */
import { readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { findBrowser, visit } from './browser.mjs';
import { bundle, contestants } from './build.mjs';
import { install } from './install.mjs';
import { USAGE, UsageError, pick, readOptions } from './options.mjs';
import { MOST_ERROR, report, worstError } from './report.mjs';
import { serve } from './server.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const EXIT = { done: 0, failed: 1, usage: 2, noAdapter: 3 };
const SIGNALS = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 };

async function main(words, signal) {
  const options = readOptions(words);
  if (options.help) return console.log(USAGE);
  const extra = options.extra ? readExtra(options.extra) : [];
  install(here);
  const all = [...new Set([...contestants(here), ...Object.keys(options.added)])].sort();
  const names = pick(all, options.only, 'contestant');
  const entries = names.map((name) => {
    const added = options.added[name];
    return [name, added ? path.resolve(added) : path.join(here, 'contestants', `${name}.ts`)];
  });
  console.error(`Bundling ${names.join(', ')} ...`);
  const { jobs: source, plain } = await bundle(here, Object.fromEntries(entries), extra);
  const wanted = pick(
    source.jobs.map(({ id }) => id),
    options.jobs,
    'job',
  );
  const jobs = source.jobs.filter(({ id }) => wanted.includes(id));
  console.error('Computing the reference in float64 ...');
  const reference = await references(jobs, source.generate, plain.create);
  const browser = await findBrowser(options.require, signal);
  console.error(`Adapter: ${browser.adapter}, ${browser.version}`);

  const results = {
    date: new Date().toISOString(),
    ...{ adapter: browser.adapter, browser: browser.version, flags: browser.flags },
    ...{ node: process.version, cpu: `${os.cpus().length} x ${os.cpus()[0].model}` },
    ...{ rounds: options.rounds, jobs, names, reference, visits: [], counts: [], sizes: {} },
  };
  const out = options.out ? path.resolve(options.out) : path.join(here, 'results');
  await measure(browser, results, options, signal, () =>
    writeFileSync(`${out}.json`, JSON.stringify(results, null, 1)),
  );
  const text = report(results);
  writeFileSync(`${out}.md`, text);
  console.log(text);
  console.error(`Written: ${out}.md and ${out}.json`);
  return verdict(results);
}

/** Visits in rounds A B C, B C A, ..., so that a busy machine disturbs everybody; then those that count calls. */
async function measure(browser, results, options, signal, save) {
  const { jobs, names, rounds } = results;
  const server = await serve(here);
  const total = jobs.length * names.length * (rounds + Number(!options['no-counts']));
  const began = performance.now();
  let done = 0;
  const go = async (name, { id }, mode, title) => {
    signal.throwIfAborted();
    const minutes = done ? ((performance.now() - began) * (total - done)) / done / 60_000 : undefined;
    const left = minutes === undefined ? '' : `, about ${Math.ceil(minutes)} min left`;
    process.stderr.write(`[${++done}/${total}${left}] ${title}, ${id}, ${name}: `);
    server.fetched.clear();
    const query = `c=${name}&job=${id}&mode=${mode}&budget=${options.budget}`;
    const address = `${server.origin}/?${query}${options.query && `&${options.query}`}`;
    const result = await visit(browser, address, { counts: mode === 'count', seconds: options.timeout });
    signal.throwIfAborted();
    return result;
  };
  try {
    for (let round = 0; round < rounds; round++)
      for (const job of jobs)
        for (let i = 0; i < names.length; i++) {
          const name = names[(i + round) % names.length];
          const load = Number(os.loadavg()[0].toFixed(2));
          const result = await go(name, job, 'time', `round ${round + 1}`);
          results.visits.push({ round, job: job.id, name, load, ...result });
          if (!result.error && job.kind === 'mlp') keepSize(results.sizes, name, server.fetched);
          console.error(describe(result, results.reference[job.id]));
          save();
        }
    for (const job of options['no-counts'] ? [] : jobs)
      for (const name of names) {
        const { error, first, perStep } = await go(name, job, 'count', 'counting calls');
        if (first?.createBuffer) results.counts.push({ job: job.id, name, first, perStep });
        console.error(error ?? (first?.createBuffer ? 'done' : 'none'));
      }
    save();
  } finally {
    server.close();
  }
}

/** What the page has loaded in order to train; of several jobs, the one that took most. */
function keepSize(sizes, name, fetched) {
  const files = [...fetched].map(([file, body]) => ({
    path: file,
    min: body.length,
    gz: gzipSync(body, { level: 9 }).length,
  }));
  const total = (list) => list.reduce((sum, { gz }) => sum + gz, 0);
  if (total(files) > total(sizes[name] ?? [])) sizes[name] = files;
}

function describe({ error, coldMs, windows, final, logs }, reference) {
  if (error) return `FAILED: ${error}${logs ? ` (${logs[0]})` : ''}`;
  const off = Math.abs(final / reference - 1);
  return (
    `first step ${coldMs.toFixed(0)} ms, ${windows.map((rate) => rate.toPrecision(3)).join(' ')} per s, ` +
    `result ${final.toPrecision(6)} (off by ${off.toExponential(0)})${logs ? `, said: ${logs[0]}` : ''}`
  );
}

/** Final losses in float64. */
async function references(jobs, generate, create) {
  const reference = {};
  for (const job of jobs) {
    const { weights, data } = generate(job);
    const contestant = await create(job, Float64Array);
    await contestant.init(weights, data);
    reference[job.id] = await contestant.step(job.kind === 'mlp' ? job.steps : 1);
  }
  return reference;
}

/** Katman has to have done every job, and rightly; what becomes of others is in the tables. */
function verdict({ visits, reference }) {
  const mine = visits.filter(({ name }) => name.startsWith('katman'));
  const wrong = mine.find((one) => one.error || !(worstError([one], reference[one.job]) <= MOST_ERROR));
  if (!wrong) return EXIT.done;
  console.error(`${wrong.name} failed ${wrong.job}: ${wrong.error ?? `it computes ${wrong.final}`}`);
  return EXIT.failed;
}

function readExtra(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new UsageError(`--extra: '${file}' is no list of jobs in JSON: ${error.message}`);
  }
}

const abort = new AbortController();
let code;
for (const [name, number] of Object.entries(SIGNALS))
  process.on(name, () => {
    code = number;
    abort.abort(new Error('interrupted'));
  });
try {
  const ended = await main(process.argv.slice(2), abort.signal);
  code ??= ended ?? EXIT.done;
} catch (error) {
  if (error instanceof UsageError) console.error(`${error.message} (--help says more)`);
  else
    console.error(
      `${abort.signal.aborted ? '\n' : ''}${process.env.KATMAN_DEBUG ? error.stack : error.message}`,
    );
  const noAdapter = error.name === 'GpuUnavailableError';
  code ??= error instanceof UsageError ? EXIT.usage : noAdapter ? EXIT.noAdapter : EXIT.failed;
}
process.exit(code);
