import { ShaderError, ShapeError } from '../../errors.ts';
import type { Gpu } from '../../gpu/gpu.ts';
import { type Kernel, type Pass, variantName } from '../../gpu/kernel.ts';
import { POISON, runKernel } from '../../gpu/run.ts';
import { library } from '../../kernels/library.ts';
import { BARRIER_ROUNDS, MOST_ROUNDS } from '../../wgsl/loopGuard.ts';
import { contracts } from '../cases.ts';
import { type Worst, compare } from '../compare.ts';
import type { Case } from '../contract.ts';
import { checkProduct } from '../product.ts';
import { prepare } from './compile.ts';
import { giveUp, judgeOf } from './device.ts';
import { LATE, within } from './patience.ts';
import { caseAt, casesOf, contractOf } from './shape.ts';
import { reporting, spent } from './text.ts';
import { Unfit } from './trace.ts';
import type { Attempt, Verdict, WorkbenchOptions, Wrong } from './types.ts';

/** How long a dispatch may take, in ms. */
export const PATIENCE = 2000;

/**
 * Tries a text on all cases of its contract, the smallest first, and at the shape at which it is timed. The first that is
 * wrong is the last.
 */
export async function judgeAttempt(
  gpu: Gpu,
  attempt: Attempt,
  options: WorkbenchOptions = {},
): Promise<Verdict> {
  try {
    const { guard = true } = options;
    const made = await prepare(gpu, attempt, guard);
    const timed = caseAt(gpu, made.kernel, made.kernel.flags, attempt.params);
    const reports = guard ? reporting(made) : made.kernel;
    await gpu.pipelines.get(reports, reports.flags, library);
    return await judgeKernel(gpu, made.kernel, reports, timed, options);
  } catch (error) {
    return invalid(error);
  }
}

/** @throws what is not the text's fault */
export function invalid(error: unknown): Extract<Verdict, { kind: 'invalid' }> {
  if (error instanceof Unfit) return { kind: 'invalid', problems: error.problems };
  if (error instanceof ShapeError || error instanceof ShaderError)
    return {
      kind: 'invalid',
      problems: [{ line: undefined, column: undefined, message: error.message.split('\n')[0] }],
    };
  throw error;
}

const total = (inputs: Case['inputs']) => Object.values(inputs).reduce((sum, { length }) => sum + length, 0);

async function judgeKernel(
  gpu: Gpu,
  kernel: Kernel,
  reports: Kernel,
  timed: Case,
  { patience = PATIENCE, signal, onProgress }: WorkbenchOptions,
): Promise<Verdict> {
  const judge = await judgeOf(gpu);
  const name = contractOf(kernel);
  const cases = casesOf(name)
    .filter(({ flags }) => variantName('', flags) === variantName('', kernel.flags))
    .sort((a, b) => total(a.inputs) - total(b.inputs));
  let [elements, fraction] = [0, 0];
  for (const [i, one] of cases.entries()) {
    const where = whereOf(kernel, one);
    const wrong = (found: Wrong) => ({ kind: 'wrong' as const, cases: i + 1, wrong: { ...found, where } });
    // What the oracle takes is no fault of the text.
    const judgements = await judge.judgements(name, kernel, one);
    for (const widest of rowsOf(kernel, one)) {
      const got = await behind(() =>
        within(patience, runKernel(gpu, reports, { ...one, library, widest }), signal),
      );
      if (got === LATE) return giveUp(gpu, patience, where);
      if (isWrong(got)) return wrong(got);
      if (spent(got)) return wrong(endless(where));
      for (const { level, wanted } of judgements)
        for (const [output, { values, bound }] of Object.entries(wanted)) {
          const diverged = one.kind === 'diverged' && level !== 'mirror';
          const found = compare(got[output], values, bound, { diverged });
          if (!(found.fraction <= 1)) return wrong(describe(where, output, found, got[output]));
          elements += values.length;
          fraction = Math.max(fraction, found.fraction);
        }
    }
    onProgress?.((i + 1) / (cases.length + 1));
  }
  const where = whereOf(kernel, timed);
  const found = await behind(() => within(patience, checkAt(gpu, kernel, timed), signal));
  if (found === LATE) return giveUp(gpu, patience, where);
  const count = cases.length + 1;
  if (isWrong(found)) return { kind: 'wrong', cases: count, wrong: { ...found, where } };
  if (!(found.fraction <= 1))
    return { kind: 'wrong', cases: count, wrong: describe(where, found.output, found) };
  onProgress?.(1);
  return {
    kind: 'right',
    cases: count,
    elements: elements + found.elements,
    fraction: Math.max(fraction, found.fraction),
    timing: undefined,
  };
}

