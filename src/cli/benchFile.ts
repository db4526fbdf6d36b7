import { DataError, KatmanError, UsageError } from '../errors.ts';
import { type KernelName, kernels } from '../kernels/index.ts';
import { type Params, variantName } from '../gpu/kernel.ts';
import type { Roofs } from '../lab/roofs.ts';
import { rooflines } from '../lab/workbench/roofline.ts';
import { shapeNames, shapeOf } from '../lab/workbench/shape.ts';
import { sourceOf } from '../lab/workbench/source.ts';
import type { Attempt, SweepRange, Verdict } from '../lab/workbench/types.ts';
import type { FileInput, FileResult } from './benchFileTask.ts';
import { describePrints, describeProblems, describeSweep, describeVerdict } from './benchFileText.ts';
import { Saves } from './benchFileWatch.ts';
import { runPieces } from './benchRun.ts';
import { headLines } from './benchTable.ts';
import type { HarnessPage } from './harness.ts';
import { type RunHead, inBrowser } from './inBrowser.ts';
import { readInput } from './input.ts';
import type { Context } from './main.ts';
import { checkWritable, writeResult } from './output.ts';
import type { TargetOptions } from './targets/index.ts';

export interface FileOptions extends TargetOptions {
  readonly kernel?: string;
  readonly file?: string;
  readonly shape?: readonly number[];
  readonly flags?: readonly string[];
  readonly set?: Params;
  readonly sweep?: SweepRange;
  readonly watch?: boolean;
  readonly print?: boolean;
  readonly seconds: number;
  readonly json?: string;
}

const KERNELS = Object.keys(kernels).filter((name) => !kernels[name as KernelName].stands);
/** Sizes of what is no product, if none are given. */
const SIZES: Params = { m: 4096, n: 64, width: 64, count: 2 ** 20 };
const PRODUCT = 256;
const ROOF_SECONDS = 2;
const INPUT = { what: 'The kernel', advice: 'give a file of WGSL' };

/** `katman bench --kernel NAME --file FILE`: judges a file in the place of a kernel, and times it against the kernel. */
export async function fileCommand(options: FileOptions, { signal, words }: Context): Promise<void> {
  const { file, json, watch, print } = options;
  const { kernel, flags, constants, params } = chosen(options);
  if (print) return console.log(sourceOf(kernel, flags, constants).specialized.trimEnd());
  if (!file)
    throw new UsageError(
      `--kernel ${kernel} wants a file to put in its place: give --file my.wgsl, or --print for the text to begin with`,
    );
  await checkWritable(json);
  await readInput({ file, ...INPUT });
  const saves = await Saves.of(file);
  const bench: Bench = { options, words, attempt: { kernel, flags, constants, params }, file, signal };
  let verdicts: readonly Verdict[] | undefined;
  // A browser in which something hangs is ended, and another one started.
  do
    await inBrowser({ ...options, signal }, async (page, head) => {
      const roofs = await roofsOf(page, head, options.seconds);
      do {
        if (verdicts) await saves.next(signal);
        verdicts = await once(page, head, roofs, bench);
      } while (watch && !hangs(verdicts));
    });
  while (watch);
  refuse(file, verdicts!);
}

interface Bench {
  readonly options: FileOptions;
  readonly words: readonly string[];
  readonly attempt: Omit<Attempt, 'source'>;
  readonly file: string;
  readonly signal: AbortSignal;
}

const hangs = (verdicts: readonly Verdict[]) => verdicts.some(({ kind }) => kind === 'hung');

/** @throws UsageError, ShapeError */
function chosen({
  kernel: word = '',
  flags = [],
  set = {},
  shape,
  sweep,
}: FileOptions): Omit<Attempt, 'source'> {
  if (!KERNELS.includes(word))
    throw new UsageError(
      `There is no kernel '${word}' whose place a file could take; choose among ${KERNELS.join(', ')}`,
    );
  const kernel = word as KernelName;
  const variant = kernels[kernel].variants.find(
    (one) => one.length === flags.length && one.every((flag) => flags.includes(flag)),
  );
  if (!variant)
    throw new UsageError(
      `The kernel '${kernel}' has no variant with --flags ${flags.join(',')}; it has ${kernels[kernel].variants.map((one) => one.join(',') || '(none)').join(' ')}`,
    );
  if (sweep && sweep.name in set)
    throw new UsageError(`'${sweep.name}' is swept and set; leave one of --sweep and --set out`);
  const names = shapeNames(kernel);
  const sizes = shape ?? names.map((name) => (names.includes('k') ? PRODUCT : SIZES[name]));
  return { kernel, flags: variant, constants: set, params: shapeOf(kernel, variant, sizes) };
}

