import { Command, Option } from 'commander';
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { DataError, KatmanError } from '../errors.ts';
import type { KernelReport } from '../lab/check.ts';
import type { ExactSteps } from '../session/exactStep.ts';
import type { JudgedSteps } from '../session/judgedStep.ts';
import { type GoldenResult, describeGolden, unsupportedBy } from '../session/golden.ts';
import { type GoldenError, goldenErrors } from '../session/goldenErrors.ts';
import { GOLDEN_FORMAT, type Golden, readGolden } from '../session/goldenFile.ts';
import { PLANS, type PlanName } from '../session/options.ts';
import { textHashes } from '../session/receipt.ts';
import { KERNEL_CHECKS, checkKernels } from './checkKernels.ts';
import type { HarnessPage } from './harness.ts';
import { type RunHead, inBrowser } from './inBrowser.ts';
import type { Context } from './main.ts';
import { rewriteNumerics } from './numerics.ts';
import { checkWritable, writeResult } from './output.ts';
import { type TargetOptions, targetChoices } from './targets/index.ts';

interface CheckOptions extends TargetOptions {
  golden?: string;
  numerics?: boolean;
  out?: string;
  plan: PlanName;
}

/** What a check planned and what came of it: green only if all that was planned was executed and passed. */
export interface Tally {
  planned: number;
  executed: number;
  passed: number;
  failed: number;
}

export interface CheckReceipt extends Tally {
  readonly schema: 'katman-check/1';
  readonly command: readonly string[];
  readonly plan: PlanName;
  adapter?: RunHead['adapter'];
  browser?: RunHead['browser'];
  /** SHA-256 of the final text of every kernel variant. */
  texts?: Readonly<Record<string, string>>;
  /** Of every kernel and level: cases, the worst error as a fraction of its bound, and where. */
  kernels?: Record<string, KernelReport>;
  /** Of whole steps of every plan: on whole numbers, where nothing may differ, and with every method. */
  steps?: Record<string, { exact: ExactSteps; judged: JudgedSteps }>;
  /** Of every golden run: the same quantities as in its file. */
  cases?: Record<string, GoldenResult>;
  /** Golden runs that this plan cannot hold, and why: fixed before the first run, and not among those planned. */
  unsupported?: Record<string, string>;
  /** Of every golden run: each quantity's error and tolerance. */
  errors?: Record<string, readonly GoldenError[]>;
  error?: string;
}

const say = (text: string) => void process.stderr.write(`${text}\n`);

/** `katman check`: every kernel against its oracle, or golden runs against their files. */
export function checkCommand({ signal, words }: Context): Command {
  const command = new Command('check')
    .description('judge every kernel by its oracle, or golden runs by their files, in a headless browser')
    .option(
      '--golden <folder>',
      `run the files of format ${GOLDEN_FORMAT} in a folder instead of the kernels`,
    )
    .option('--numerics', 'rewrite the table of worst errors in docs/numerics.md')
    .option('--out <file>', 'write the results as JSON')
    .addOption(
      new Option('--plan <name>', 'how a step is cut into dispatches')
        .choices([...PLANS])
        .default('textbook'),
    )
    .action(async (options: CheckOptions) => {
      await checkWritable(options.out);
      const receipt: CheckReceipt = {
        schema: 'katman-check/1',
        command: words,
        plan: options.plan,
        ...{ planned: 0, executed: 0, passed: 0, failed: 0 },
      };
      try {
        await check(options, receipt, signal);
      } catch (thrown) {
        const error: Error = signal.aborted ? signal.reason : thrown;
        receipt.error = error.message;
        throw error;
      } finally {
        if (options.out) await writeResult(options.out, `${JSON.stringify(receipt, null, 2)}\n`);
      }
    });
  for (const choice of targetChoices()) command.addOption(choice);
  return command;
}

async function check(options: CheckOptions, receipt: CheckReceipt, signal: AbortSignal): Promise<void> {
  const all = options.golden ? await readFolder(options.golden) : undefined;
  const golden = all?.filter((one) => {
    const reason = unsupportedBy(receipt.plan, one);
    if (reason === undefined) return true;
    (receipt.unsupported ??= {})[one.id] = reason;
    say(`unsupported by the ${receipt.plan} plan: ${one.id} (${reason})`);
    return false;
  });
  if (golden?.length === 0)
    throw new DataError(`The ${receipt.plan} plan supports none of the files in '${options.golden}'`, {
      file: options.golden!,
    });
  receipt.planned = golden ? golden.length : KERNEL_CHECKS;
  receipt.texts = await textHashes();
  await inBrowser({ ...options, signal }, async (page, head) => {
    Object.assign(receipt, head);
    if (golden) await checkGolden(page, golden, receipt);
    else await checkKernels(page, receipt);
  });
  const { planned, executed, passed, failed } = receipt;
  console.log(`${passed} of ${planned} passed`);
  if (executed !== planned) throw new KatmanError(`${planned} checks were planned, but ${executed} executed`);
  if (failed) throw new KatmanError(`${failed} of ${planned} checks failed`);
  if (options.numerics && receipt.kernels) await rewriteNumerics(receipt);
}

/** The golden files of a folder; whatever else lies there is named and passed over. */
async function readFolder(folder: string): Promise<Golden[]> {
  const names = await readdir(folder).catch((error: Error) => {
    throw new DataError(`The folder '${folder}' cannot be read: ${error.message}`, { file: folder });
  });
  const found: Golden[] = [];
  for (const name of names.sort()) {
    const golden = name.endsWith('.json')
      ? readGolden(await readFile(path.join(folder, name), 'utf8'), name)
      : undefined;
    if (!golden) say(`passed over: ${name} (not of format ${GOLDEN_FORMAT})`);
    else if (found.some(({ id }) => id === golden.id))
      throw new DataError(`'${name}': the id '${golden.id}' is that of another file, too`, { file: name });
    else found.push(golden);
  }
  if (!found.length)
    throw new DataError(`There is no file of format ${GOLDEN_FORMAT} in '${folder}'`, { file: folder });
  // What cannot be described is said before anything runs.
  found.forEach(describeGolden);
  return found;
}

async function checkGolden(
  page: HarnessPage,
  files: readonly Golden[],
  receipt: CheckReceipt,
): Promise<void> {
  receipt.cases = {};
  receipt.errors = {};
  for (const golden of files) {
    const result: GoldenResult = await (receipt.plan === 'cpu'
      ? page.run('goldenOnCpu', golden)
      : page.run('golden', { file: golden, choice: { plan: receipt.plan } }));
    const errors = goldenErrors(result, golden);
    receipt.executed++;
    receipt.cases[golden.id] = result;
    receipt.errors[golden.id] = errors;
    const right = errors.every(({ error, tolerance }) => error <= tolerance);
    receipt[right ? 'passed' : 'failed']++;
    const parts = errors.map(({ quantity, error, tolerance }) => {
      const fraction = (error / tolerance).toPrecision(2);
      return `${quantity} ${error.toExponential(1)} (${fraction} of its tolerance)`;
    });
    console.log(`${right ? '✓' : '✗'} ${golden.id}: ${parts.join(', ')}`);
  }
}
