import { describe, expect, it } from 'vitest';
import {
  expectClose,
  openGpuPage,
  sumOfProducts,
  ulp,
  useGpuPage,
  webgpuFlags,
} from '../../src/testing/index.ts';
import { readInterface } from '../../src/gpu/interface.ts';
import { kernelText } from '../../src/gpu/pipelines.ts';
import { kernels } from '../../src/kernels/index.ts';
import { library } from '../../src/kernels/library.ts';
import { UnreadText, reflect } from '../../src/testing/reflection.ts';
import { prepare } from '../../src/testing/request.ts';
import type { Bindings, Kernel } from '../../src/testing/types.ts';

describe('a tolerance', () => {
  it('counts units in the last place of float32', () => {
    const bits = new Uint32Array(1);
    const float = new Float32Array(bits.buffer);
    for (const x of [1, 1.5, 2, 3, 1e-40, 2 ** -126, 1e30, 2 ** 24 - 1, 0.1, 2 - 2 ** -23]) {
      float[0] = x;
      const exact = float[0];
      bits[0]++;
      expect(ulp(-x), String(x)).toBe(float[0] - exact);
    }
    expectClose([1 + 2 ** -22], [1], { ulps: 2 });
    expect(() => expectClose([1 + 2 ** -22], [1], { ulps: 1.9 })).toThrow('allowed');
  });

  it('is exact for integers unless told otherwise, and has to be said for floating-point', () => {
    expectClose(Uint32Array.of(1, 2), [1, 2]);
    expect(() => expectClose(Uint32Array.of(1, 3), [1, 2])).toThrow(
      "'result' is wrong in 1 of 2 numbers, first at [1]: got 3, want 2, off by 1, allowed 0.",
    );
    expect(() => expectClose(Float32Array.of(1), [1])).toThrow('say how far it may be off');
  });

  it('follows from the operation', () => {
    const a = Float32Array.from({ length: 1000 }, (_, i) => Math.sin(i) * 10);
    let [got, want, magnitude] = [0, 0, 0];
    for (const x of a) {
      got = Math.fround(got + Math.fround(x * x));
      want += x * x;
      magnitude += Math.abs(x * x);
    }
    expect(got).not.toBe(want);
    expectClose([got], [want], sumOfProducts(1000, [magnitude]));
    expectClose(
      [got],
      [want],
      sumOfProducts(1000, () => magnitude),
    );
    expect(() => expectClose([got * 1.001], [want], sumOfProducts(1000, [magnitude]))).toThrow(
      'is wrong in 1 of 1',
    );
  });

  it('lets nothing pass that is not a number, and no bound that is none', () => {
    for (const bad of [NaN, Infinity, -Infinity])
      expect(() => expectClose([0, bad], [0, 1], { bound: 1e300 }), String(bad)).toThrow(`got ${bad}`);
    expect(() => expectClose([1], [NaN], { ulps: 4 })).toThrow('want NaN');
    expectClose([NaN, Infinity, -0], [NaN, Infinity, 0], { ulps: 0 });
    expect(() => expectClose([1], [1], { bound: () => NaN })).toThrow('the bound at [0] is NaN');
    expect(() => expectClose([1], [1], { bound: -1 })).toThrow('nothing can be within it');
    expect(() => expectClose([], [], { ulps: 1 })).toThrow('nothing would be checked');
    expect(() => expectClose([1], [1, 2], { ulps: 1 })).toThrow("'result' has 1 numbers, but 2 are wanted");
    expect(() => expectClose([0, 1, 9], [0, 3, 3], { bound: 1 })).toThrow(
      'wrong in 2 of 3 numbers, first at [1]: got 1, want 3, off by 2, allowed 1; most at [2]: got 9, want 3',
    );
  });
});

const wgsl = `
struct Part { a: f32, b: vec2i }
struct Params { n: u32, v: vec3f, m: mat3x3f, parts: array<Part, 2> }
override TILE: u32 = 8;
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage> x: array<vec4<f32>>;
@binding(0) @group(2) var<storage, read_write> out: array<f32>;
@group(2) @binding(1) var<storage, read_write> counts: array<atomic<u32>, 4>;
@group(2) @binding(2) var<storage, read> threes: array<vec3f>;
fn first() -> f32 { return x[0].x * f32(params.n); }
@compute @workgroup_size(TILE) fn main() { out[0] = first(); atomicAdd(&counts[0], 1u); _ = threes[0]; }
`;
const params = {
  n: 1,
  v: [2, 3, 4],
  m: [1, 2, 3, 4, 5, 6, 7, 8, 9],
  parts: [
    { a: 10, b: [11, -12] },
    { a: 13, b: [14, 15] },
  ],
};
const bindings: Bindings = {
  params,
  x: new Float32Array(8),
  out: { type: 'f32', length: 3 },
  counts: new Uint32Array(4),
  threes: new Float32Array(4),
};
const prepared = (more: Bindings = {}, kernel: Partial<Kernel> = {}, workgroups: any = 1) =>
  prepare({ wgsl, ...kernel }, { bindings: { ...bindings, ...more } as Bindings, workgroups });