/** Measured once for each browser, and said on stderr: stdout is for the answer. */
async function roofsOf(page: HarnessPage, head: RunHead, seconds: number): Promise<Roofs> {
  let found!: { roofs: Roofs };
  const work = async (onEvent: (done: number) => void) => {
    found = await page.run('roofs', { seconds: ROOF_SECONDS * seconds }, { onEvent });
  };
  await runPieces([{ what: 'roofs', work }]);
  const date = new Date().toISOString();
  process.stderr.write(`${headLines({ ...head, ...found, date } as never).join('\n')}\n`);
  return found.roofs;
}

/** Judges and times the file as it is now. */
async function once(
  page: HarnessPage,
  head: RunHead,
  roofs: Roofs,
  { options, words, attempt, file }: Bench,
): Promise<readonly Verdict[]> {
  const { sweep: range, seconds, json } = options;
  const source = await readInput({ file, ...INPUT });
  const input: FileInput = { attempt: { ...attempt, source: source.toString('utf8') }, range, seconds };
  let result!: FileResult;
  const work = async (onEvent: (done: number) => void) => {
    result = await page.run('benchFile', input, { onEvent });
  };
  await runPieces([{ what: file, work }]);
  const verdicts = 'sweep' in result ? result.sweep.points.map(({ verdict }) => verdict) : [result.verdict];
  const name = variantName(attempt.kernel, attempt.flags, attempt.constants);
  const sizes = shapeNames(attempt.kernel).map((size) => attempt.params[size]);
  const title = [file, 'as', name, sizes.join('x')].filter(Boolean).join(' ');
  const [first] = verdicts;
  if ('prints' in result && result.prints) process.stderr.write(`${describePrints(file, result.prints)}\n`);
  if ('sweep' in result) console.log(`${title}\n${describeSweep(result.sweep, roofs)}`);
  else if (first.kind !== 'invalid') console.log(`${title}: ${describeVerdict(first, roofs)}`);
  else if (options.watch) process.stderr.write(`${describeProblems(file, first.problems)}\n`);
  for (const note of notesOf(result)) process.stderr.write(`${note}\n`);
  if (json) {
    const timed = verdicts.flatMap((verdict) =>
      verdict.kind === 'right' && verdict.timing
        ? [
            { name: 'attempt', ...verdict.timing, median: verdict.timing.attempt.median },
            { name: 'shipped', ...verdict.timing, median: verdict.timing.shipped.median },
          ]
        : [],
    );
    const receipt = {
      ...{ schema: 'katman-bench-file/1', command: words, date: new Date().toISOString(), ...head, roofs },
      ...{ file, ...attempt, ...result, rooflines: rooflines(timed, roofs) },
    };
    await writeResult(json, `${JSON.stringify(receipt, null, 2)}\n`);
  }
  return verdicts;
}

/** What disturbed the measurement. */
function notesOf(result: FileResult): readonly string[] {
  if ('sweep' in result) return result.sweep.notes;
  const { verdict } = result;
  return verdict.kind === 'right' ? (verdict.timing?.notes ?? []) : [];
}

/** @throws KatmanError if the file is wrong or hangs, DataError if nothing of it compiles */
function refuse(file: string, verdicts: readonly Verdict[]): void {
  const bad = verdicts.filter(({ kind }) => kind === 'wrong' || kind === 'hung');
  if (bad.some(({ kind }) => kind === 'hung'))
    throw new KatmanError(`'${file}' did not end, and its browser was ended: look for a loop without an end`);
  if (bad.length)
    throw new KatmanError(`'${file}' is wrong, and was not timed: see where above, and run it again`);
  const [first] = verdicts;
  if (verdicts.every(({ kind }) => kind === 'invalid') && first.kind === 'invalid')
    throw new DataError(describeProblems(file, first.problems), { file });
}
