import { MismatchError, ShaderError, UsageError } from '../errors.ts';
import { adapterName } from '../gpu/adapter.ts';
import { type Kernel, type Pass, variantName } from '../gpu/kernel.ts';
import { kernelText } from '../gpu/pipelines.ts';
import { kernels } from '../kernels/index.ts';
import { library } from '../kernels/library.ts';
import { onOwnDevice } from '../lab/workbench/device.ts';
import { judgeAttempt } from '../lab/workbench/judge.ts';
import { textOf } from '../lab/workbench/text.ts';
import { Unfit } from '../lab/workbench/trace.ts';
import type { Attempt, Verdict } from '../lab/workbench/types.ts';
import type { Model } from '../network/model.ts';
import { type DataPart, passesOf } from '../network/plan.ts';
import { textbook } from '../network/textbook/index.ts';
import type { Run } from './decide.ts';

/** A text that is to take the place of a kernel while a network trains. */
export interface Swap {
  /** The kernel whose place it takes. */
  readonly kernel: Attempt['kernel'];
  /** WGSL: with the directives of the kernel for all passes that use it, or without for those with `flags`. */
  readonly source: string;
  /** Only the passes with these flags take it; all if left out. */
  readonly flags?: readonly string[];
  /** Counts and overrides in place of the kernel's own. */
  readonly constants?: Readonly<Record<string, number>>;
  /** Workgroups of a dispatch; what the text says, or the kernel, if left out. */
  readonly workgroups?: number;
}

export interface Judging {
  readonly signal?: AbortSignal;
  /** Hears how much is done, as a share of 1. */
  readonly onProgress?: (done: number) => void;
}

/** The passes of a training's steps that a text is for. @throws UsageError if there are none */
export function passesWith(
  { architecture, avoid }: Model,
  { method, batches: { rows, batchSize } }: Run,
  data: readonly DataPart[],
  { kernel, flags }: Swap,
): Pass[] {
  const batchRows = [...new Set([batchSize, rows % batchSize || batchSize])];
  const all = batchRows.flatMap((m) =>
    passesOf(textbook(architecture, { ...method, avoid, m, steps: 1, data })),
  );
  const passes = all.filter(
    (pass) => pass.kernel === kernel && (!flags || variantOf(pass.flags) === variantOf(flags)),
  );
  if (passes.length) return passes;
  const used = [...new Set(all.map((pass) => variantName(pass.kernel, flags ? pass.flags : [])))];
  throw new UsageError(
    `No pass of this training uses the kernel '${variantName(kernel, flags ?? [])}', and so none can take another in its place; it uses ${used.join(', ')}`,
  );
}

const variantOf = (flags: readonly string[]) => [...flags].sort().join();

function attemptOf({ kernel, source, constants = {}, workgroups }: Swap, { flags, params }: Pass): Attempt {
  return { kernel, source, flags, params, constants, ...(workgroups !== undefined && { workgroups }) };
}

/** One pass of each variant: the largest. */
function variantsOf(passes: readonly Pass[]): Pass[] {
  const found = new Map<string, Pass>();
  const { flops } = kernels[passes[0].kernel as Attempt['kernel']];
  for (const pass of passes) {
    const key = variantOf(pass.flags);
    const most = found.get(key);
    if (!most || flops(pass.params) > flops(most.params)) found.set(key, pass);
  }
  return [...found.values()];
}

/** What was right before, on this adapter. */
const known = new Set<string>();

/**
 * Judges a text over all cases of its contract, for each variant that the passes use, on a device of its own, its loops
 * cut short.
 * @throws MismatchError with the number that is wrong, ShaderError for a text that does not compile or end
 */
export async function judgeText(
  { gpu }: Model,
  wanted: Swap,
  passes: readonly Pass[],
  { signal, onProgress }: Judging = {},
): Promise<void> {
  const variants = variantsOf(passes);
  for (const [i, pass] of variants.entries()) {
    const attempt = attemptOf(wanted, pass);
    const key = JSON.stringify([adapterName(gpu.adapter), attempt]);
    if (known.has(key)) continue;
    const verdict = await onOwnDevice((own) =>
      judgeAttempt(own, attempt, {
        signal,
        onProgress: (done) => onProgress?.((i + done) / variants.length),
      }),
    );
    if (verdict.kind !== 'right') throw refusal(wanted, verdict);
    known.add(key);
  }
}

function refusal({ kernel }: Swap, verdict: Exclude<Verdict, { kind: 'right' }>): Error {
  const refused = `The kernel of your own for '${kernel}' was refused, and training goes on without it`;
  if (verdict.kind === 'wrong') return new MismatchError(`${refused}: ${verdict.wrong.message}`);
  if (verdict.kind === 'hung') return new ShaderError(`${refused}: ${verdict.message}`);
  const [{ line, message }] = verdict.problems;
  return new ShaderError(`${refused}: ${line === undefined ? '' : `line ${line}: `}${message}`);
}

const OVERRIDE = /(\boverride\s+(\w+)\s*(?::\s*\w+)?)\s*(?:=[^;]+)?;/g;

/** The numbers of its overrides stand in the text: variants may have other ones. */
const withOverrides = (text: string, overrides: Kernel['overrides'] = {}) =>
  text.replace(OVERRIDE, (all, head: string, name: string) =>
    name in overrides ? `${head} = ${overrides[name]};` : all,
  );

/** The row of the table with the text in it, for the variants that the passes use; others stay as they are shipped. */
export function kernelOf(wanted: Swap, passes: readonly Pass[]): Kernel {
  const row = kernels[wanted.kernel];
  const own = new Map(
    variantsOf(passes).map((pass) => {
      const kernel = made(attemptOf(wanted, pass));
      return [variantOf(pass.flags), { kernel, text: withOverrides(kernel.source, kernel.overrides) }];
    }),
  );
  const textFor = (flags: readonly string[]) => {
    const isOne = row.variants.some((variant) => variantOf(variant) === variantOf(flags));
    const shipped = () => withOverrides(kernelText(row, flags, library), row.overrides);
    return own.get(variantOf(flags))?.text ?? (isOne ? shipped() : '');
  };
  return {
    ...row,
    counts: undefined,
    overrides: undefined,
    source: joined(row.flags, textFor),
    workgroups: (params, constants, flags) =>
      own.get(variantOf(flags))?.kernel.workgroups(params, {}, flags) ??
      row.workgroups(params, { ...row.counts, ...row.overrides, ...constants }, flags),
  };
}

/** Its loops are cut short. */
function made(attempt: Attempt): Kernel {
  try {
    return textOf(attempt, true).kernel;
  } catch (error) {
    if (error instanceof Unfit) throw new ShaderError(error.message);
    throw error;
  }
}

/** One text that is, with each set of flags, what is wanted of it. */
function joined(flags: readonly string[], textFor: (on: readonly string[]) => string): string {
  const [first, ...others] = flags;
  if (first === undefined) return textFor([]);
  const on = joined(others, (more) => textFor([first, ...more]));
  return `//#if ${first}\n${on}\n//#else\n${joined(others, textFor)}\n//#endif\n`;
}
