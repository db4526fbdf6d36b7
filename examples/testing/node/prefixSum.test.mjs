// The same without vitest: `node --test node/`.
import { useGpuPage } from 'katman/testing';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';

const gpu = useGpuPage({ before, after }, { adapter: 'software' });
const wgsl = readFileSync(new URL('../src/prefixSum.wgsl', import.meta.url), 'utf8');

test('ones add up to their count', async () => {
  const cases = [1, 255, 256].map((n) => ({
    name: `n = ${n}`,
    bindings: { params: { n }, x: new Uint32Array(n).fill(1), out: { type: 'u32', length: n } },
    workgroups: 1,
  }));
  await gpu.compare(wgsl, ({ x }) => x.map((_, i) => i + 1), cases);
});
