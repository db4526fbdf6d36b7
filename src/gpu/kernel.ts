/** Plain numbers and names that describe one kernel and one use of it. No device is needed here. */

/** What the text of a kernel does not say itself. */
export interface Kernel {
  readonly name: string;
  /** The raw WGSL: the variant with every flag on. */
  readonly source: string;
  /** The sets of flags that plans use: what is compiled, checked and listed. */
  readonly variants: readonly (readonly string[])[];
  /** Every flag of the text and of what it includes. */
  readonly flags: readonly string[];
  /** Repetitions of `//#repeat I COUNT`, by COUNT. */
  readonly counts?: Readonly<Record<string, number>>;
  /**
   * The order in which it adds, as its mirror repeats it: one after the other, or 64 sums of every 64th
   * term and then a tree. Left out: any order; no mirror.
   */
  readonly order?: 'sequential' | 'strided64';
  /** The kernel whose inputs, outputs and oracle this one shares; itself if left out. */
  readonly contract?: string;
  /** How many workgroups compute it; the host folds what exceeds 65,535. */
  workgroups(params: Params): number;
  /** Numbers in each output, by binding name. */
  outputs(params: Params): Readonly<Record<string, number>>;
  /** Floating-point operations of one dispatch. */
  flops(params: Params): number;
}

/** The uniform of one dispatch, by field. */
export type Params = Readonly<Record<string, number>>;

/** One dispatch of a plan: which kernel, with which numbers, on which tensors. */
export interface Pass {
  /** `phase/layer/what`, e.g. `backward/layer1/dw`. */
  readonly label: string;
  readonly kernel: string;
  /** The flags that are on. */
  readonly flags: readonly string[];
  readonly params: Params;
  /** Tensor by binding, e.g. `{ a: 'x', b: 'layer1.w', out: 'layer1.z' }`. */
  readonly tensors: Readonly<Record<string, string>>;
}

/** `matmul [TRANSPOSE_A]`: a kernel and the flags that are on, as labels and reports name it. */
export function variantName(kernel: string, flags: readonly string[]): string {
  return flags.length ? `${kernel} [${flags.join(', ')}]` : kernel;
}
