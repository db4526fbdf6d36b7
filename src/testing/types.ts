import type { DrivenPage } from '../cli/drivenPage.ts';
import type { Tolerance } from './tolerance.ts';

/** The arrays that cross between a test and its kernel, bit by bit. */
export type Numbers = Float32Array | Int32Array | Uint32Array | Uint16Array;

/** Element types of an output, and the array that comes back: f16 as the bits of each number. */
export interface OutputArrays {
  /** Numbers of 32 bits. */
  f32: Float32Array;
  /** Whole numbers of 32 bits. */
  i32: Int32Array;
  /** Whole numbers of 32 bits from 0. */
  u32: Uint32Array;
  /** Numbers of 16 bits, by their bits. */
  f16: Uint16Array;
}

/** An output: `length` numbers (not elements: an `array<vec4f, 2>` has 8), which hold NaN before the kernel runs. */
export interface Output {
  /** Of each number. */
  readonly type: keyof OutputArrays;
  /** How many numbers. */
  readonly length: number;
}

/** The content of a uniform, or of a storage buffer that is a struct: numbers, lists of them, and structs by field. */
export type Value =
  number | boolean | readonly Value[] | ArrayLike<number> | { readonly [field: string]: Value };

/**
 * What is bound to each variable of the WGSL, by its name: an array is its content (of a `read_write` one, its
 * content before, and it is read back), `{ type, length }` an output, anything else a struct or scalar.
 */
export type Bindings = Readonly<Record<string, Numbers | Output | Value>>;

/** The same of a type that has no more than these fields: an interface has no index signature. */
export type BindingsOf<B> = { readonly [N in keyof B]: Numbers | Output | Value };

/** A kernel: the text, or the text and how it is made. */
export interface Kernel {
  /** The text, with `//#if NAME` where lines depend on `flags`. */
  readonly wgsl: string;
  /** May be left out where the text has one compute entry point. */
  readonly entryPoint?: string;
  /** Values of `override` constants. */
  readonly overrides?: Readonly<Record<string, number | boolean>>;
  /** Lines between `//#if NAME` and `//#endif`: whether they are there. */
  readonly flags?: Readonly<Record<string, boolean>>;
  /** As errors name it; its entry point if left out. */
  readonly name?: string;
}

/** One dispatch of a kernel. */
export interface Dispatch<B = Bindings> {
  /** What is bound, by the names of the variables. */
  readonly bindings: B;
  /** How many workgroups there are: a number, or one for each dimension. */
  readonly workgroups: number | readonly [x: number, y?: number, z?: number];
  /** Milliseconds until a kernel that has not ended is given up, with its browser. */
  readonly timeout?: number;
}

/** What comes back: outputs, and arrays whose variable is `read_write`. */
export type Results<B> = {
  -readonly [N in keyof B as B[N] extends Numbers | Output ? N : never]: B[N] extends {
    readonly type: infer T extends keyof OutputArrays;
  }
    ? OutputArrays[T]
    : B[N];
};

/** One case of a comparison: what is bound, and how the oracle is asked about it. */
export interface Case<B = Bindings> extends Dispatch<B> {
  /** As a report names it; its number if left out. */
  readonly name?: string;
  /** Values of `override` constants, for this case. */
  readonly overrides?: Kernel['overrides'];
  /** In place of the comparison's own. */
  readonly tolerance?: Tolerance;
}

/**
 * Computes in Node what the kernel should: the outputs by name, or the array itself where there is one. It gets
 * copies, and may change them.
 */
export type Oracle<B = Bindings> = (
  bindings: B,
) => ArrayLike<number> | Readonly<Record<string, ArrayLike<number>>>;

/** How a comparison judges. */
export interface CompareOptions<B = Bindings> {
  /** How far outputs may be from the oracle; may be left out for integers, which then have to be equal. */
  readonly tolerance?: Tolerance | ((bindings: B, output: string) => Tolerance);
}

/** What a comparison did. */
export interface Compared {
  /** Cases there were. */
  readonly planned: number;
  /** Cases that ran and were compared. */
  readonly executed: number;
  /** Numbers compared. */
  readonly elements: number;
  /** The largest |got - want| / bound: 1 is just allowed. */
  readonly fraction: number;
}

/** Where kernels are to run. */
export interface OpenOptions {
  /** The kind of adapter. No other is taken instead. */
  readonly adapter: 'software' | 'hardware' | 'any';
  /** `chrome` (also Chromium and Edge) if left out. */
  readonly browser?: 'chrome' | 'firefox';
  /** A page of puppeteer or Playwright to use instead of starting a browser; it is left at about:blank. */
  readonly page?: DrivenPage;
  /** Features of WebGPU that the kernels need. */
  readonly features?: readonly string[];
  /** Limits of WebGPU that the kernels need above what is guaranteed everywhere. */
  readonly limits?: Readonly<Record<string, number>>;
  /** Milliseconds until a kernel that has not ended is given up, with its browser; 10,000 if left out. */
  readonly timeout?: number;
}

/** A page of a headless browser, with one WebGPU device. */
export interface GpuPage {
  /** What the kernels run on. */
  readonly adapter: {
    readonly kind: 'hardware' | 'software' | 'unknown';
    readonly vendor: string;
    readonly architecture: string;
    readonly device: string;
    readonly description: string;
    readonly isFallbackAdapter: boolean;
  };
  /** Name and version, e.g. `chrome/140.0`. */
  readonly browser: string;
  /** What it was started with; empty for a page that was given. */
  readonly flags: readonly string[];
  /** Checks asked for and checks done: `close` throws unless they are as many, and some. */
  readonly counts: { readonly planned: number; readonly executed: number };

  /**
   * Runs a kernel once.
   * @throws UsageError, ShapeError for what does not fit the text; ShaderError for a text that does not compile, with a
   *   listing, for a call that the GPU refuses and for a write behind the end of a buffer; KatmanError if it does not
   *   end, or if the page, its console or its GPU has reported an error
   */
  runKernel<const B extends BindingsOf<B>>(request: Kernel & Dispatch<B>): Promise<Results<B>>;

  /**
   * Runs a kernel on every case and compares its outputs with the oracle's.
   * @throws MismatchError naming the first wrong case and where, got, want and bound; UsageError if there is no case;
   *   ShapeError if the oracle gives another number of results; what runKernel throws
   */
  compare<B extends BindingsOf<B>>(
    kernel: string | Kernel,
    oracle: Oracle<B>,
    cases: readonly Case<B>[],
    options?: CompareOptions<B>,
  ): Promise<Compared>;

  /**
   * Runs a function in the page, as puppeteer and Playwright do: it sees nothing of the test but its argument, which is
   * sent as JSON. Errors of devices that it opens fail the test, too.
   */
  evaluate<A, T>(work: (argument: A) => T, argument?: A): Promise<Awaited<T>>;

  /**
   * Gives device, page and browser back; called again, it does nothing.
   * @throws the first error that was reported on the page; KatmanError if checks were planned and not done, or if none
   *   was done
   */
  close(): Promise<void>;
  /** What `await using` calls at the end of a block: `close`. */
  [Symbol.asyncDispose](): Promise<void>;
}
