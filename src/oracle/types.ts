/** Numbers of a tensor, row-major. */
export type Numbers = Float64Array | Float32Array | Uint32Array;

/**
 * The twin of a kernel: takes the flags that are on, the params and the inputs by binding name, and
 * gives the outputs by binding name, in float64. Inputs stay as they are.
 */
export type Oracle = (
  flags: ReadonlySet<string>,
  params: Readonly<Record<string, number>>,
  inputs: Readonly<Record<string, Numbers>>,
) => Record<string, Numbers>;