describe('what is bound', () => {
  it('is laid out as WGSL lays it out', () => {
    const { kernel } = prepared();
    const of = (name: string) => kernel.bindings.find((one) => one.name === name)!;
    const { buffer } = of('params').content!;
    expect(buffer.byteLength).toBe(112);
    const [f32, u32, i32] = [new Float32Array(buffer), new Uint32Array(buffer), new Int32Array(buffer)];
    expect(u32[0]).toBe(1);
    expect([...f32.subarray(4, 7)]).toEqual([2, 3, 4]);
    expect([...f32.subarray(8, 20)]).toEqual([1, 2, 3, 0, 4, 5, 6, 0, 7, 8, 9, 0]);
    expect([f32[20], i32[22], i32[23], f32[24], i32[26], i32[27]]).toEqual([10, 11, -12, 13, 14, 15]);
    expect(of('out')).toMatchObject({
      group: 2,
      binding: 0,
      access: 'read_write',
      content: undefined,
      bytes: 12,
    });
    expect(of('x')).toMatchObject({ group: 0, binding: 1, access: 'read', bytes: 32, guarded: true });
    expect(kernel.workgroups).toEqual([1, 1, 1]);
  });

  it('is followed by no other words where the kernel asks how long it is', () => {
    const text = wgsl.replace('out[0] =', 'out[arrayLength( &out ) - 1u] =');
    const guarded = prepared({}, { wgsl: text }).kernel.bindings.filter((one) => one.guarded);
    expect(guarded.map(({ name }) => name)).toEqual(['x', 'counts', 'threes']);
    const byPointer = `${wgsl} fn length(p: ptr<storage, array<vec4f>, read>) -> u32 { return arrayLength(p); }`;
    expect(prepared({}, { wgsl: byPointer }).kernel.bindings.some((one) => one.guarded)).toBe(false);
  });

  it('keeps the text as it was written, and takes flags', () => {
    expect(prepared().kernel.text).toBe(wgsl);
    const flagged = `${wgsl}\n//#if EXTRA\nconst extra = 1;\n//#endif\n`;
    expect(prepared({}, { wgsl: flagged, flags: { EXTRA: true } }).kernel.text).toContain('extra');
    expect(prepared({}, { wgsl: flagged, flags: { EXTRA: false } }).kernel.text).not.toContain('extra');
    expect(() => prepared({}, { wgsl: flagged })).toThrow("flag 'EXTRA' is not among");
    expect(() => prepared({}, { flags: { EXTRA: true } })).toThrow("flag 'EXTRA' is given");
  });

  const wrong: [string, () => unknown, string | RegExp][] = [
    [
      'a missing binding',
      () => prepared({ x: undefined as never }),
      "needs the binding 'x': give it in bindings; it has params, x, out",
    ],
    [
      'an unknown binding',
      () => prepared({ y: new Float32Array(4) }),
      "has no binding 'y'; it has params, x, out",
    ],
    [
      'another type',
      () => prepared({ x: new Uint32Array(8) }),
      "binding 'x' is array<vec4f> in the WGSL, but a Uint32Array was given",
    ],
    ['another output type', () => prepared({ out: { type: 'u32', length: 1 } }), "'u32' was asked for"],
    [
      'a type of array that is not sent',
      () => prepared({ x: new Float64Array(8) as never }),
      'a Float64Array cannot be given',
    ],
    [
      'half a vector',
      () => prepared({ x: new Float32Array(6) }),
      'elements lie 16 bytes apart; 24 bytes are no whole number of them',
    ],
    [
      'vectors of three without their padding',
      () => prepared({ threes: new Float32Array(3) }),
      'array<vec3f>, whose elements lie 16 bytes apart',
    ],
    [
      'another fixed length',
      () => prepared({ counts: new Uint32Array(5) }),
      'array<atomic<u32>, 4>, 16 bytes; 20 were given',
    ],
    ['nothing at all', () => prepared({ x: new Float32Array(0) }), "binding 'x' is empty"],
    ['an output of nothing', () => prepared({ out: { type: 'f32', length: 0 } }), 'length at least 1'],
    ['an output that is an input', () => prepared({ x: { type: 'f32', length: 4 } }), 'is not read_write'],
    [
      'a field that is missing',
      () => prepared({ params: { ...params, n: undefined as never } }),
      "the field 'n' (u32) is not given",
    ],
    [
      'a field that is unknown',
      () => prepared({ params: { ...params, k: 1 } }),
      "has no field 'k'; it has n, v, m, parts",
    ],
    [
      'a field of another kind',
      () => prepared({ params: { ...params, v: [1, 2] } }),
      '.v is vec3f: give a list of 3 numbers, not of 2',
    ],
    [
      'a number that is not whole',
      () => prepared({ params: { ...params, n: 1.5 } }),
      '.n is u32: 1.5 is no whole number',
    ],
    [
      'a negative number',
      () => prepared({ params: { ...params, n: -1 } }),
      '.n is u32: -1 is no whole number',
    ],
    [
      'no object for a struct',
      () => prepared({ params: 3 }),
      'is a struct: give an object with the fields n, v, m, parts',
    ],
    [
      'an unknown override',
      () => prepared({}, { overrides: { TILES: 4 } }),
      "has no override 'TILES'; it has TILE",
    ],
    [
      'an unknown entry point',
      () => prepared({}, { entryPoint: 'run' }),
      "has no compute entry point 'run'; it has main",
    ],
    [
      'several entry points',
      () => prepared({}, { wgsl: `${wgsl}\n@compute @workgroup_size(1) fn two() {}` }),
      'several compute entry points (main, two)',
    ],
    ['no entry point', () => prepared({}, { wgsl: 'fn main() {}' }), 'has no entry point'],
    ['an empty text', () => prepared({}, { wgsl: ' ' }), 'wgsl is the text of a kernel: it is empty'],
    [
      'no workgroup',
      () => prepared({}, {}, 0),
      'workgroups are [x, y, z], each a whole number of at least 1, not 0',
    ],
    ['half a workgroup', () => prepared({}, {}, [1, 0.5]), 'not [1,0.5]'],
    ['workgroups left out', () => prepare({ wgsl }, { bindings } as never), 'workgroups are [x, y, z]'],
    [
      'a texture',
      () =>
        prepared(
          {},
          {
            wgsl:
              wgsl.replace('_ = threes[0];', '_ = textureLoad(t, vec2u(0), 0);') +
              '@group(3) @binding(0) var t: texture_2d<f32>;',
          },
        ),
      "needs 't', a texture or sampler",
    ],
  ];
  it.each(wrong)('%s is refused in one sentence', (_, work, message) => {
    expect(work).toThrow(message);
  });

  it('is known of every shader of Katman, in every variant', { timeout: 60_000 }, () => {
    for (const kernel of Object.values(kernels))
      for (const flags of kernel.variants) {
        const text = kernelText(kernel, flags, library, kernel.counts);
        const { variables, needed, entryPoint } = reflect(text, undefined);
        const own = readInterface(text).bindings;
        expect(entryPoint).toBe('main');
        expect(variables.map(({ name, binding, access }) => ({ name, binding, access }))).toEqual(
          expect.arrayContaining(own.map(({ name, binding, access }) => ({ name, binding, access }))),
        );
        expect(variables.length).toBe(own.length);
        // A variant may declare what only others use.
        expect(needed.length, kernel.name).toBeGreaterThan(0);
        for (const name of needed) expect(own.map((one) => one.name)).toContain(name);
      }
  });

  it('is what an entry point needs, by whatever it calls; comments and fields are no use', () => {
    const text = `
@group(0) @binding(0) var<storage, read> a: array<f32>; // fn nobody() { b[0] }
@group(0) @binding(1) var<storage, read> b: array<f32>;
/* fn main() { /* nested { */ } */
@group(0) @binding(2) var<storage, read_write> out: array<f32>;
struct S { b: f32 }
fn deep() -> f32 { if true { return a[0]; } return 1; }
fn call() -> f32 { return deep(); }
@compute @workgroup_size(1) fn main() { var s: S; s.b = call(); out[0] = s.b; }
@compute @workgroup_size(1) fn other() { out[0] = b[0]; }`;
    expect(reflect(text, 'main').needed).toEqual(['a', 'out']);
    expect(reflect(text, 'other').needed).toEqual(['b', 'out']);
  });

  it('is read by a parser, whose doubts are the compiler’s to settle', () => {
    expect(() => prepared({}, { wgsl: 'fn main( {' })).toThrow(UnreadText);
  });
});

