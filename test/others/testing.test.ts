import { afterAll, beforeAll, expect, it } from 'vitest';
import { openGpuPage, useGpuPage } from '../../src/testing/index.ts';
import { REQUIRE } from './target.ts';

const gpu = useGpuPage({ beforeAll, afterAll }, { adapter: REQUIRE as 'any', browser: 'firefox' });

const halves = (index: string) => `
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> out: array<f32>;
@compute @workgroup_size(1) fn main(@builtin(workgroup_id) id: vec3u) { out[${index}] = x[id.x] / 2; }`;
const bindings = { x: Float32Array.of(1, -0, 3), out: { type: 'f32', length: 3 } } as const;
const half = ({ x }: typeof bindings) => x.map((value) => value / 2);

it('katman/testing compares, and finds what is wrong, in Firefox', async () => {
  expect(gpu.browser).toMatch(/^firefox\//i);
  const cases = [{ bindings, workgroups: 3 }];
  expect(await gpu.compare(halves('id.x'), half, cases, { tolerance: { ulps: 1 } })).toMatchObject({
    executed: 1,
    elements: 3,
  });
  await expect(gpu.compare(halves('id.x + 1'), half, cases, { tolerance: { ulps: 1 } })).rejects.toThrow(
    "behind the end of 'out'",
  );
  await expect(gpu.compare(halves('id.y'), half, cases, { tolerance: { ulps: 1 } })).rejects.toThrow(
    '[1]: got NaN (never written), want 0',
  );
  await expect(gpu.compare(halves('idx'), half, cases, { tolerance: { ulps: 1 } })).rejects.toThrow(
    /does not compile: 4:\d+ /,
  );
});

it('fails by what a device of the page reports', async () => {
  const own = await openGpuPage({ adapter: REQUIRE as 'any', browser: 'firefox' });
  const work = async () => {
    const device = await (await navigator.gpu.requestAdapter())!.requestDevice({ label: 'mine' });
    device.createBuffer({ size: 4, usage: 0 });
  };
  await own.evaluate(work).catch((error) => expect(error.message).toContain("on device 'mine'"));
  await expect(own.close()).rejects.toThrow("WebGPU, on device 'mine'");
});
