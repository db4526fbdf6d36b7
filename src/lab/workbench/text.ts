import type { Kernel, Params } from '../../gpu/kernel.ts';
import { kernels } from '../../kernels/index.ts';
import {
  MOST_ROUNDS,
  MOST_TOKENS,
  MOST_WRITTEN_OUT,
  SPENT,
  guardLoops,
  tokenCount,
} from '../../wgsl/loopGuard.ts';
import { contracts } from '../cases.ts';
import { apart } from './prints.ts';
import { type Origin, Unfit, paste, plain, problemAt, trace } from './trace.ts';
import type { Attempt } from './types.ts';
import { evaluate, workgroupsOf } from './workgroups.ts';

/** An attempt that can be given to the compiler. */
export interface Text {
  /** In place of the row of the table: its text is what the GPU compiles. */
  readonly kernel: Kernel;
  /** As the attempt is compiled: specialized, without guards. */
  readonly text: string;
  /** Where each line of the text was written. */
  readonly origins: readonly Origin[];
  /** The same with its `print(...)`, of which there is nothing in what is judged and timed; undefined without any. */
  readonly printing?: string;
}

const ASKED = /^\s*\/\/#(?:if|elif)\s+(\w+)/;
const COUNTED = /^\s*\/\/#repeat\s+\w\s+(\w+?)\b|^\s*const (\w+) = 1u;$/;
const OVERRIDE = /(?:^|\s)override\s+(\w+)/;

const found = (lines: readonly string[], pattern: RegExp) =>
  new Set(lines.flatMap((line) => pattern.exec(line)?.slice(1).filter(Boolean) ?? []));

/**
 * Makes a kernel of an attempt.
 * @param guard whether its loops are cut short
 * @throws Unfit with what is wrong
 */
export function textOf({ source, kernel, flags, constants, workgroups }: Attempt, guard: boolean): Text {
  const row = Object.hasOwn(kernels, kernel) ? kernels[kernel] : undefined;
  if (!row || row.stands || !Object.hasOwn(contracts, kernel))
    throw unfit(
      row
        ? `The kernel '${kernel}' is judged in whole training steps only; choose among ${Object.keys(contracts).join(', ')}`
        : `There is no kernel '${kernel}'; choose among ${Object.keys(contracts).join(', ')}`,
    );
  const variant = row.variants.find(
    (one) => one.length === flags.length && one.every((flag) => flags.includes(flag)),
  );
  if (!variant)
    throw unfit(
      `The kernel '${kernel}' has no variant with the flags [${flags.join(', ')}]; it has ${row.variants.map((one) => `[${one.join(', ')}]`).join(' ')}`,
    );
  const pasted = paste(source);
  if (!pasted.lines.some((line) => line.trim()))
    throw unfit('The text is empty; begin with the text of the kernel');
  const asked = found(pasted.lines, ASKED);
  for (const flag of asked) {
    if (row.flags.includes(flag)) continue;
    const at = pasted.lines.findIndex((line) => ASKED.exec(line)?.[1] === flag);
    throw new Unfit([
      problemAt(
        pasted.origins[at],
        pasted.lines[at].indexOf(flag) + 1,
        `the kernel '${kernel}' has no flag '${flag}'; it has ${row.flags.join(', ') || 'none'}`,
      ),
    ]);
  }
  const overrides = found(pasted.lines, OVERRIDE);
  const repeated = found(pasted.lines, COUNTED);
  const numbers = { ...row.counts, ...row.overrides, ...constants };
  for (const [name, value] of Object.entries(constants)) {
    if (!overrides.has(name) && !repeated.has(name) && !(name in { ...row.counts, ...row.overrides }))
      throw unfit(
        `The text has no override and no count '${name}'; declare 'override ${name} = ${value}u;', or leave it out`,
      );
    if (!Number.isSafeInteger(value) || value < 1 || value >= 2 ** 31)
      throw unfit(`'${name}' is a whole number of at least 1, not ${value}`);
  }
  const pick = (names: ReadonlySet<string>, wanted: Params) =>
    Object.fromEntries(Object.entries(wanted).filter(([name]) => names.has(name)));
  const counts = pick(repeated, numbers);
  for (const name of overrides) delete counts[name];
  const many = linesOf(pasted.lines, counts);
  if (many > MOST_TOKENS)
    throw unfit(
      `The text has ${many} lines once its repeats are written out, and at most ${MOST_TOKENS} are: choose smaller counts`,
    );
  const made = trace(pasted, {
    flags: Object.fromEntries([...asked].map((flag) => [flag, variant.includes(flag)])),
    counts,
  });
  const whole = made.lines.join('\n');
  const tokens = tokenCount(whole);
  if (tokens > MOST_TOKENS)
    throw unfit(
      `The text has ${tokens} words and signs, of which a compiler may not see the end: at most ${MOST_TOKENS} are tried; use loops, or smaller counts`,
    );
  const withCalls = tokenCount(whole, { calls: true });
  if (withCalls > MOST_WRITTEN_OUT)
    throw unfit(
      `The text has ${withCalls} words and signs once its calls are written out, of which a compiler may not see the end: at most ${MOST_WRITTEN_OUT} are tried; call less, or use loops`,
    );
  const { origins } = made;
  const { text, printing } = apart(made);
  return {
    text,
    origins,
    printing,
    kernel: {
      name: row.name,
      contract: row.contract ?? row.name,
      source: withFlags(guard ? guardLoops(text) : text, variant),
      variants: [variant],
      flags: variant,
      overrides: pick(overrides, numbers),
      fits: row.fits,
      workgroups: groups(plain(source), workgroups, row, numbers),
      outputs: row.outputs,
      flops: row.flops,
    },
  };
}

