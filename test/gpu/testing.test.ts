import { chromium } from 'playwright-core';
import puppeteer, { type Page } from 'puppeteer';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { findBrowsers } from '../../scripts/browsers.mjs';
import { library } from '../../src/kernels/library.ts';
import { kernels } from '../../src/kernels/index.ts';
import { kernelText } from '../../src/gpu/pipelines.ts';
import { matmul } from '../../src/oracle/matmul.ts';
import {
  type Case,
  type OpenOptions,
  openGpuPage,
  sumOfProducts,
  useGpuPage,
  webgpuFlags,
} from '../../src/testing/index.ts';

const adapter = inject('adapter');
const gpu = useGpuPage({ beforeAll, afterAll }, { adapter });

const scale = (index = 'id.x', guard = 'id.x < params.n') => `
struct Params { n: u32, factor: f32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read_write> out: array<f32>;
override SIZE: u32 = 64;
@compute @workgroup_size(SIZE) fn scale(@builtin(global_invocation_id) id: vec3u) {
  if ${guard} { out[${index}] = a[id.x] * params.factor; }
}`;
const scaled = (n: number, factor = 2): Case<any> => ({
  bindings: {
    params: { n, factor },
    a: Float32Array.from({ length: n }, (_, i) => i - 3),
    out: { type: 'f32', length: n },
  },
  workgroups: Math.ceil(n / 64),
});
const oracle = ({ params: { factor }, a }: any) => Float32Array.from(a, (x: number) => x * factor);
const ENDLESS = `
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@compute @workgroup_size(1) fn main() { while out[0] != 1u { out[1] += 2u; } }`;
const endless = { wgsl: ENDLESS, bindings: { out: new Uint32Array(2) }, workgroups: 1, timeout: 1500 };

