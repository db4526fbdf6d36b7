import { useGpuPage } from 'katman/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { prefixSum, prefixSumOracle, sums } from './kernels.ts';

/** How failures read: each of these kernels has a fault that people make. */
const gpu = useGpuPage({ beforeAll, afterAll }, { adapter: 'software' });

const planted = (right: string, wrong: string) => {
  expect(prefixSum).toContain(right);
  return gpu.compare(prefixSum.replace(right, wrong), prefixSumOracle, sums);
};

it('a wrong number: where first, got, want, allowed', async () => {
  await expect(planted('if i >= distance', 'if i > distance')).rejects.toThrow(
    "case 2 of 6 ('n = 2'): 'out' is wrong in 1 of 2 numbers, first at [1]: got 3960563, want 14329452",
  );
});

it('a number that is left out: never written', async () => {
  await expect(
    planted('if id.x < params.n {\n    out', 'if id.x + 1u < params.n {\n    out'),
  ).rejects.toThrow(
    "case 1 of 6 ('n = 1'): 'out' is wrong in 1 of 1 numbers, first at [0]: got 2143346349 (never written), want 10368889",
  );
});

it('a write behind the end', async () => {
  await expect(planted('out[id.x] =', 'out[id.x + 1u] =')).rejects.toThrow(
    "kernel 'prefixSum' wrote behind the end of 'out': it has 4 bytes, and byte 4 was changed",
  );
});

it('a text that does not compile: line and column', async () => {
  await expect(planted('var sum = sums[i];', 'let sum = sums[i];')).rejects.toThrow(
    /^kernel 'prefixSum' does not compile: 24:\d+ cannot assign to 'let sum'/,
  );
});
