import { useGpuPage } from 'katman/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { prefixSum, prefixSumOracle, sums } from './kernels.ts';

const gpu = useGpuPage({ beforeAll, afterAll }, { adapter: 'software' });

it('is the same as adding one after the other', async () => {
  const { executed, elements } = await gpu.compare(prefixSum, prefixSumOracle, sums);
  expect(executed).toBe(6);
  expect(elements).toBe(1771);
});