describe('a kernel', () => {
  it('is run on the adapter that was asked for', async () => {
    expect(gpu.adapter.kind).toBe(adapter);
    expect(gpu.browser).toMatch(/^chrome\//i);
    expect(gpu.flags).toContain('--enable-unsafe-webgpu');
    const { out } = await gpu.runKernel({
      wgsl: scale(),
      ...scaled(65),
      bindings: { ...scaled(65).bindings, out: { type: 'f32', length: 65 } },
    });
    expect(out).toEqual(Float32Array.from({ length: 65 }, (_, i) => 2 * (i - 3)));
  });

  it('gets and gives bits', async () => {
    const copy = (type: string) => `
@group(0) @binding(0) var<storage, read> a: array<${type}>;
@group(0) @binding(1) var<storage, read_write> out: array<${type}>;
@compute @workgroup_size(1) fn main(@builtin(workgroup_id) id: vec3u) { out[id.x] = a[id.x]; }`;
    const bits = Uint32Array.of(0x7fc01234, 0x80000000, 0x00000001, 0xff800000, 0x7f7fffff, 0xffffffff, 0);
    const a = new Float32Array(bits.buffer);
    const floats = await gpu.runKernel({
      wgsl: copy('f32'),
      bindings: { a, out: { type: 'f32', length: 7 } },
      workgroups: 7,
    });
    expect(new Uint32Array(floats.out.buffer)).toEqual(bits);
    const words = await gpu.runKernel({
      wgsl: copy('u32'),
      bindings: { a: bits, out: new Uint32Array(7) },
      workgroups: 7,
    });
    expect(words.out).toEqual(bits);
    const whole = Int32Array.of(-1, 2 ** 31 - 1, -(2 ** 31));
    const { out } = await gpu.runKernel({
      wgsl: copy('i32'),
      bindings: { a: whole, out: { type: 'i32', length: 3 } },
      workgroups: 3,
    });
    expect(out).toEqual(whole);
  });

  it('takes large arrays, several groups, overrides and an output of its length', async () => {
    const n = 2 ** 20;
    const wgsl = `
override STEP: u32;
@group(0) @binding(0) var<storage, read> a: array<u32>;
@group(2) @binding(3) var<storage, read_write> out: array<u32>;
@compute @workgroup_size(256) fn main(@builtin(global_invocation_id) id: vec3u) {
  if id.x < arrayLength(&out) { out[id.x] = a[id.x] + STEP; }
}
@compute @workgroup_size(1) fn length() { out[0] = arrayLength(&out); }`;
    const a = Uint32Array.from({ length: n }, (_, i) => i);
    const { out } = await gpu.runKernel({
      wgsl,
      entryPoint: 'main',
      overrides: { STEP: 7 },
      bindings: { a, out: { type: 'u32', length: n } },
      workgroups: [n / 256],
    });
    expect(out.every((value, i) => value === i + 7)).toBe(true);
    const { out: length } = await gpu.runKernel({
      wgsl,
      entryPoint: 'length',
      overrides: { STEP: 0 },
      bindings: { out: { type: 'u32', length: 5 } },
      workgroups: 1,
    });
    expect(length[0]).toBe(5);
    expect(length[1]).toBe(0x7fc0dead);
  });

  it('that writes behind the end is found, and what it reads there is NaN', async () => {
    const run = (wgsl: string) =>
      gpu.runKernel({
        wgsl,
        ...scaled(5),
        bindings: { ...scaled(5).bindings, out: { type: 'f32', length: 5 } },
      });
    await expect(run(scale('id.x', 'id.x <= params.n'))).rejects.toThrow(
      "kernel 'scale' wrote behind the end of 'out': it has 20 bytes, and byte 20 was changed",
    );
    await expect(run(scale('id.x - 1u'))).rejects.toThrow("behind the end of 'out'");
    const { out } = await run(scale().replace('a[id.x]', 'a[id.x + 1u]'));
    expect([...out]).toEqual([-4, -2, 0, 2, NaN]);
  });

  it('that does not compile is shown with its lines', async () => {
    const wgsl = scale().replace('a[id.x]', 'b[id.x]');
    await expect(gpu.runKernel({ wgsl, ...scaled(5) })).rejects.toMatchObject({
      name: 'ShaderError',
      message: expect.stringMatching(
        /^kernel 'scale' does not compile: 8:\d+ unresolved value 'b'\n[^]*\n +8 .*b\[id\.x\]/,
      ),
    });
    await expect(gpu.runKernel({ ...scaled(5), wgsl: 'fn main( {' })).rejects.toThrow(
      /does not compile: 1:\d+/,
    );
    await expect(gpu.runKernel({ ...scaled(5), wgsl: 'enable f16;' + scale() })).rejects.toThrow(
      'does not compile: 1:8',
    );
  });

  it('that the GPU refuses says why', async () => {
    await expect(gpu.runKernel({ ...scaled(5), wgsl: scale(), overrides: { SIZE: 1024 } })).rejects.toThrow(
      /does not compile: .*1024/,
    );
    const big =
      'var<workgroup> big: array<f32, 5000>;' +
      scale().replace('out[id.x] =', 'big[id.x] = 1; out[id.x] = big[0] +');
    await expect(gpu.runKernel({ ...scaled(5), wgsl: big })).rejects.toThrow(
      /does not compile: .*workgroup/i,
    );
    await expect(gpu.runKernel({ ...scaled(5), wgsl: scale(), workgroups: 65_536 })).rejects.toThrow(
      "kernel 'scale' was refused by the GPU",
    );
    // None of these is held against the page.
    await gpu.compare(scale(), oracle, [scaled(3)], { tolerance: { ulps: 0 } });
  });
});

describe('a comparison', () => {
  it('counts what it planned and did', async () => {
    const before = gpu.counts.executed;
    const cases = [1, 63, 64, 65, 1000].map((n) => scaled(n));
    const done = await gpu.compare(
      { wgsl: scale(), overrides: { SIZE: 32 } },
      oracle,
      cases.map((one, i) => ({
        ...one,
        workgroups: 40,
        name: undefined,
        overrides: { SIZE: 32 << (i & 1) },
      })),
      { tolerance: { ulps: 0 } },
    );
    expect(done).toEqual({ planned: 5, executed: 5, elements: 1193, fraction: 0 });
    expect(gpu.counts.executed - before).toBe(5);
    expect(gpu.counts.planned).toBe(gpu.counts.executed);
    await expect(gpu.compare(scale(), oracle, [], {})).rejects.toThrow('compare was given no case');
  });

  it('names the first wrong number of each wrong case', async () => {
    const wrong = scale('id.x', 'id.x < params.n && id.x != 63u');
    const cases = [5, 65, 64].map((n) => ({ name: `n = ${n}`, ...scaled(n) }));
    await expect(gpu.compare(wrong, oracle, cases, { tolerance: { ulps: 2 } })).rejects.toMatchObject({
      name: 'MismatchError',
      message: expect.stringMatching(
        /differs from its oracle in 2 of 3 cases\.\ncase 2 of 3 \('n = 65'\): 'out' is wrong in 1 of 65 numbers, first at \[63\]: got NaN \(never written\), want 120, off by NaN, allowed .*\ncase 3 of 3/,
      ),
    });
    expect(gpu.counts.planned).toBe(gpu.counts.executed);
  });

  it('says what is wrong with an oracle', async () => {
    const ask = (one: any, tolerance: any = { ulps: 0 }) =>
      gpu.compare(scale(), one, [{ name: 'n = 4', ...scaled(4) }], { tolerance });
    await expect(
      ask(() => {
        throw new TypeError('no such field');
      }),
    ).rejects.toThrow("The oracle threw in case 1 of 1 ('n = 4'): no such field");
    await expect(ask(() => [1, 2, 3])).rejects.toThrow(
      "The oracle gave 3 numbers for 'out' in case 1 of 1 ('n = 4'), but the kernel's output has 4",
    );
    await expect(ask(() => undefined)).rejects.toThrow('The oracle gave undefined');
    await expect(ask(async () => [1])).rejects.toThrow('gave a promise');
    await expect(ask(() => ({}))).rejects.toThrow('gave no output');
    await expect(ask(() => ({ sum: [1] }))).rejects.toThrow(
      "gave 'sum' in case 1 of 1 ('n = 4'), which the kernel does not write; it writes out",
    );
    await expect(ask(oracle, undefined)).resolves.toBeDefined();
    await expect(gpu.compare(scale(), oracle, [scaled(4)])).rejects.toThrow('say how far it may be off');
    // What an oracle does to its inputs is its own affair.
    await ask(({ a, params }: any) => a.map((x: number, i: number) => ((a[i] = 99), x * params.factor)));
    expect(gpu.counts.planned).toBe(gpu.counts.executed);
  });

  it("judges Katman's own matmul within the bound of a sum of products", async () => {
    const [m, k, n] = [17, 65, 33];
    const random = (length: number) => Float32Array.from({ length }, (_, i) => Math.sin(i * i + length));
    const [a, b] = [random(m * k), random(k * n)];
    const kernel = kernels.matmul;
    const wgsl = kernelText(kernel, [], library, kernel.counts);
    const shape = { m, k, n, scale: 1 };
    const product = (x: Float32Array, y: Float32Array) => matmul(new Set(), shape, { a: x, b: y }).out;
    const magnitude = product(a.map(Math.abs), b.map(Math.abs));
    const { fraction, elements } = await gpu.compare(
      { wgsl, name: 'matmul', overrides: kernel.overrides },
      (given: any) => product(given.a, given.b),
      [
        {
          bindings: { params: shape, a, b, out: { type: 'f32', length: m * n } },
          workgroups: kernel.workgroups(shape, { ...kernel.counts, ...kernel.overrides }, []),
        },
      ],
      { tolerance: sumOfProducts(k + 1, magnitude) },
    );
    expect(elements).toBe(m * n);
    expect(fraction).toBeLessThanOrEqual(1);
  });
});

/** A page for what is held against it, in the browser that all tests share. */
async function withPage(work: (page: Page) => Promise<void>): Promise<void> {
  const browser = await puppeteer.connect({ browserWSEndpoint: inject('browserWSEndpoint') });
  const page = await browser.newPage();
  try {
    await work(page);
  } finally {
    await page.close();
    await browser.disconnect();
  }
}

describe('what is reported on the page', () => {
  const complaints: [string, () => unknown, RegExp][] = [
    ['an error on the console', () => console.error('something is odd'), /console says: something is odd/],
    [
      'an error that nobody caught',
      () =>
        void setTimeout(() => {
          throw new Error('lost');
        }, 0),
      /The page threw: .*lost/,
    ],
    [
      'a rejection that nobody caught',
      () => void Promise.reject(new Error('dropped')),
      /The page threw: .*dropped/,
    ],
    [
      'an error of a device of its own',
      async () => {
        const device = await (await navigator.gpu.requestAdapter())!.requestDevice({ label: 'mine' });
        device.createBuffer({ size: 4, usage: 0 });
      },
      /console says: WebGPU, on device 'mine': /,
    ],
  ];
  it.each(complaints)('%s fails the next call, and the end', (_, work, message) =>
    withPage(async (page) => {
      const own = await openGpuPage({ adapter, page });
      await own.evaluate(work).catch((error) => expect(error.message).toMatch(message));
      await expect(own.runKernel({ wgsl: scale(), ...scaled(3) })).rejects.toThrow(message);
      await expect(own.close()).rejects.toThrow(message);
      await expect(own.runKernel({ wgsl: scale(), ...scaled(3) })).rejects.toThrow(/closed/);
    }),
  );

  it('is nothing where nothing is wrong; what was evaluated comes back', async () => {
    expect(await gpu.evaluate((x: number) => x + document.title.length, 1)).toBe(
      1 + 'Katman: test page'.length,
    );
    await expect(
      gpu.evaluate(() => {
        throw new Error('mine');
      }),
    ).rejects.toThrow('mine');
    await gpu.compare(scale(), oracle, [scaled(2)], { tolerance: { ulps: 0 } });
  });
});

describe('a page', () => {
  it('that ran nothing, or not all that was planned, does not close in silence', () =>
    withPage(async (page) => {
      await expect((await openGpuPage({ adapter, page })).close()).rejects.toThrow('nothing had run on it');
      const own = await openGpuPage({ adapter, page });
      const cases = Array.from({ length: 50 }, () => scaled(64));
      const forgotten = own.compare(scale(), oracle, cases, { tolerance: { ulps: 0 } });
      forgotten.catch(() => {});
      await expect(own.close()).rejects.toThrow(/50 checks were planned, but \d+ were done/);
      await expect(forgotten).rejects.toThrow();
    }));

  it('does not wait for a kernel that never ends', async () => {
    const page = await openGpuPage({ adapter });
    await expect(page.runKernel(endless)).rejects.toThrow(
      "kernel 'main' did not end within 1.5 s: a loop may have no end, or the timeout is too short; the browser was killed, and this page is gone.",
    );
    await expect(page.runKernel({ wgsl: scale(), ...scaled(3) })).rejects.toThrow('did not end within 1.5 s');
    await expect(page.evaluate(() => 1)).rejects.toThrow('did not end');
    await expect(page.close()).rejects.toThrow('did not end within 1.5 s');
  });

  it('is not opened with what the adapter lacks', () =>
    withPage(async (page) => {
      const open = (wants: Partial<OpenOptions>) => openGpuPage({ adapter, page, ...wants });
      await expect(open({ features: ['shader-f64'] })).rejects.toThrow(
        /lacks the feature 'shader-f64'; it has [a-z0-9-]+, /,
      );
      await expect(open({ limits: { maxComputeWorkgroupStorageSize: 2 ** 30 } })).rejects.toThrow(
        /allows a maxComputeWorkgroupStorageSize of \d+, less than 1073741824/,
      );
      await expect(open({ limits: { maxLuck: 1 } })).rejects.toThrow("knows no limit 'maxLuck'");
      const own = await open({
        limits: { maxComputeInvocationsPerWorkgroup: 256 },
        features: ['timestamp-query'],
      });
      await own.compare(scale(), oracle, [scaled(3)], { tolerance: { ulps: 0 } });
      await own.close();
    }));

  it('takes no software for hardware', async () => {
    const opening = openGpuPage({ adapter: 'hardware' });
    if (adapter === 'hardware') return void (await (await opening).close().catch(() => {}));
    await expect(opening).rejects.toMatchObject({
      name: 'GpuUnavailableError',
      message: expect.stringMatching(
        /has a hardware adapter that computes; tried:\n(.+\(hardware: .+\): .+\n)+.*adapter: 'any' takes any adapter/,
      ),
    });
  });
});

describe('a page that was given', () => {
  const executablePath = findBrowsers()[0].path;

  it("is one of puppeteer's", () =>
    withPage(async (page) => {
      for (let times = 0; times < 2; times++) {
        const own = await openGpuPage({ adapter, page });
        expect(own.adapter.kind).toBe(adapter);
        await own.compare(scale(), oracle, [scaled(70)], { tolerance: { ulps: 0 } });
        await own.close();
        expect(page.url()).toBe('about:blank');
      }
    }));

  it("is one of Playwright's", async () => {
    const browser = await chromium.launch({
      executablePath,
      args: ['--headless=new', ...webgpuFlags(adapter)],
    });
    try {
      const page = await browser.newPage();
      const own = await openGpuPage({ adapter, page });
      await own.compare(scale(), oracle, [scaled(70)], { tolerance: { ulps: 0 } });
      await expect(
        own.evaluate(() => console.error('odd')).then(() => own.evaluate(() => 1)),
      ).rejects.toThrow('console says: odd');
      await expect(own.close()).rejects.toThrow('odd');
      const again = await openGpuPage({ adapter, page });
      const { out } = await again.runKernel({ wgsl: scale(), ...scaled(3) });
      expect(out).toEqual(Float32Array.of(-6, -4, -2));
      await again.close();
    } finally {
      await browser.close();
    }
  });

  it('has the adapter that was asked for, or none', async () => {
    const browser = await puppeteer.launch({ executablePath, args: ['--no-sandbox'] });
    try {
      await expect(openGpuPage({ adapter, page: await browser.newPage() })).rejects.toThrow(
        new RegExp(
          `The page that was given has no adapter that will do \\(${adapter} is wanted\\): .*Flags of Chrome: for ${adapter} --enable-unsafe-webgpu`,
        ),
      );
    } finally {
      await browser.close();
    }
    if (adapter === 'hardware') return;
    await withPage(async (page) =>
      expect(openGpuPage({ adapter: 'hardware', page })).rejects.toThrow(
        /it has google swiftshader, which is software/,
      ),
    );
  });
});
