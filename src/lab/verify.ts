import type { Gpu } from '../gpu/gpu.ts';
import { type Pass, partsOf, variantName } from '../gpu/kernel.ts';
import { rows } from '../kernels/rows.ts';
import type { Numbers } from '../oracle/index.ts';
import { type Worst, compare } from './compare.ts';
import type { Errors, Propagated, propagate } from './propagate.ts';
import { judgeSample } from './sampled.ts';
import { type ContractName, contractOf, standards } from './standards.ts';

/** The content of tensors by name. */
export type Content = ReadonlyMap<string, Float32Array | Uint32Array>;

/** What judging one pass of a step showed. */
export interface PassReport {
  /** `backward/layer1/dw` */
  readonly label: string;
  /** `matmulTiled [TRANSPOSE_A]` */
  readonly kernel: string;
  readonly tensor: string;
  /** The largest |got - want| / bound; right when it is at most 1. */
  readonly fraction: number;
  readonly worst: (Worst & { readonly row: number; readonly column: number }) | undefined;
}

/** A step that was made on a GPU: its passes, and all tensors before and after. */
export interface StepRecord {
  readonly passes: readonly Pass[];
  /** Shapes of the tensors, to name rows and columns. */
  readonly shapes: ReadonlyMap<string, readonly number[]>;
  readonly before: Content;
  readonly after: Content;
}

/** A result as it is judged, with all of its numbers. */
export interface Judged {
  /** The pass of the plan. */
  readonly pass: Pass;
  /** The textbook pass in it whose result this is. */
  readonly part: Pass;
  readonly tensor: string;
  /** As the GPU has it; undefined where it did not store it. */
  readonly got: Numbers | undefined;
  readonly want: Numbers;
  /** How far the GPU's may be from each. */
  readonly bound: (index: number) => number;
}

/** Products of more operations than this are judged apart: the oracle would take seconds. */
export const MOST_FLOPS = 50e6;

/** Whether the oracle judges this pass by itself. */
function isSmall(pass: Pass): boolean {
  return rows[pass.kernel as ContractName].flops(pass.params) <= MOST_FLOPS;
}

/**
 * Judges every pass of a step by its oracle, each from the GPU's own inputs, so that errors do not pile
 * up and the first pass that is wrong is the one that is named. A pass that stands for several is judged as those.
 * A tensor that the GPU did not store is the oracle's, and what follows from it is judged within the errors that
 * the GPU's may have.
 * @param see sees each result before it is reported, and those that the GPU did not store; not the products that are
 *   judged apart
 */
export async function* judgeStep(
  { passes, shapes, before, after }: StepRecord,
  see?: (judged: Judged) => void,
): AsyncGenerator<PassReport> {
  const state = new Map<string, Numbers>(before);
  const errors = new Map<string, Float64Array>();
  // An arena is what its tensors have made of it.
  for (const [name, values] of after) if (!shapes.has(name)) state.set(name, values);
  const writers = new Map<string, number>();
  /** Its code is loaded where it is needed. */
  let unstored: typeof propagate | undefined;
  for (const part of partsOf(passes)) {
    makeRoom(part, state);
    for (const tensor of writtenBy(part)) writers.set(tensor, (writers.get(tensor) ?? 0) + 1);
  }
  for (const pass of passes) {
    for (const part of partsOf([pass])) {
      const written = writtenBy(part);
      const drifting = errorsOf(part, errors);
      const own = !drifting && written.every((tensor) => after.has(tensor));
      if (own && !isSmall(part)) {
        for (const tensor of written) state.set(tensor, after.get(tensor)!);
        // A product by itself is judged on integers, by judgeProducts.
        if (pass.parts) yield reportOf(pass, part, part.tensors.out, judgeSample(part, state), shapes);
        continue;
      }
      if (!own) unstored ??= (await import('./propagate.ts')).propagate;
      const results = (own ? fromOwn : unstored!)(part, inputsOf(part, state), drifting);
      for (const [binding, { values: wanted, bound }] of Object.entries(results)) {
        const tensor = part.tensors[binding];
        const got = after.get(tensor)?.subarray(0, wanted.length) as Numbers | undefined;
        // Several passes write their own parts of some tensors: each answers for what it changes.
        const shared = got && writers.get(tensor)! > 1;
        const want = shared ? changes(state.get(tensor)!, wanted, got) : wanted;
        see?.({ pass, part, tensor, got, want, bound });
        if (!got) {
          state.set(tensor, wanted);
          errors.set(
            tensor,
            Float64Array.from(wanted, (_, i) => bound(i)),
          );
          continue;
        }
        const worst = compare(got, want, bound);
        state.set(tensor, shared ? merge(state.get(tensor)!, wanted, got) : after.get(tensor)!);
        yield reportOf(pass, part, tensor, worst, shapes);
      }
    }
  }
}

