/** Plain numbers and names that describe one kernel and one use of it. No device is needed here. */

/** What the text of a kernel does not say itself. */
export interface Kernel {
  /** That of its file in `shaders/`. */
  readonly name: string;
  /** The raw WGSL: the variant with every flag on. */
  readonly source: string;
  /** The sets of flags that plans use: what is compiled, checked and listed. */
  readonly variants: readonly (readonly string[])[];
  /** Every flag of the text and of what it includes. */
  readonly flags: readonly string[];
  /** Repetitions of `//#repeat I COUNT`, by COUNT. */
  readonly counts?: Readonly<Record<string, number>>;
  /** WGSL's override constants, by name. */
  readonly overrides?: Readonly<Record<string, number>>;
  /**
   * The order in which it adds, as its mirror repeats it: one after the other, or 64 sums of every 64th
   * term and then a tree. Left out: any order; no mirror.
   */
  readonly order?: 'sequential' | 'strided64';
  /** The kernel whose inputs, outputs and oracle this one shares; itself if left out. */
  readonly contract?: string;
  /**
   * Whether it does several passes of the textbook plan at once: then the oracles of those judge it, in whole
   * steps (`Pass.parts`), and it has no contract of its own.
   */
  readonly stands?: boolean;
  /** Whether it can take these sizes, if not all: what reads in fours needs multiples of four. */
  fits?(params: Params, flags: readonly string[]): boolean;
  /** How many workgroups compute it, given its counts, overrides and flags; the host folds what exceeds 65,535. */
  workgroups(params: Params, constants: Params, flags: readonly string[]): number;
  /** Numbers in each output, by binding name. */
  outputs(params: Params): Readonly<Record<string, number>>;
  /** Floating-point operations of one dispatch. */
  flops(params: Params): number;
}

/** The uniform of one dispatch, by field. */
export type Params = Readonly<Record<string, number>>;

/** The counts and overrides of a kernel, those that a pass wants otherwise in their place. */
export function constantsOf({ counts, overrides }: Kernel, wanted: Params = {}): Params {
  return { ...counts, ...overrides, ...wanted };
}

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
  /** Counts and overrides of the kernel that this pass wants otherwise: its register tile, its workgroup. */
  readonly constants?: Readonly<Record<string, number>>;
  /** The textbook passes that this one does at once: what the oracle computes, and judges it by. */
  readonly parts?: readonly Pass[];
}

/** The passes that an oracle can compute: those that a fused pass stands for in its place. */
export function partsOf(passes: readonly Pass[]): Pass[] {
  return passes.flatMap((pass) => pass.parts ?? [pass]);
}

/** `matmul [TRANSPOSE_A] ROWS=8`: a kernel, its flags that are on and its constants, as labels and reports name it. */
export function variantName(
  kernel: string,
  flags: readonly string[],
  constants: Readonly<Record<string, number>> = {},
): string {
  const numbers = Object.entries(constants).map(([name, value]) => ` ${name}=${value}`);
  return (flags.length ? `${kernel} [${flags.join(', ')}]` : kernel) + numbers.join('');
}
