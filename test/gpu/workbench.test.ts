import puppeteer, { type Browser } from 'puppeteer';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type HarnessPage, openPage } from '../../src/cli/harness.ts';
import { type KernelName, kernels } from '../../src/kernels/index.ts';
import { shapeNames, shapeOf } from '../../src/lab/workbench/shape.ts';
import type { Attempt, Problem, Sweep, Timing, Verdict } from '../../src/lab/workbench/types.ts';

let browser: Browser;
let page: HarnessPage;
beforeAll(async () => {
  browser = await puppeteer.connect({ browserWSEndpoint: inject('browserWSEndpoint') });
  page = await openPage(browser, inject('serverUrl'), { tasks: '/test/gpu/workbenchTasks.ts' });
});
afterAll(async () => {
  await page?.close();
  await browser?.disconnect();
});

const attempt = (change: Partial<Attempt> = {}): Attempt => ({
  kernel: 'matmul',
  flags: [],
  constants: {},
  params: { m: 64, k: 64, n: 64 },
  source: kernels[change.kernel ?? 'matmul'].source,
  ...change,
});
const raw = kernels.matmul.source;
const edit = (from: string | RegExp, to: string) => {
  const edited = raw.replace(from, to);
  expect(edited).not.toBe(raw);
  return attempt({ source: edited });
};
const judge = async (...attempts: Attempt[]): Promise<(Verdict & { ms: number })[]> =>
  page.run('judgeAttempts', { attempts });
const contracts = Object.values(kernels).filter(({ stands }) => !stands);
const sizes = { m: 96, k: 64, n: 20, width: 5, count: 5000 };

describe('a shipped text', () => {
  const tried = contracts.map(({ name, variants }) => {
    const kernel = name as KernelName;
    const flags = variants.reduce((most, one) => (one.length > most.length ? one : most));
    const chosen = shapeNames(kernel).map((size) => sizes[size as keyof typeof sizes]);
    return attempt({ kernel, flags, params: shapeOf(kernel, flags, chosen) });
  });
  let verdicts: Verdict[];
  beforeAll(async () => void (verdicts = await judge(...tried)));

  it.each(contracts.map(({ name }, i) => [name, i] as const))('%s is right, at a shape of its own', (_, i) =>
    expect(verdicts[i], JSON.stringify(verdicts[i])).toMatchObject({ kind: 'right' }),
  );

  it('is shown raw, and as it is compiled', async () => {
    const { raw: text, specialized } = await page.run('sourceOf', { kernel: 'matmul', flags: ['BIAS'] });
    expect(text).toBe(raw);
    expect(specialized).toContain('result += bias[column]');
    expect(specialized).not.toContain('//#');
  });

  it.each(Object.keys(kernels))(
    '%s compiles with its loops guarded, and gives the same bits',
    async (name) => {
      const { compared, different } = await page.run('guarded', { name });
      expect(different).toBe(0);
      if (!kernels[name as KernelName].stands) expect(compared).toBeGreaterThan(0);
    },
  );
});

