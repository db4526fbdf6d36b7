import { Command, Option } from 'commander';
import { availableParallelism } from 'node:os';
import { DataError, KatmanError, UsageError } from '../errors.ts';
import { modelFormat } from '../formats/modelFiles.ts';
import { REPORT_FORMAT, type SweepEvent, type SweepReport } from '../sweep/report.ts';
import { type Crew, Sweep, type SweepPlan } from '../sweep/sweep.ts';
import { describeSweep } from '../sweep/table.ts';
import { movedTo } from './experiment.ts';
import { readJsonInput } from './input.ts';
import type { Context } from './main.ts';
import { fileName, list, oneOf, positive, whole } from './optionParsers.ts';
import { checkWritable, writeResult } from './output.ts';
import { queueCrew } from './queueCrew.ts';
import { QueueLink } from './queueLink.ts';
import { type BenchOptions, benchSweep } from './sweepBenchCommand.ts';
import { Browsers } from './sweepBrowsers.ts';
import { saveBest } from './sweepModel.ts';
import { type CrewOptions, pagesCrew } from './sweepPages.ts';
import { SweepBar } from './sweepProgress.ts';
import { livePages, modelFiles, pageWriter } from './sweepPage.ts';
import { type SweepServer, serveSweep } from './sweepServer.ts';
import { readSweep } from './sweepSpec.ts';
import { Trainer } from './sweepTrial.ts';
import { type TargetOptions, targetChoices } from './targets/index.ts';
import { TARGETS } from './targets/target.ts';

export interface SweepOptions extends TargetOptions, BenchOptions {
  spec?: string;
  pages: number;
  redis?: string;
  wait: number;
  json?: string;
  save?: string;
  resume?: string;
  port?: number;
  page?: string;
  bench?: boolean;
}

const say = (text: string) => void process.stderr.write(`${text}\n`);

/** Results are written while a sweep runs, too: this often at most, in ms. */
const WRITE_MS = 10_000;

/** `katman sweep`: many trainings, over the browsers of this machine or those of workers behind a queue. */
export function sweepCommand({ signal }: Context): Command {
  const pages = Math.max(1, Math.floor(availableParallelism() / 2));
  const command = new Command('sweep')
    .description('train many configurations and seeds, or time kernels on many adapters, and compare them')
    .option('--spec <file>', 'what is tried, as JSON (docs/sweeps.md)', fileName)
    .option('--pages <count>', 'browsers side by side on this machine', whole(1), pages)
    .option('--redis <url>', 'a queue, as redis://127.0.0.1:6379, whose workers do the work instead')
    .option('--wait <seconds>', 'how long to wait for a Redis that has gone away', positive, 300)
    .option('--json <file>', 'write the report as JSON, also while it runs; - for stdout', fileName)
    .option('--save <file>', 'train the best configuration once more, and write its model', fileName)
    .option(
      '--resume <file>',
      'a report of an earlier run: what is finished there is not run again',
      fileName,
    )
    .option(
      '--port <number>',
      'serve a page that shows it as it runs at this port of 127.0.0.1; 0 for a free one',
      whole(0),
    )
    .option('--page <folder>', 'write a page that shows the results into this folder', fileName)
    .option('--bench', 'time kernels on every adapter, instead of training')
    .option('--kernels <names>', 'of --bench: only these, with commas', list(String))
    .option('--shapes <list>', 'of --bench: shapes of the products, m x k x n, as 512x512x512', list(String))
    .option('--seconds <number>', 'of --bench: time for each kernel (default: 1)', positive)
    .addOption(
      new Option(
        '--browsers <names>',
        'of --bench, without --redis: which targets (default: all there are)',
      ).argParser(list(oneOf(TARGETS))),
    )
    .action(async (options: SweepOptions) => {
      refuseMixed(options);
      await checkWritable(options.json);
      if (options.bench) return benchSweep(options, signal);
      if (options.save) modelFormat(options.save);
      await checkWritable(options.save);
      await runSweep(options, signal);
    });
  for (const choice of targetChoices()) command.addOption(choice);
  return command;
}

/** @throws UsageError for options that have no effect */
function refuseMixed(options: SweepOptions): void {
  const { bench, spec } = options;
  if (!bench && !spec)
    throw new UsageError(
      'A sweep needs --spec FILE, which says what to try, or --bench, which times kernels',
    );
  const names = bench
    ? (['spec', 'save', 'resume', 'port', 'page'] as const)
    : (['kernels', 'shapes', 'seconds', 'browsers'] as const);
  const extra = names.find((name) => options[name] !== undefined);
  if (extra)
    throw new UsageError(
      `--${extra} does not go with ${bench ? '--bench' : '--spec'}; leave one of them out`,
    );
}

