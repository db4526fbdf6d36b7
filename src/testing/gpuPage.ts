import type { DrivenPage } from '../cli/drivenPage.ts';
import type { HarnessPage } from '../cli/harness.ts';
import { KatmanError, UsageError } from '../errors.ts';
import type { AdapterDescription } from '../gpu/adapter.ts';
import { type Counts, compareCases } from './compare.ts';
import { UnreadText } from './reflection.ts';
import { type Prepared, prepare, textOf } from './request.ts';
import type { Dispatch, GpuPage, Kernel, Numbers } from './types.ts';

/** A page that serves the tasks, and what is behind it. */
export interface Opened {
  readonly harness: HarnessPage;
  readonly page: DrivenPage;
  readonly adapter: AdapterDescription;
  readonly browser: string;
  readonly flags: readonly string[];
  /** Gives everything back. */
  end(): Promise<void>;
  /** Ends what does not end by itself; says what became of it. */
  kill(): Promise<string>;
}

/** The page that a test works with. */
export function gpuPage(opened: Opened, patience: number): GpuPage {
  const { harness, adapter, browser, flags } = opened;
  const driven = opened.page as unknown as Pick<GpuPage, 'evaluate'>;
  const counts: Counts = { planned: 0, executed: 0 };
  let hung: KatmanError | undefined;
  let closing: Promise<void> | undefined;

  /** What the page answers in time; then its devices have said all they had to complain of. */
  async function ask<T>(what: string, ms: number, work: () => Promise<T>): Promise<T> {
    if (hung) throw hung;
    if (closing)
      throw new UsageError('the GPU page is closed: open another, or close it after the last test');
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((resolve) => (timer = setTimeout(resolve, ms, 'late')));
    try {
      const doing = settled(work);
      doing.catch(() => {});
      const answer = await Promise.race([doing, late]);
      if (answer !== 'late') return answer.value;
    } finally {
      clearTimeout(timer);
    }
    hung = new KatmanError(
      `${what} did not end within ${ms / 1000} s: a loop may have no end, or the timeout is too short`,
    );
    const end = await opened.kill();
    throw (hung = new KatmanError(`${hung.message}; ${end}.`));
  }

  async function settled<T>(work: () => Promise<T>): Promise<{ value: T }> {
    const value = await work();
    await harness.run('settle', {});
    // What the page said last has to arrive here, too.
    await harness.run('settle', {});
    return { value };
  }

  async function prepared(kernel: Kernel, dispatch: Dispatch): Promise<Prepared> {
    try {
      return prepare(kernel, dispatch);
    } catch (error) {
      if (!(error instanceof UnreadText)) throw error;
      const text = textOf(kernel);
      await ask('compiling', patience, () => harness.run('compile', { name: kernel.name ?? 'kernel', text }));
      throw new KatmanError(`The WGSL compiles, but its bindings cannot be read here: ${error.message}`, {
        cause: error,
      });
    }
  }

  async function run(request: Kernel & Dispatch): Promise<Record<string, Numbers>> {
    const { kernel, outputs } = await prepared(request, request);
    const what = `kernel '${kernel.name}'`;
    const bytes = (await ask(what, request.timeout ?? patience, () =>
      harness.run('runKernel', kernel),
    )) as Record<string, Uint8Array>;
    return Object.fromEntries(Object.entries(bytes).map(([name, content]) => [name, outputs[name](content)]));
  }

  /** A check: planned when it is asked for, executed when it was answered, whatever the answer. */
  async function counted<T>(work: () => Promise<T>): Promise<T> {
    counts.planned++;
    try {
      return await work();
    } finally {
      counts.executed++;
    }
  }

  async function close(): Promise<void> {
    const { planned, executed } = counts;
    if (hung) throw hung;
    try {
      await harness.run('settle', {});
      await harness.run('settle', {});
      const left = await harness.run('close', {});
      if (left)
        throw new KatmanError(`${left} bytes of buffers were not given back: this is a fault of the kit`);
    } finally {
      await opened.end();
    }
    if (planned !== executed)
      throw new KatmanError(
        `${planned} checks were planned, but ${executed} were done before the GPU page was closed: await each`,
      );
    if (!executed)
      throw new KatmanError(
        'The GPU page was closed, and nothing had run on it: a test that checks nothing is none',
      );
  }

  const page: GpuPage = {
    adapter,
    browser,
    flags,
    counts,
    runKernel: (request) => counted(() => run(request as Kernel & Dispatch)) as never,
    compare: (kernel, oracle, cases, options = {}) =>
      compareCases(
        (request) => run(request as Kernel & Dispatch) as never,
        counts,
        typeof kernel === 'string' ? { wgsl: kernel } : kernel,
        oracle,
        cases,
        options,
      ),
    evaluate: (work, argument) =>
      counted(() => ask('what was evaluated', patience, () => driven.evaluate(work, argument))),
    close: () => (closing ??= close()),
    [Symbol.asyncDispose]: () => page.close(),
  };
  return page;
}