/** Exact cases are tried folded as well: what happens to millions of numbers can be seen of a few hundred. */
function rowsOf(kernel: Kernel, { kind, params, flags }: Case): (number | undefined)[] {
  return kind === 'exact' && kernel.workgroups(params, {}, flags) > 3 ? [undefined, 3] : [undefined];
}

/** What a loop did that was cut short. */
export function endless(where: string): Wrong {
  return {
    message: `A loop was cut short after ${MOST_ROUNDS} rounds of one invocation, or ${MOST_ROUNDS / BARRIER_ROUNDS} with a barrier (${where}): does it ever end?`,
    ...{ where, output: '', index: 0, got: NaN, want: NaN, bound: 0 },
  };
}

/** `matmul [TRANSPOSE_A] m=3 k=1 n=7` */
export function whereOf({ name }: Kernel, { flags, params }: Case): string {
  const sizes = Object.entries(params).map(([key, value]) => `${key}=${value}`);
  return [variantName(name, flags), ...sizes].join(' ');
}

/** At the very shape that is timed: what a kernel does to a few numbers says little of many. */
async function checkAt(
  gpu: Gpu,
  kernel: Kernel,
  one: Case,
): Promise<Worst & { output: string; elements: number }> {
  const { flags, params, inputs, kind } = one;
  const table = { kernels: { [kernel.name]: kernel }, library };
  if ('k' in params) {
    const pass: Pass = { label: kernel.name, kernel: kernel.name, flags, params, tensors: {} };
    return {
      ...(await checkProduct(gpu, pass, table)),
      output: Object.keys(kernel.outputs(params))[0],
      elements: params.m * params.n,
    };
  }
  const { oracle, bound } = contracts[contractOf(kernel)];
  const wanted = Object.entries(oracle(new Set(flags), params, inputs));
  const got = await runKernel(gpu, kernel, { flags, params, inputs, library });
  const elements = wanted.reduce((sum, [, { length }]) => sum + length, 0);
  return wanted
    .map(([output, want]) => ({
      ...compare(got[output], want, kind === 'exact' ? () => 0 : bound(one, output, want)),
      ...{ output, elements },
    }))
    .reduce((most, found) => (found.fraction > most.fraction ? found : most));
}

/** A write behind the end of an output as what is wrong, in place of the error that it is where kernels are shipped. */
export async function behind<T>(work: () => Promise<T>): Promise<T | Wrong> {
  try {
    return await work();
  } catch (error) {
    const [, by, output, size] =
      /wrote (\d+) behind the end of '(\w+)' \((\d+) numbers\)/.exec((error as Error).message) ?? [];
    if (!(error instanceof ShaderError) || !output) throw error;
    return {
      message: `It wrote ${by} behind the end of '${output}', which has ${size} numbers: look at its bounds`,
      where: '',
      output,
      index: Number(size) + Number(by) - 1,
      got: NaN,
      want: NaN,
      bound: 0,
    };
  }
}

/** Numbers by binding have no message. */
export const isWrong = <T extends object>(found: T | Wrong): found is Wrong =>
  'message' in found && typeof found.message === 'string';

/** @param values all that came out, whose bits tell one NaN from another */
export function describe(
  where: string,
  output: string,
  { index, got, want, bound }: Worst,
  values?: Float32Array | Uint32Array,
): Wrong {
  const said = Number.isNaN(got) && values ? `NaN (${bitsOf(values, index)})` : got;
  const message = `${output}[${index}] is ${said}, and is to be ${want}${bound > 0 ? ` within ${bound.toPrecision(2)}` : ''} (${where})`;
  return { message, where, output, index, got, want, bound };
}

/** Outputs hold a NaN of its own kind beforehand. */
function bitsOf({ buffer, byteOffset, length }: Float32Array | Uint32Array, index: number): string {
  const word = new Uint32Array(buffer, byteOffset, length)[index];
  return `0x${word.toString(16)}${word === POISON ? ', as before: nothing was written there' : ''}`;
}
