import { KatmanError } from '../errors.ts';
import { openGpuPage } from './open.ts';
import type { GpuPage, OpenOptions } from './types.ts';

type Hook = (work: () => Promise<void>, timeout?: number) => unknown;

/** The hooks of a test runner: of vitest and Jest, or of node:test and Mocha. */
export type Hooks =
  | { readonly beforeAll: Hook; readonly afterAll: Hook }
  | {
      readonly before: (work: () => Promise<void>) => unknown;
      readonly after: (work: () => Promise<void>) => unknown;
    };

/** Starting a browser may take so long where every way is tried. */
const OPEN_MS = 120_000;

/**
 * One GPU page for the tests of a file: opened before the first, closed after the last, where whatever was reported
 * on it fails the file.
 * @throws KatmanError on any use before the tests have begun
 */
export function useGpuPage(hooks: Hooks, options: OpenOptions): GpuPage {
  let page: GpuPage | undefined;
  const open = async () => void (page = await openGpuPage(options));
  const close = async () => page?.close();
  if ('beforeAll' in hooks) {
    hooks.beforeAll(open, OPEN_MS);
    hooks.afterAll(close, OPEN_MS);
  } else {
    hooks.before(open);
    hooks.after(close);
  }
  const opened = () => {
    if (page) return page;
    throw new KatmanError('The GPU page is not open yet: use it inside a test, or in a hook that runs later');
  };
  return {
    get adapter() {
      return opened().adapter;
    },
    get browser() {
      return opened().browser;
    },
    get flags() {
      return opened().flags;
    },
    get counts() {
      return opened().counts;
    },
    runKernel: async (request) => opened().runKernel(request),
    compare: async (...words) => opened().compare(...words),
    evaluate: async <A, T>(work: (argument: A) => T, argument?: A): Promise<Awaited<T>> =>
      opened().evaluate(work, argument),
    close: async () => opened().close(),
    [Symbol.asyncDispose]: async () => opened().close(),
  };
}