describe('opening', () => {
  it('takes no adapter in silence', async () => {
    await expect(openGpuPage({} as never)).rejects.toThrow(
      "adapter is 'software', 'hardware' or 'any', not undefined",
    );
    await expect(openGpuPage({ adapter: 'any', browser: 'safari' as never })).rejects.toThrow('not "safari"');
    await expect(openGpuPage({ adapter: 'any', timeout: 0 })).rejects.toThrow('more than 0, not 0');
    await expect(openGpuPage({ adapter: 'any', browser: 'chrome', page: {} as never })).rejects.toThrow(
      'exclude each other',
    );
  });

  it('says with which flags a Chrome has WebGPU', () => {
    expect(webgpuFlags('software')).toEqual(
      expect.arrayContaining(['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader']),
    );
    expect(webgpuFlags('hardware')).not.toContain('--use-webgpu-adapter=swiftshader');
  });

  it('happens before the first test: a page that is not open cannot be used', async () => {
    const asked: string[] = [];
    const gpu = useGpuPage(
      { before: () => asked.push('before'), after: () => asked.push('after') },
      { adapter: 'software' },
    );
    expect(asked).toEqual(['before', 'after']);
    await expect(gpu.runKernel({ wgsl, bindings: {}, workgroups: 1 })).rejects.toThrow('not open yet');
    expect(() => gpu.adapter).toThrow('use it inside a test');
  });
});
