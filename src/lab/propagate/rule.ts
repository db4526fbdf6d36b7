import type { Params } from '../../gpu/kernel.ts';
import type { Numbers } from '../../oracle/index.ts';

/** How far the numbers of an input may be from those at hand, by binding; exact if left out. */
export type Errors = Readonly<Record<string, Float64Array | undefined>>;

/** A pass and the numbers at hand of its inputs: those of a device, or the oracle's. */
export interface Given {
  readonly flags: readonly string[];
  readonly params: Params;
  readonly inputs: Readonly<Record<string, Numbers>>;
}

/** What becomes of the errors of a pass's inputs. */
export interface Rule {
  /** The inputs that it can take errors of. */
  readonly takes: readonly string[];
  /**
   * How far a device whose inputs lie within `errors` of `given` may be from `want`, the oracle's result at
   * `given`, in one element of one output: what the inputs change, plus the largest bound of the kernel's own
   * rounding among all inputs that lie so near.
   */
  bound(given: Given, errors: Errors, output: string, want: Numbers): (index: number) => number;
}

/** The errors of an input, zeros where it is exact. */
export function errorsOf({ inputs }: Given, errors: Errors, name: string): Float64Array {
  return errors[name] ?? new Float64Array(inputs[name].length);
}
