import type { LayerParameters } from '../network/initialize.ts';
import { type Architecture, sizesOf } from '../network/layers.ts';
import { activations, softmax } from './activation.ts';
import { Products, matrix } from './products.ts';

/** What one layer makes of some rows: z and a = g(z), both [rows, units]. */
export interface LayerOutput {
  readonly z: Float32Array;
  readonly a: Float32Array;
}

/** Every layer's output for some rows, without dropout. x [rows, inputs], row-major */
export function forward(
  architecture: Architecture,
  parameters: readonly LayerParameters[],
  x: Float32Array,
): LayerOutput[] {
  const sizes = sizesOf(architecture);
  const rows = x.length / sizes[0];
  const products = new Products(Math.max(...sizes), Math.max(...sizes.slice(1)));
  let input = x;
  return architecture.layers.map(({ units, activation }, l) => {
    const { w, b } = parameters[l];
    const z = new Float32Array(rows * units);
    products.multiply(matrix(input, sizes[l]), matrix(w, units), z, [rows, sizes[l], units], { start: b });
    const a = new Float32Array(z.length);
    if (activation === 'softmax') softmax(z, a, rows, units);
    else z.forEach((value, i) => void (a[i] = activations[activation].g(value)));
    input = a;
    return { z, a };
  });
}