const REPEATS = /^\s*\/\/#(repeat|end)\b(?:\s+\w\s+(\w+))?/;

/** Lines of a text once its repeats are written out. */
function linesOf(lines: readonly string[], counts: Params): number {
  const times = [1];
  let sum = 0;
  for (const line of lines) {
    const [, directive, count] = REPEATS.exec(line) ?? [];
    if (directive === 'repeat') times.push(times[times.length - 1] * (counts[count] ?? 1));
    else if (directive === 'end' && times.length > 1) times.pop();
    else sum += times[times.length - 1];
  }
  return sum;
}

/** The same with guards that tell when they cut a loop short: `spent` of what it gave back. */
export function reporting({ kernel, text }: Text): Kernel {
  const guarded = guardLoops(text, MOST_ROUNDS, { reports: true });
  if (guarded === text) return kernel;
  return {
    ...kernel,
    source: withFlags(guarded, kernel.flags),
    outputs: (params) => ({ ...kernel.outputs(params), [SPENT]: 1 }),
  };
}

/** Whether a loop was cut short. */
export const spent = (outputs: Readonly<Record<string, ArrayLike<number>>>) => outputs[SPENT]?.[0] === 1;

const unfit = (message: string) => new Unfit([{ line: undefined, column: undefined, message }]);

/** The lines of these flags were chosen already: asked for once more, they choose nothing. */
export const withFlags = (text: string, flags: readonly string[]) =>
  text + flags.map((flag) => `//#if ${flag}\n//#endif\n`).join('');

/** As the attempt says, or its text, or the row. */
function groups(
  source: string,
  given: number | undefined,
  row: Kernel,
  numbers: Params,
): Kernel['workgroups'] {
  if (given !== undefined) return () => given;
  const own = workgroupsOf(source);
  if (!own) return (params, _, flags) => row.workgroups(params, numbers, flags);
  return (params) => {
    try {
      return evaluate(own.expression, { ...params, ...numbers });
    } catch (error) {
      throw new Unfit([{ line: own.line, column: 1, message: `workgroups: ${(error as Error).message}` }]);
    }
  };
}