async function runSweep(options: SweepOptions, signal: AbortSignal): Promise<void> {
  const plan = await readSweep(options.spec!);
  const writePage = options.page === undefined ? undefined : await pageWriter(options.page);
  let server: SweepServer | undefined;
  let isSaved = false;
  let ended: SweepReport | undefined;
  const hear = (event: SweepEvent) => {
    bar.hear(event);
    server?.send(event);
    if (event.type === 'finished') void kept.write();
  };
  const sweep = new Sweep(plan, hear);
  const bar = new SweepBar(plan.metric.higherIsBetter, () => sweep.counts);
  const kept = keeper(options.json, sweep);
  if (options.resume) sweep.resume(await readReport(options.resume, plan));
  if (options.port !== undefined) {
    const pages = livePages(async () => modelFiles(isSaved ? options.save : undefined));
    server = await serveSweep(options.port, () => ended ?? sweep.report(), pages);
    say(`The sweep can be followed at ${server.url}`);
  }
  say(
    `${plan.described.name}: ${sweep.configurations.length} configurations, ${sweep.first} trials${plan.spec.stop ? ' in the first rung' : ''}; ranked by ${plan.metric.name}`,
  );
  let [state, problem]: [SweepReport['state'], string | undefined] = ['done', undefined];
  try {
    await withCrew(options, plan, { signal, hear }, async (crewOf) => {
      await sweep.run(crewOf(false)).finally(() => bar.stop());
      if (!options.save) return;
      await saveBest(options.save, { sweep, report: sweep.report(), crew: crewOf(true) });
      isSaved = true;
    });
    refuseNothing(sweep.report());
  } catch (error) {
    state = signal.aborted ? 'interrupted' : 'failed';
    problem = signal.aborted ? undefined : (error as Error).message;
    throw error;
  } finally {
    bar.stop();
    const report = sweep.report(state, problem);
    ended = report;
    hear({ type: 'ended', state });
    bar.stop();
    if (report.trials.some(({ outcome }) => outcome !== 'open')) print(options, report);
    await kept.end(report);
    await writePage?.(report, await modelFiles(isSaved ? options.save : undefined));
    await server?.close();
  }
}

/** Works with browsers here or workers elsewhere, and lets go of them. */
async function withCrew(
  options: SweepOptions,
  { spec }: SweepPlan,
  { signal, hear }: { signal: AbortSignal; hear: (event: SweepEvent) => void },
  work: (crewOf: (parameters: boolean) => Crew) => Promise<void>,
): Promise<void> {
  const common: CrewOptions = { retries: spec.retries, signal, onEvent: hear };
  if (options.redis) {
    const link = await QueueLink.open(options.redis, options.wait);
    try {
      return await work((parameters) => queueCrew(link, spec.requires, { ...common, parameters }));
    } finally {
      await link.close();
    }
  }
  const { adapter, vendor } = spec.requires;
  if (adapter !== 'any' && options.require !== 'any' && adapter !== options.require)
    throw new UsageError(
      `The sweep requires an adapter in ${adapter}, and --require ${options.require} is given; leave one of them out`,
    );
  const kind = adapter === 'any' ? options.require : adapter;
  const browsers = new Browsers(options.pages, { ...options, require: kind, vendor, signal });
  const trainer = new Trainer();
  try {
    return await work((parameters) => pagesCrew(browsers, trainer, { ...common, parameters }));
  } finally {
    await browsers.close().catch(() => {});
  }
}

function print({ json }: SweepOptions, report: SweepReport): void {
  const text = describeSweep(report);
  if (json === '-') say(text);
  else console.log(text);
}

/** @throws KatmanError if not one trial came to anything */
function refuseNothing({ trials }: SweepReport): void {
  if (trials.some(({ outcome }) => outcome === 'done' || outcome === 'early')) return;
  const [{ outcome, error }] = trials;
  throw new KatmanError(
    `No trial came to a result; the first ${outcome}: ${error}. Change the specification`,
  );
}

/** Writes the report into a file, not too often, one write after the other. */
function keeper(
  file: string | undefined,
  sweep: Sweep,
): { write(): Promise<void>; end(report: SweepReport): Promise<void> } {
  let last = performance.now();
  let writing = Promise.resolve();
  const write = (report: SweepReport) =>
    (writing = writing.then(() => writeResult(file!, `${JSON.stringify(placed(file!, report), null, 2)}\n`)));
  return {
    async write() {
      if (!file || file === '-' || performance.now() - last < WRITE_MS) return;
      last = performance.now();
      // That it cannot be written is said at the end.
      await write(sweep.report()).catch(() => {});
    },
    async end(report) {
      await writing.catch(() => {});
      writing = Promise.resolve();
      if (file) await write(report);
    },
  };
}

/** A report whose experiments find their files from where it lies. */
function placed(file: string, report: SweepReport): SweepReport {
  if (file === '-') return report;
  const trials = report.trials.map((trial) => ({
    ...trial,
    experiment: movedTo(file, trial.experiment as never) as SweepReport['trials'][number]['experiment'],
  }));
  return { ...report, trials };
}

/** @throws DataError for what is no report of a sweep over this data */
async function readReport(file: string, { described }: SweepPlan): Promise<SweepReport> {
  const advice = 'give what --json of an earlier run of this sweep wrote';
  const content = (await readJsonInput({ file, what: 'The report', advice })) as SweepReport;
  if (content?.format !== REPORT_FORMAT || !Array.isArray(content.trials))
    throw new DataError(`'${file}' is no report of a sweep (format '${REPORT_FORMAT}'); ${advice}`, { file });
  if (content.data?.sha256 !== described.sha256)
    throw new DataError(
      `'${file}' is of a sweep over other data than '${described.name}' (its SHA-256 is another); leave --resume out`,
      { file },
    );
  return content;
}