describe('a text that is wrong', () => {
  it.each<[string, Attempt, RegExp]>([
    [
      'leaves a product out',
      edit('i < params.k;', 'i + 1u < params.k;'),
      /^out\[0\] is 0, and is to be -?\d+ \(matmul m=1 k=1/,
    ],
    [
      'writes behind the end',
      edit('out[index] = result', 'out[index + 64u] = result'),
      /^It wrote 64 behind the end of 'out'/,
    ],
    [
      'leaves numbers out',
      edit('out[index] = result;', 'if index < 2000u { out[index] = result; }'),
      /^out\[\d+\] is NaN \(0x7fc0dead, as before: nothing was written there\), and is to be/,
    ],
    [
      'is wrong at the timed shape alone',
      {
        ...edit('out[index] = result', 'out[index] = select(result, 0.0, params.m == 77u)'),
        params: { m: 77, k: 3, n: 5 },
      },
      /is 0, and is to be .*m=77 k=3 n=5/,
    ],
    [
      'never ends',
      edit('var sum = 0.0;', 'while (true) {} var sum = 0.0;'),
      /^A loop was cut short after 1048576 rounds/,
    ],
    ['starts too few workgroups', attempt({ workgroups: 1 }), /is NaN \(0x7fc0dead, .*\), and is to be/],
    [
      'computes NaN',
      edit('out[index] = result', 'out[index] = bitcast<f32>(0x7fc00001u + params.m - params.m)'),
      /^out\[0\] is NaN \(0x7fc00001\), and is to be/,
    ],
  ])('%s: it is refused, with where', async (_what, one, message) => {
    const [verdict] = await judge(one);
    expect(verdict, JSON.stringify(verdict)).toMatchObject({ kind: 'wrong' });
    if (verdict.kind === 'wrong') expect(verdict.wrong.message).toMatch(message);
  });
});

describe('a text without an end', () => {
  it.each([
    'while (true) {}',
    'while (true) { while (true) {} }',
    'loop { if index > 4000000000u { break; } }',
    'for (var i = 0u; i < params.k; ) { sum += 1.0; }',
    'for (;;) { for (;;) { if sum > 1e38 { break; } } if sum > 1e38 { break; } }',
    'var x = 0u; while (true) { switch x { case 1u: { break; } default: { x = 0u; continue; } } }',
    'for (var x = 0.0; x < 1e9; x += 1.0) { sum += 1.0; }',
    'for (var x = 1u; x > 0u; x *= 3u) { workgroupBarrier(); }',
  ])('ends within its patience, and the next is judged: %s', async (endless) => {
    const [verdict, next] = await judge(
      edit('var sum = 0.0;', `var sum = 0.0; ${endless} sum = 0.0;`),
      attempt(),
    );
    if (verdict.kind === 'invalid') expect(verdict.problems[0].message).toMatch(/uniform control flow/);
    else
      expect(verdict).toMatchObject({
        kind: 'wrong',
        wrong: { message: expect.stringMatching(/cut short/) },
      });
    expect(verdict.ms).toBeLessThan(20_000);
    expect(next.kind).toBe('right');
  });
});

describe('a text that cannot be tried', () => {
  const storage = `var<workgroup> much: array<f32, 5000>;\n${raw}`.replace(
    /(fn main\([^]*?\{\n)/,
    '$1  much[local] = 1.0;\n',
  );
  it.each<[string, Attempt, Partial<Problem>]>([
    [
      'a sign too few',
      edit('var sum = 0.0;', 'var sum = 0.0'),
      { line: 45, column: 3, message: expect.stringMatching(/expected ';'/) },
    ],
    ['a type that does not fit', edit('var sum = 0.0;', 'var sum = 0u;'), { line: 46, column: 9 }],
    [
      'behind a byte order mark and in lines of Windows',
      attempt({ source: `\ufeff${raw.replace('sum += at_a', 'sum += at_x').replaceAll('\n', '\r\n')}` }),
      { line: 46, column: 12 },
    ],
    [
      'with a flag on, in a line behind others that are gone',
      { ...edit('result += bias[column]', 'result += bias[colum]'), flags: ['BIAS'] },
      { line: 50, column: 18 },
    ],
    ['nothing', attempt({ source: ' \n' }), { message: expect.stringMatching(/The text is empty/) }],
    [
      'another directive',
      edit('//#if BIAS', '//#iff BIAS'),
      { line: 14, column: 1, message: "unknown directive '//#iff'" },
    ],
    ['an unknown flag in a directive', edit('//#if BIAS', '//#if BIASS'), { line: 14, column: 7 }],
    [
      'an unknown include',
      edit('//#include grid', '//#include grit'),
      { line: 6, message: expect.stringMatching(/no file 'grit'/) },
    ],
    [
      'a fault of its own that shows in an include',
      attempt({ source: `alias vec3u = f32;\n${raw}` }),
      { line: 7, message: expect.stringMatching(/^In the included file 'grid', line \d+: /) },
    ],
    [
      'a repeat without an end',
      attempt({ source: `${raw}\n//#repeat I WORKGROUP\n` }),
      { line: raw.split('\n').length + 1, message: expect.stringMatching(/not given/) },
    ],
    [
      'a flag that the kernel does not have',
      attempt({ flags: ['TRANSPOSE'] }),
      { message: expect.stringMatching(/no variant with the flags \[TRANSPOSE\]; it has \[\] \[BIAS\]/) },
    ],
    [
      'a count that the text does not have',
      attempt({ constants: { TILE: 8 } }),
      { message: expect.stringMatching(/no override and no count 'TILE'/) },
    ],
    [
      'a kernel that is judged in steps only',
      attempt({ kernel: 'fusedForward', source: raw }),
      { message: expect.stringMatching(/in whole training steps only/) },
    ],
    [
      'an extension that the device lacks',
      attempt({ source: `enable f16;\n${raw}` }),
      { line: 1, column: 8, message: expect.stringMatching(/wants the feature 'shader-f16'/) },
    ],
    [
      'too much workgroup memory',
      attempt({ source: storage }),
      { message: expect.stringMatching(/workgroup.*20000.*16384/i) },
    ],
    [
      'too large a workgroup',
      edit('@workgroup_size(64)', '@workgroup_size(2048)'),
      { message: expect.stringMatching(/2048.*exceeds the maximum/) },
    ],
    ['no entry', edit('fn main(', 'fn mein('), { message: expect.stringMatching(/no function 'main'/) }],
    [
      'another param',
      edit('scale: f32 }', 'scale: f32, extra: u32 }'),
      { line: 8, message: expect.stringMatching(/The params are to be/) },
    ],
    [
      'another binding',
      edit(
        '@group(0) @binding(1)',
        '@group(0) @binding(7) var<storage, read> x: array<f32>;\n@group(0) @binding(1)',
      ),
      { line: 11, message: expect.stringMatching(/has no binding 'x'; it has params, a, b, out/) },
    ],
    [
      'a binding of another type',
      attempt({
        kernel: 'activation',
        params: { count: 5 },
        source: kernels.activation.source
          .replace(/z: array<f32>/, 'z: array<u32>')
          .replaceAll('z[', 'f32(z)['),
      }),
      {},
    ],
    [
      'another access',
      edit('var<storage, read> a', 'var<storage, read_write> a'),
      {
        line: 11,
        message: expect.stringMatching(/'a' is read and written, of f32, and is to be read, of f32/),
      },
    ],
    [
      'another group',
      edit('@group(0) @binding(1)', '@group(1) @binding(1)'),
      { line: 11, message: expect.stringMatching(/is to be declared as '@group\(0\) @binding\(1\)/) },
    ],
    [
      'a barrier that not all reach',
      edit('var sum = 0.0;', 'if index > 3u { workgroupBarrier(); } var sum = 0.0;'),
      { line: 44, message: expect.stringMatching(/uniform control flow/) },
    ],
    [
      'too many words',
      attempt({ source: raw.replace('var sum = 0.0;', `var sum = 0.0; ${'sum += 1.0; '.repeat(5000)}`) }),
      { message: expect.stringMatching(/20\d+ words and signs/) },
    ],
    ['control characters', attempt({ source: '\u0000\u0001 {{{ fn ))' }), {}],
    [
      'a size of 0',
      attempt({ params: { m: 0, k: 1, n: 1 } }),
      { message: expect.stringMatching(/'m' is 0/) },
    ],
    [
      'a size that is none',
      attempt({ params: { m: NaN, k: 1, n: 1 } }),
      { message: expect.stringMatching(/'m' is NaN/) },
    ],
    [
      'a shape that no buffer holds',
      attempt({ params: { m: 1e6, k: 1e6, n: 4 } }),
      { message: expect.stringMatching(/buffers hold \d+: choose a smaller/) },
    ],
    [
      'a shape that the kernel cannot take',
      attempt({ kernel: 'matmulBlocks', params: { m: 5, k: 4, n: 4 } }),
      { message: expect.stringMatching(/multiples of 4/) },
    ],
    [
      'workgroups that cannot be computed',
      attempt({ source: `// workgroups: ceil(m / TILE)\n${raw}` }),
      { line: 1, message: expect.stringMatching(/no 'TILE'; there are m, k, n/) },
    ],
  ])('%s: one sentence, with its place', async (_what, one, problem) => {
    const [verdict] = await judge(one);
    expect(verdict.kind).toBe('invalid');
    if (verdict.kind !== 'invalid') return;
    expect(verdict.problems[0]).toMatchObject(problem);
    for (const { message } of verdict.problems) expect(message).toMatch(/^[^\n]{5,400}$/);
    const isShape = /size|shape|multiples|workgroups:/.test(verdict.problems[0].message);
    if (!isShape) expect((await page.run('compileAttempts', [one]))[0]).toEqual(verdict.problems);
  });
});

const twice = edit(
  'var result = params.scale * sum;',
  'var again = 0.0; for (var i = 0u; i < params.k; i++) { again += at_a(row, i) * at_b(i, column); }\n  var result = params.scale * max(sum, again);',
);

describe('a text that is right', () => {
  it('and takes twice the work is slower', async () => {
    expect((await judge(twice))[0].kind).toBe('right');
    const timing: Timing = await page.run('timeAttempt', {
      attempt: { ...twice, params: { m: 128, k: 128, n: 64 } },
      seconds: 1,
    });
    expect(timing.comparison.verdict).toBe('slower');
    expect(timing.flops).toBe(2 * 128 * 128 * 64);
    expect(timing.bytes).toBe(4 * (128 * 128 + 2 * 128 * 64));
    expect(timing.attempt.gflops).toBeCloseTo(timing.flops / 1e6 / timing.attempt.median, 9);
  });

  it('and is the shipped one is ranked at most 4 times in 100', async () => {
    const one = { ...attempt(), params: { m: 16, k: 16, n: 16 } };
    const counts = await page.run('compareOften', { attempt: one, times: 100, seconds: 0.1 });
    expect(counts['cannot be ranked']).toBeGreaterThanOrEqual(96);
  });

  it('is swept over an override, beside the shipped one', async () => {
    const source = `// workgroups: ceil(m / TILE) * ceil(n / TILE)
override TILE = 8u;
${raw.replace('@workgroup_size(64)', '@workgroup_size(TILE, TILE)').replace(
  /let index = flat[^]*?let column = [^\n]*/,
  `let across = (params.n + TILE - 1u) / TILE;
  let tile = flat(workgroup, workgroups);
  let row = tile / across * TILE + local / TILE;
  let column = tile % across * TILE + local % TILE;
  if row >= params.m || column >= params.n { return; }
  let index = row * params.n + column;`,
)}`;
    const range = { name: 'TILE', values: [4, 8, 64] };
    const sweep: Sweep = await page.run('sweepAttempt', {
      attempt: attempt({ source }),
      range,
      seconds: 0.5,
    });
    expect(sweep.points.map(({ verdict }) => verdict.kind)).toEqual(['right', 'right', 'invalid']);
    for (const { verdict } of sweep.points.slice(0, 2))
      if (verdict.kind === 'right') expect(verdict.timing!.comparison.confidence).toBeGreaterThan(0.9);
    expect(sweep.fastest.length).toBeGreaterThan(0);
  });

  it('is swept over a size', async () => {
    const range = { name: 'k', values: [16, 64] };
    const sweep: Sweep = await page.run('sweepAttempt', { attempt: attempt(), range, seconds: 0.5 });
    expect(sweep.fastest).toEqual([]);
    const flops = sweep.points.map(({ verdict }) => verdict.kind === 'right' && verdict.timing?.flops);
    expect(flops).toEqual([2 * 64 * 16 * 64, 2 * 64 * 64 * 64]);
  });

  it('tells how far it is, and can be stopped', async () => {
    const done: number[] = [];
    await page.run('judgeAndTell', { attempt: attempt() }, { onEvent: (share) => done.push(share) });
    expect(done.at(-1)).toBe(1);
    expect(done).toEqual([...done].sort((a, b) => a - b));
    const abort = new AbortController();
    const work = page.run(
      'judgeAndTell',
      { attempt: attempt() },
      { signal: abort.signal, onEvent: () => abort.abort() },
    );
    await expect(work).rejects.toThrow(/abort/i);
  });
});

describe('a text with an oracle of its own', () => {
  const source = `struct Params { count: u32, factor: f32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if id.x >= params.count { return; }
  y[id.x] = params.factor * x[id.x];
}`;
  const x = Float32Array.of(1, 2, 3, 1e-3, -7);
  const own = (change: object = {}, text = source) =>
    page.run('judgeOwn', {
      attempt: {
        ...{ name: 'scaled', source: text, workgroups: 1 },
        cases: [
          {
            params: { count: 5, factor: 3 },
            inputs: { x },
            want: { y: x.map((one) => 3 * one) },
            tolerance: { ulps: 1 },
            ...change,
          },
        ],
      },
    });

  it('is right within its units in the last place, or its bounds', async () => {
    expect(await own()).toMatchObject({ kind: 'right', cases: 1, elements: 5 });
    const bounds = { y: new Float32Array(5).fill(2) };
    const want = { y: x.map((one) => 3 * one + 1.5) };
    expect(await own({ tolerance: { bounds }, want })).toMatchObject({
      kind: 'right',
      fraction: expect.closeTo(0.75, 6),
    });
    const verdict = await own({ want });
    expect(verdict).toMatchObject({ kind: 'wrong', wrong: { output: 'y', index: 3 } });
  });

  it.each([
    [{ want: {} }, source, /The binding 'y' has no result/],
    [{ want: { y: new Float32Array(0) } }, source, /has 0 numbers/],
    [{ inputs: {} }, source, /The binding 'x' has no input/],
    [{ inputs: { x, z: x } }, source, /no binding 'z'/],
    [{ tolerance: { bounds: { y: new Float32Array(2) } } }, source, /5 numbers and 2 bounds/],
    [{ params: {} }, source, /param 'count' is not given/],
    [{}, source.replace('params.factor', 'params.facto'), /facto/],
  ])('%#: refused in one sentence', async (change, text, message) => {
    const verdict = await own(change, text);
    expect(verdict.kind).toBe('invalid');
    expect(verdict.problems[0].message).toMatch(message);
  });

  it('and without an end is cut short', async () => {
    const verdict = await own({}, source.replace('  y[', '  while (true) {}\n  y['));
    expect(verdict).toMatchObject({ kind: 'wrong', wrong: { message: expect.stringMatching(/cut short/) } });
  });
});
