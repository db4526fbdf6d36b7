import { ShaderError } from '../../errors.ts';
import type { Gpu } from '../../gpu/gpu.ts';
import type { Kernel, Params } from '../../gpu/kernel.ts';
import { runKernel } from '../../gpu/run.ts';
import { library } from '../../kernels/library.ts';
import { guardLoops } from '../../wgsl/loopGuard.ts';
import { PRINTS, PRINT_WORDS, type Printed, readPrints, withPrints } from '../../wgsl/prints.ts';
import { compileText } from './compile.ts';
import { giveUp } from './device.ts';
import { PATIENCE, behind, isWrong } from './judge.ts';
import { LATE, within } from './patience.ts';
import { textOf, withFlags } from './text.ts';
import type { Attempt, Verdict, WorkbenchOptions } from './types.ts';

/** What a text printed in one dispatch. */
export interface Prints {
  readonly kind: 'printed';
  /** Invocation by invocation, each in its own order. */
  readonly prints: readonly Printed[];
  /** Prints for which there was no more room. */
  readonly lost: number;
}

/** Rounds that the loops of an invocation may make: each may print, which takes its time. */
const ROUNDS = 2 ** 16;

/** What a text is run on to be printed from. */
export interface PrintCase {
  readonly params: Params;
  readonly inputs: Readonly<Record<string, Float32Array | Uint32Array>>;
  /** Numbers in each output, where the kernel's own row does not say. */
  readonly sizes?: Readonly<Record<string, number>>;
}

/**
 * Runs a text with its prints once, its loops cut short: on these inputs, whatever comes out.
 * @throws Unfit where it does not compile, ShaderError where it writes behind the end of an output
 */
export async function printAttempt(
  gpu: Gpu,
  attempt: Attempt,
  { params, inputs, sizes }: PrintCase,
  { patience = PATIENCE, signal }: WorkbenchOptions = {},
): Promise<Prints | Extract<Verdict, { kind: 'hung' }>> {
  const { kernel, printing, origins } = textOf(attempt, true);
  if (printing === undefined) return { kind: 'printed', prints: [], lost: 0 };
  const { text, sites } = withPrints(printing);
  const outputs = sizes ? () => sizes : kernel.outputs;
  const groups = kernel.workgroups(params, {}, kernel.flags);
  const prints: Kernel = {
    ...kernel,
    source: withFlags(guardLoops(text, ROUNDS), kernel.flags),
    outputs: (params) => ({ ...outputs(params), [PRINTS]: PRINT_WORDS }),
    workgroups: () => groups,
  };
  await compileText(gpu, { kernel: prints, text, origins });
  const room = { [PRINTS]: new Uint32Array(PRINT_WORDS) };
  const running = runKernel(gpu, prints, {
    ...{ flags: kernel.flags, params, library },
    inputs: { ...inputs, ...room },
  });
  const got = await behind(() => within(patience, running, signal));
  if (got === LATE) return giveUp(gpu, patience, 'with its prints');
  if (isWrong(got)) throw new ShaderError(`It could not be printed from: ${got.message}`);
  const read = readPrints(got[PRINTS] as Uint32Array, sites);
  return {
    kind: 'printed',
    lost: read.lost,
    prints: read.prints.map((one) => ({ ...one, line: origins[one.line - 1].line })),
  };
}

/** `12: [3, 0, 0] sum: a = 1.5, 2; b = 7` */
export function describePrint({ line, name, invocation, values }: Printed): string {
  const said = values.map(({ text, numbers }) => `${text} = ${numbers.join(', ')}`).join('; ');
  return `${line}: [${invocation.join(', ')}] ${name === undefined ? said : `${name}: ${said}`}`;
}
