import { KatmanError, MismatchError, ShapeError, UsageError } from '../errors.ts';
import { closeness, complaint } from './expectClose.ts';
import type {
  Bindings,
  BindingsOf,
  Case,
  CompareOptions,
  Compared,
  GpuPage,
  Kernel,
  Numbers,
  Oracle,
} from './types.ts';

/** What was asked for and what was done, as the page of the tests counts it. */
export interface Counts {
  planned: number;
  executed: number;
}

/** Runs a kernel on every case and compares what it gives with the oracle. */
export async function compareCases<B extends BindingsOf<B>>(
  run: GpuPage['runKernel'],
  counts: Counts,
  kernel: Kernel,
  oracle: Oracle<B>,
  cases: readonly Case<B>[],
  { tolerance }: CompareOptions<B>,
): Promise<Compared> {
  if (!cases.length) throw new UsageError('compare was given no case: a comparison of nothing would pass');
  counts.planned += cases.length;
  let executed = 0;
  let elements = 0;
  let fraction = 0;
  const wrong: string[] = [];
  try {
    for (const [i, one] of cases.entries()) {
      const title = `case ${i + 1} of ${cases.length}${one.name === undefined ? '' : ` ('${one.name}')`}`;
      const { bindings } = one;
      const want = wantedOf(oracle, bindings, title);
      const { overrides, workgroups, timeout } = one;
      const got: Readonly<Record<string, Numbers>> = await run({
        ...kernel,
        overrides: { ...kernel.overrides, ...overrides },
        bindings: bindings as Bindings,
        workgroups,
        timeout,
      });
      for (const [name, values] of named(want, got, title)) {
        const allowed =
          one.tolerance ?? (typeof tolerance === 'function' ? tolerance(bindings, name) : tolerance);
        const close = closeness(got[name], values, allowed, name);
        const sentence = complaint(got[name], close, name);
        if (sentence) wrong.push(`${title}: ${sentence}`);
        elements += values.length;
        fraction = Math.max(fraction, close.worst?.fraction ?? 0);
      }
      executed++;
      counts.executed++;
    }
  } catch (error) {
    // Whoever hears of this error knows that the cases behind it were not tried.
    counts.planned -= cases.length - executed;
    throw error;
  }
  if (wrong.length)
    throw new MismatchError(
      `The kernel differs from its oracle in ${wrong.length} of ${cases.length} cases.\n${wrong.slice(0, MOST).join('\n')}${wrong.length > MOST ? `\n... and ${wrong.length - MOST} more` : ''}`,
    );
  return { planned: cases.length, executed, elements, fraction };
}

/** Complaints that are written out. */
const MOST = 5;

/** What the oracle says, given copies: what it does to them changes nothing for the kernel. */
function wantedOf<B extends BindingsOf<B>>(
  oracle: Oracle<B>,
  bindings: B,
  title: string,
): ReturnType<Oracle<B>> {
  let want: ReturnType<Oracle<B>>;
  try {
    want = oracle(structuredClone(bindings));
  } catch (error) {
    throw new KatmanError(`The oracle threw in ${title}: ${(error as Error)?.message ?? error}`, {
      cause: error,
    });
  }
  if (typeof want !== 'object' || want === null || 'then' in want)
    throw new UsageError(
      `The oracle gave ${want && 'then' in Object(want) ? 'a promise' : String(want)} in ${title}: it is a plain function that returns the outputs, by name or as the one array`,
    );
  return want;
}

/** What is wanted of each output. */
function named(
  want: ReturnType<Oracle>,
  got: Readonly<Record<string, Numbers>>,
  title: string,
): [string, ArrayLike<number>][] {
  const outputs = Object.keys(got);
  if (Array.isArray(want) || ArrayBuffer.isView(want)) {
    if (outputs.length !== 1)
      throw new UsageError(
        `The oracle gave one array in ${title}, but the kernel writes ${outputs.join(', ') || 'nothing'}: return them by name`,
      );
    return check([[outputs[0], want as ArrayLike<number>]]);
  }
  const entries = Object.entries(want as Readonly<Record<string, ArrayLike<number>>>);
  if (!entries.length)
    throw new UsageError(`The oracle gave no output in ${title}: nothing would be compared`);
  for (const [name] of entries)
    if (!outputs.includes(name))
      throw new UsageError(
        `The oracle gave '${name}' in ${title}, which the kernel does not write; it writes ${outputs.join(', ') || 'nothing'}`,
      );
  return check(entries);

  function check(all: [string, ArrayLike<number>][]): typeof all {
    for (const [name, { length }] of all)
      if (length !== got[name].length)
        throw new ShapeError(
          `The oracle gave ${length} numbers for '${name}' in ${title}, but the kernel's output has ${got[name].length}`,
        );
    return all;
  }
}