/** The results of a pass from the GPU's own inputs, and the bounds of its own rounding. */
function fromOwn(part: Pass, inputs: Readonly<Record<string, Numbers>>): Record<string, Propagated> {
  const { oracle, bound } = standards[contractOf(part)];
  const one = { flags: part.flags, params: part.params, inputs: inputs as Record<string, Float32Array> };
  const results = Object.entries(oracle(new Set(part.flags), part.params, inputs));
  return Object.fromEntries(
    results.map(([binding, values]) => [binding, { values, bound: bound(one, binding, values) }]),
  );
}

/** Zeros for what a pass writes and the GPU does not have: some passes write their part of a tensor only. */
export function makeRoom(part: Pass, state: Map<string, Numbers>): void {
  for (const [binding, size] of Object.entries(rows[contractOf(part)].outputs(part.params))) {
    const tensor = part.tensors[binding];
    if (tensor !== undefined && (state.get(tensor)?.length ?? -1) < size)
      state.set(tensor, new Float64Array(size));
  }
}

/** The errors of a pass's inputs, by binding; undefined if all are the GPU's own. */
function errorsOf({ tensors }: Pass, errors: ReadonlyMap<string, Float64Array>): Errors | undefined {
  const found = Object.entries(tensors).filter(([, tensor]) =>
    errors.get(tensor)?.some((error) => error !== 0),
  );
  if (found.length)
    return Object.fromEntries(found.map(([binding, tensor]) => [binding, errors.get(tensor)]));
  return undefined;
}

/** A tensor after a pass: as the GPU has it where the pass changes it, as it was everywhere else. */
function merge(before: Numbers, want: Numbers, got: Numbers): Numbers {
  return before.map((value, i) => (want[i] === value ? value : got[i])) as Numbers;
}

/** What a pass wants where it changes a tensor, and what is there everywhere else. */
function changes(before: Numbers, want: Numbers, got: Numbers): Float64Array {
  return Float64Array.from(want, (value, i) => (value === before[i] ? got[i] : value));
}

/** Judges the products that are too large for the oracle, each at its exact shape, on integers: without error. */
export async function* judgeProducts(gpu: Gpu, { passes, shapes }: StepRecord): AsyncGenerator<PassReport> {
  const seen = new Set<string>();
  for (const pass of passes) {
    const key = JSON.stringify([pass.kernel, pass.flags, pass.params]);
    if (pass.parts || isSmall(pass) || seen.has(key)) continue;
    seen.add(key);
    const { checkProduct } = await import('./product.ts');
    yield report(pass, pass.tensors.out, await checkProduct(gpu, pass), shapes.get(pass.tensors.out) ?? []);
  }
}

/** What judging a part of a pass showed: under the label of the part, and the name of the kernel that did it. */
function reportOf(
  { kernel, flags }: Pass,
  part: Pass,
  tensor: string,
  worst: Worst,
  shapes: ReadonlyMap<string, readonly number[]>,
): PassReport {
  return report({ ...part, kernel, flags }, tensor, worst, shapes.get(tensor) ?? []);
}

function report(pass: Pass, tensor: string, worst: Worst, shape: readonly number[]): PassReport {
  const width = shape[shape.length - 1] ?? 1;
  const { fraction, index } = worst;
  return {
    label: pass.label,
    kernel: variantName(pass.kernel, pass.flags),
    tensor,
    fraction,
    worst: fraction > 0 ? { ...worst, row: Math.floor(index / width), column: index % width } : undefined,
  };
}

function writtenBy({ kernel, params, tensors }: Pass): string[] {
  const outputs = Object.keys(rows[kernel as ContractName].outputs(params));
  return outputs.filter((name) => name in tensors).map((name) => tensors[name]);
}

function inputsOf({ tensors }: Pass, state: ReadonlyMap<string, Numbers>): Record<string, Numbers> {
  return Object.fromEntries(
    Object.entries(tensors).map(([binding, tensor]) => [binding, state.get(tensor)!]),
  );
}

/** One sentence about a pass that is wrong: kernel, layer, row and column, got, want, bound. */
export function describeMismatch({ label, kernel, tensor, worst }: PassReport): string {
  const { row, column, got, want, bound } = worst!;
  return `${kernel} is wrong in ${label}: ${tensor} row ${row + 1}, column ${column + 1} is ${got}, and is to be ${want} within ${bound.toPrecision(2)}`;
}
