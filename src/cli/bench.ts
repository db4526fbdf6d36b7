import { Command, InvalidArgumentError, Option } from 'commander';
import { KatmanError, UsageError } from '../errors.ts';
import { PLANS, type PlanName } from '../session/options.ts';
import { rewriteBenchmarks } from './benchDocs.ts';
import { type FileOptions, fileCommand } from './benchFile.ts';
import {
  BENCHED,
  NETWORKS,
  PRODUCTS,
  SHAPES,
  type Shape,
  chosenKernels,
  chosenNetworks,
} from './benchPlan.ts';
import { gridCommand } from './benchGridCommand.ts';
import { type BenchReceipt, startReceipt } from './benchReceipt.ts';
import { refuseSoftware, runReport, writeReport } from './benchReport.ts';
import { type BenchWork, runBench } from './benchRun.ts';
import { asText, headLines, tablesOf } from './benchTable.ts';
import { inBrowser } from './inBrowser.ts';
import type { Context } from './main.ts';
import { fileName, list, oneOf, positive, whole } from './optionParsers.ts';
import { checkWritable, writeResult } from './output.ts';
import { targetChoices } from './targets/index.ts';

interface BenchOptions extends FileOptions {
  kernels?: string[];
  networks?: string[];
  shapes?: Shape[];
  plans: PlanName[];
  write?: boolean;
  calls?: boolean;
  grid?: boolean;
  gpuReport?: string | true;
  software?: boolean;
}

const REPORT = 'katman-gpu-report';

/** `katman bench`: how fast kernels and training steps are here, beside what the device can do at best. */
export function benchCommand({ signal, words }: Context): Command {
  const names = list((text) => text);
  const command = new Command('bench')
    .description(
      'time kernels and training steps, each after it was checked, beside the roofs of the adapter',
    )
    .option('--kernels <names>', `only these kernels, with commas: ${BENCHED.join(', ')}`, names)
    .option('--shapes <list>', 'shapes of the products, m x k x n, as 512x512x512,128x784x128', list(shape))
    .option(
      '--networks <names>',
      `only training steps of these networks: ${NETWORKS.map(({ name }) => name).join(', ')}`,
      names,
    )
    .addOption(
      new Option('--plans <names>', 'plans to train with, with commas')
        .argParser(list(oneOf(PLANS)))
        .default([...PLANS], PLANS.join(',')),
    )
    .option('--seconds <number>', 'time for each kernel; a plan gets ten times as much', positive, 1)
    .option('--json <file>', 'write everything measured as JSON')
    .option('--write', 'put the tables into docs/benchmarks.md')
    .option('--calls', 'count what one training step asks of the device, instead of timing')
    .addOption(
      new Option(
        '--grid',
        'how the cost of a step grows with width, batch and depth; with --write into docs/cost.md',
      ).conflicts(['kernels', 'shapes', 'networks', 'plans', 'calls', 'gpuReport', 'software']),
    )
    .option(
      '--gpu-report [name]',
      `roofs, 4096x4096x4096 products, training steps and calls of a GPU, into NAME.json and NAME.md (${REPORT})`,
    )
    .option('--software', 'report on an adapter in software, too')
    .addOption(
      new Option('--kernel <name>', 'the one kernel whose place a file takes, with --file').conflicts([
        ...['kernels', 'shapes', 'networks', 'calls', 'grid', 'gpuReport', 'software', 'write'],
      ]),
    )
    .option('--file <file>', 'WGSL to judge and then time against the kernel', fileName)
    .option('--shape <sizes>', 'its sizes in the order of its params: 512x512x512 is m x k x n', sizes)
    .option('--flags <names>', 'flags that are on, with commas', names)
    .option('--set <list>', 'counts and overrides, as TILE=8,ROWS=2', constants)
    .option('--sweep <list>', 'values of a count, an override or a size, as TILE=4,8,16', sweep)
    .option('--watch', 'judge and time again whenever the file is saved')
    .option('--print', "write the kernel's text to stdout, to begin with")
    .action(async (options: BenchOptions) => {
      if (options.grid) return gridCommand(options, { signal, words });
      if (options.kernel !== undefined) return fileCommand(options, { signal, words });
      refuseAlone(options);
      const work = workOf(options);
      const report = options.gpuReport === true ? REPORT : options.gpuReport;
      for (const file of [options.json, ...(report ? [`${report}.json`, `${report}.md`] : [])])
        await checkWritable(file);
      const receipt = startReceipt(words);
      try {
        await inBrowser({ ...options, signal }, async (page, head) => {
          Object.assign(receipt, head);
          if (report && !options.software) refuseSoftware(head);
          if (report) await runReport(page, work, receipt, head.adapter.kind === 'software');
          else await runBench(page, work, receipt);
        });
        refuseWrong(receipt);
      } catch (thrown) {
        const error: Error = signal.aborted ? signal.reason : thrown;
        receipt.error = error.message;
        throw error;
      } finally {
        print(receipt);
        if (options.json) await writeResult(options.json, `${JSON.stringify(receipt, null, 2)}\n`);
        if (report && receipt.roofs) await writeReport(report, receipt);
      }
      if (options.write) await rewriteBenchmarks(receipt);
    });
  for (const choice of targetChoices()) command.addOption(choice);
  return command;
}

