import type { Params } from '../../../gpu/kernel.ts';
import { type KernelName, rows } from '../../../kernels/rows.ts';
import { shapeNames, shapeOf } from '../../../lab/workbench/shape.ts';
import type { Attempt } from '../../../lab/workbench/types.ts';

/** What the visitor works on: plain data, as it is kept, exported and put into links. */
export interface Draft {
  readonly kernel: KernelName;
  readonly flags: readonly string[];
  /** Counts and overrides that differ from the row's. */
  readonly constants: Params;
  /** As many as the kernel has names for. */
  readonly sizes: readonly number[];
  readonly source: string;
  /** Workgroups of a dispatch; undefined: as many as the kernel's own. */
  readonly workgroups: number | undefined;
  /** JavaScript that defines `oracle`; undefined: the kernel's own oracle judges. */
  readonly oracle: string | undefined;
  /** The error that an oracle of one's own allows, in units in the last place. */
  readonly ulps: number;
}

/** The kernels that have an oracle of their own name: those that can be judged by themselves. */
export const KERNELS: readonly KernelName[] = Object.values(rows)
  .filter(({ stands }) => !stands)
  .map(({ name }) => name as KernelName)
  .sort();

const SIZES: Readonly<Record<string, number>> = { m: 128, k: 128, n: 128, count: 65_536 };
export const LARGEST_SIZE = 2 ** 24;
export const LONGEST_TEXT = 200_000;

/** The sizes that a kernel is first timed at. */
export function firstSizes(kernel: KernelName): number[] {
  return shapeNames(kernel).map((name) => SIZES[name] ?? 64);
}

/** A kernel as it is shipped. */
export function shippedDraft(kernel: KernelName, source: string): Draft {
  return {
    kernel,
    source,
    flags: rows[kernel].variants[0],
    constants: {},
    sizes: firstSizes(kernel),
    workgroups: undefined,
    oracle: undefined,
    ulps: 8,
  };
}

/** @throws ShapeError for sizes that the kernel cannot take */
export function attemptOf({ kernel, flags, constants, sizes, source, workgroups }: Draft): Attempt {
  const params = shapeOf(kernel, flags, sizes);
  return { kernel, flags, constants, source, params, ...(workgroups !== undefined && { workgroups }) };
}

/** A draft that came from elsewhere, or undefined: every part of it is checked, and nothing else is taken over. */
export function readDraft(value: unknown): Draft | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { kernel, flags, constants, sizes, source, workgroups, oracle, ulps } = value as Record<
    string,
    unknown
  >;
  if (!KERNELS.includes(kernel as KernelName)) return undefined;
  const name = kernel as KernelName;
  const row = rows[name];
  if (typeof source !== 'string' || source.length > LONGEST_TEXT) return undefined;
  if (oracle !== undefined && (typeof oracle !== 'string' || oracle.length > LONGEST_TEXT)) return undefined;
  const on = Array.isArray(flags) ? String(flags) : '';
  const numbers = Object.entries((constants ?? {}) as Record<string, unknown>).filter(
    ([key, number]) => /^[A-Za-z]\w*$/.test(key) && isCount(number),
  );
  const first = firstSizes(name);
  const given = Array.isArray(sizes) ? (sizes as unknown[]) : [];
  return {
    kernel: name,
    flags: row.variants.find((variant) => String(variant) === on) ?? row.variants[0],
    constants: Object.fromEntries(numbers) as Params,
    sizes: first.map((size, i) => (isCount(given[i]) ? given[i] : size)),
    source,
    workgroups: isCount(workgroups) ? workgroups : undefined,
    oracle: oracle as string | undefined,
    ulps: typeof ulps === 'number' && ulps >= 0 && ulps <= 1e9 ? ulps : 8,
  };
}

export function isCount(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= LARGEST_SIZE;
}
