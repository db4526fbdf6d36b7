import { expectClose, sumOfProducts, useGpuPage } from 'katman/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { blur } from './kernels.ts';

const gpu = useGpuPage({ beforeAll, afterAll }, { adapter: 'software' });
const weights = [0.25, 0.5, 0.25];

/** What the picture is bound to. */
interface Blurred {
  params: { width: number; height: number; weights: number[] };
  picture: Float32Array;
  out: { type: 'f32'; length: number };
}

function picture(width: number, height: number): Blurred {
  const length = width * height;
  return {
    params: { width, height, weights },
    picture: Float32Array.from({ length }, (_, i) => Math.sin(i * i)),
    out: { type: 'f32', length },
  };
}

/** In float64; `size` makes it the sum of the sizes of the terms, to which an error is relative. */
function blurred(
  { params: { width, height }, picture }: Blurred,
  size = (term: number) => term,
): Float64Array {
  const inside = (at: number, length: number) => Math.min(Math.max(at, 0), length - 1);
  return Float64Array.from({ length: width * height }, (_, i) => {
    let sum = 0;
    for (let dy = 0; dy < 3; dy++)
      for (let dx = 0; dx < 3; dx++) {
        const x = inside((i % width) + dx - 1, width);
        const y = inside(Math.floor(i / width) + dy - 1, height);
        sum += size(weights[dx] * weights[dy] * picture[y * width + x]);
      }
    return sum;
  });
}

it('is within the bound of nine products, on pictures that fit no tile', async () => {
  const { fraction } = await gpu.compare(
    blur,
    (bindings: Blurred) => blurred(bindings),
    [
      [1, 1],
      [8, 8],
      [17, 5],
      [33, 64],
    ].map(([width, height]) => ({
      name: `${width} x ${height}`,
      bindings: picture(width, height),
      workgroups: [Math.ceil(width / 8), Math.ceil(height / 8)] as const,
    })),
    { tolerance: (bindings) => sumOfProducts(9, blurred(bindings, Math.abs)) },
  );
  expect(fraction).toBeLessThanOrEqual(1);
});

it('leaves a picture of one colour as it is', async () => {
  const bindings = { ...picture(5, 3), picture: new Float32Array(15).fill(0.75) };
  const { out } = await gpu.runKernel({ wgsl: blur, overrides: { TILE: 4 }, bindings, workgroups: [2, 1] });
  expectClose(out, bindings.picture, { ulps: 0 });
});