/** Naming kernels or networks asks for these alone. */
function workOf({
  kernels,
  networks,
  shapes,
  plans,
  seconds,
  calls = false,
  gpuReport,
}: BenchOptions): BenchWork {
  const report = gpuReport !== undefined;
  const chosen = chosenKernels(kernels ?? ((networks || calls) && !report ? [] : undefined));
  const products = chosen.filter((name) => PRODUCTS.includes(name));
  return {
    kernels: report ? products : chosen,
    shapes: shapes ?? SHAPES,
    networks: chosenNetworks(networks ?? (kernels && !calls && !report ? [] : undefined)),
    plans,
    seconds,
    calls: calls || report,
    times: !calls || report,
  };
}

/** `512x512x512` */
function shape(text: string): Shape {
  const sizes = text.split('x').map(whole(1));
  if (sizes.length !== 3)
    throw new InvalidArgumentError(`A shape is m x k x n, as 512x512x512, not '${text}'.`);
  return sizes as unknown as Shape;
}

/** `512x512x512`, `1048576` */
function sizes(text: string): number[] {
  return text.split('x').map(whole(1));
}

/** `TILE=8,ROWS=2` */
function constants(text: string): Record<string, number> {
  return Object.fromEntries(
    text.split(',').map((part) => {
      const [, name, value] = /^\s*([A-Za-z]\w*)=(.*)$/.exec(part) ?? [];
      if (!name) throw new InvalidArgumentError(`It is names and numbers, as TILE=8,ROWS=2, not '${text}'.`);
      return [name, whole(1)(value)];
    }),
  );
}

/** `TILE=4,8,16` */
function sweep(text: string): NonNullable<FileOptions['sweep']> {
  const [, name, values] = /^\s*([A-Za-z]\w*)=(.*)$/.exec(text) ?? [];
  if (!name) throw new InvalidArgumentError(`It is a name and its values, as TILE=4,8,16, not '${text}'.`);
  return { name, values: list(whole(1))(values) };
}

/** @throws UsageError for what says something of a file, where there is none */
function refuseAlone(options: BenchOptions): void {
  const alone = (['file', 'shape', 'flags', 'set', 'sweep', 'watch', 'print'] as const).find(
    (name) => options[name] !== undefined,
  );
  if (alone) throw new UsageError(`--${alone} belongs to one kernel: name it with --kernel matmul`);
}

/** What was measured, also if not all of it was. */
function print(receipt: BenchReceipt): void {
  const tables = tablesOf(receipt);
  if (!tables.length) return;
  const parts = [headLines(receipt).join('\n'), ...tables.map(asText), receipt.notes.join('\n')];
  console.log(parts.filter(Boolean).join('\n\n'));
}

/** @throws KatmanError naming what is wrong: it has no times */
function refuseWrong({ kernels, steps, wrong }: BenchReceipt): void {
  const found = new Map(Object.entries(wrong));
  for (const row of kernels)
    if (row.wrong && !found.has(row.name.split(' ')[0])) found.set(row.name, row.wrong);
  for (const row of steps) if (row.wrong) found.set(`${row.plan} of ${row.network}`, row.wrong);
  if (!found.size) return;
  const lines = [...found].map(([name, what]) => `  ${name}: ${what}`);
  throw new KatmanError(
    `${found.size} of what was to be timed is wrong on this adapter, and was not timed:\n${lines.join('\n')}\n'npm run check' says more`,
  );
}
