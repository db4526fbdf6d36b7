import puppeteer, { type Browser } from 'puppeteer';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type HarnessPage, openPage } from '../../src/cli/harness.ts';
import { kernels } from '../../src/kernels/index.ts';
import type { Attempt, Verdict } from '../../src/lab/workbench/types.ts';

let browser: Browser;
let page: HarnessPage;
beforeAll(async () => {
  browser = await puppeteer.connect({ browserWSEndpoint: inject('browserWSEndpoint') });
  page = await openPage(browser, inject('serverUrl'), { tasks: '/test/gpu/labFaultTasks.ts' });
});
afterAll(async () => {
  await page?.close();
  await browser?.disconnect();
});

const product = kernels.matmul.source;
const sums = kernels.columnSums.source;
const attempt = (source: string, change: Partial<Attempt> = {}): Attempt => ({
  kernel: 'matmul',
  flags: [],
  constants: {},
  params: { m: 8, k: 8, n: 8 },
  source,
  ...change,
});

/** A matrix product that does something else first, with a variable `x`. */
const first = (body: string, functions = '') =>
  attempt(
    `${product.replace('var sum = 0.0;', () => `var x = 1.0; ${body} var sum = select(0.0, x, x == 12345.75);`)}\n${functions}`,
  );
/** Column sums that do something else first, all invocations of a workgroup together. */
const together = (body: string, functions = '') =>
  attempt(
    `${sums.replace('partial[local] = sum;', () => `var x = 1.0; ${body} partial[local] = sum + select(0.0, x, x == 12345.75);`)}\n${functions}`,
    { kernel: 'columnSums', params: { m: 8, n: 8 } },
  );

const ENDLESS: Readonly<Record<string, Attempt>> = {
  'while, always': first('while (true) { x += 1.0; }'),
  'while, of nothing': first('while (true) {}'),
  'while, of what never changes': first('var n = 1u; while (n > 0u) { n = n | 1u; }'),
  'while, of a uniform': first('while (params.k > 0u) { x += 1.0; }'),
  'while, of a number in a buffer': first('while (out[0] != 1e30) { x += 1.0; }'),
  'while, of a number that turns back': first('var n = 0u; while (n < 2u) { n = n ^ 1u; }'),
  'while, of a number that goes round': first(
    'var n = 3u; while (n != 0u) { n = select(n / 2u, 3u * n + 1u, n % 2u == 1u); }',
  ),
  'while, with a step that is never reached': first(
    'var i = 0u; while (i < 9u) { if i < 10u { continue; } i++; }',
  ),
  'for, of nothing': first('for (;;) { if x < 0.0 { break; } x += 1.0; }'),
  'for, without a condition': first('for (var i = 0u; ; i++) { if x < 0.0 { break; } x += 1.0; }'),
  'for, without a step': first('for (var i = 0u; i < params.k; ) { x += 1.0; }'),
  'for, with a step of 0': first('for (var i = 0u; i < 9u; i += 0u) { x += 1.0; }'),
  'for, down below 0': first('for (var i = 5u; i >= 0u; i--) { x += 1.0; }'),
  'for, of a float that stands still': first('for (var t = 0.0; t < 1e9; t += 1.0) { x = t; }'),
  'for, set back': first('for (var i = 0u; i < 9u; i++) { x += 1.0; i = 0u; }'),
  'for, set back through a pointer': first(
    'for (var i = 0u; i < 9u; i++) { back(&i); }',
    'fn back(p: ptr<function, u32>) { *p = 0u; }',
  ),
  'for, to a constant that is huge': first(
    'for (var i = 0u; i < HUGE; i++) { x += 1.0; }',
    'const HUGE = 4000000000u;',
  ),
  'for, past the last number there is': first(
    'for (var i = 0u; i < LAST; i += 2u) { x += 1.0; }',
    'const LAST = 0xffffffffu;',
  ),
  'for in for, of millions each': first(
    'for (var i = 0u; i < 16000000u; i++) { for (var j = 0u; j < 16000000u; j++) { x += 1.0; } }',
  ),
  'for of millions in while': first('while (true) { for (var j = 0u; j < 16000000u; j++) { x += 1.0; } }'),
  'loop, that breaks never': first('loop { x += 1.0; if x < 0.0 { break; } }'),
  'loop, with continuing': first('loop { x += 1.0; continuing { break if x < 0.0; } }'),
  'loop, that only continues': first('loop { if x < 0.0 { break; } continue; }'),
  'three, in one another': first(
    'while (true) { loop { for (;;) { if x < 0.0 { break; } x += 1.0; } if x < 0.0 { break; } } }',
  ),
  'two hundred, one after the other': first('while (x > 0.0) { x += 1.0; } '.repeat(200)),
  'a switch in a loop': first(
    'var n = 0u; while (true) { switch n { case 1u: { break; } default: { n = 0u; continue; } } }',
  ),
  'a loop in a switch': first('switch params.k { case 0u: {} default: { while (true) { x += 1.0; } } }'),
  'a return that never comes': first('while (true) { if x < 0.0 { return; } x += 1.0; }'),
  'a function that returns never': first(
    'x = f(x);',
    'fn f(v: f32) -> f32 { var y = v; loop { if y < 0.0 { return y; } y += 1.0; } }',
  ),
  'a function that returns a vector never': first(
    'x = f(x).y;',
    'fn f(v: f32) -> vec4<f32> { var y = v; loop { if y < 0.0 { return vec4f(y); } y += 1.0; } }',
  ),
  'a function that is called for ever': first(
    'while (true) { x = f(x); }',
    'fn f(v: f32) -> f32 { var y = v; for (var i = 0u; i < 10000000u; i++) { y += 1.0; } return y; }',
  ),
  'functions of functions': first(
    'x = f(x);',
    'fn f(v: f32) -> f32 { while (g(v) > 0.0) {} return v; } fn g(v: f32) -> f32 { while (h(v) > 0.0) {} return v; } fn h(v: f32) -> f32 { var y = v; while (y > 0.0) { y += 1.0; } return y; }',
  ),
  'one invocation alone': first('if index == 0u { while (true) { x += 1.0; } }'),
  'a lock that nobody opens': together(
    'while (atomicLoad(&lock) == 0u) { x += 1.0; }',
    'var<workgroup> lock: atomic<u32>;',
  ),
  'with a barrier': together('while (true) { workgroupBarrier(); }'),
  'with a barrier, and one without in it': together(
    'while (true) { workgroupBarrier(); while (x > 0.0) { x += 1.0; } }',
  ),
  'with a barrier in a function that is called for ever': together(
    'while (params.m > 0u) { wait(); }',
    'fn wait() { loop { workgroupBarrier(); if params.m == 0u { break; } } }',
  ),
  'of a number that all read together': together(
    'while (workgroupUniformLoad(&flag) == 0u) { x += 1.0; }',
    'var<workgroup> flag: u32;',
  ),
};

describe('texts without an end', () => {
  let verdicts: (Verdict & { ms: number })[];
  let trained: { steps: number; parameters: unknown };
  const names = Object.keys(ENDLESS);
  beforeAll(async () => {
    const attempts = [...Object.values(ENDLESS), attempt(product)];
    ({ verdicts, trained } = await page.run('judgeBesideTraining', { attempts }));
  });

  it.each(names.map((name, i) => [name, i] as const))('%s: ends and is told so', (_, i) => {
    const said = JSON.stringify(verdicts[i]);
    expect(verdicts[i], said).toMatchObject({ kind: 'wrong' });
    expect(said).toMatch(/A loop was cut short after \d+ rounds/);
    expect(verdicts[i].ms).toBeLessThan(40_000);
  });

  it('leave a device on which the next text is judged', () =>
    expect(verdicts[names.length]).toMatchObject({ kind: 'right' }));

  it('disturb no training on another device: it goes on, with the same bits', async () => {
    expect(trained.steps).toBeGreaterThan(100);
    const alone = await page.run('trainAlone', { steps: trained.steps });
    expect(alone).toEqual(trained);
  });
});

/** A tree of calls: so many times each function calls the one below it twice. */
const tree = (depth: number) =>
  Array.from(
    { length: depth },
    (_, i) => `fn f${i + 1}(v: f32) -> f32 { return f${i}(v) + f${i}(v + 1.0); }`,
  ).join('\n') + '\nfn f0(v: f32) -> f32 { return v * v; }';

describe('texts that a compiler has no end of', () => {
  const refused: [string, Attempt, RegExp][] = [
    ['5,000 statements', first('x += 1.0; '.repeat(5000)), /20\d+ words and signs/],
    [
      'a tree of 4,096 calls',
      first('x = f12(x);', tree(12)),
      /words and signs once its calls are written out/,
    ],
    [
      'a tree of 2^60 calls',
      first('x = f60(x);', tree(60)),
      /words and signs once its calls are written out/,
    ],
    [
      'a repeat of 2^30',
      { ...first('\n//#repeat I TILE\nx += 1.0;\n//#end\n'), constants: { TILE: 2 ** 30 } },
      /1073741\d+ lines once its repeats are written out/,
    ],
    ['1 MB of brackets', first(`print(x); ${'('.repeat(1_000_000)}`), /words and signs/],
    ['10,000 brackets in one another', first(`x = ${'('.repeat(7000)}x${')'.repeat(7000)};`), /./],
  ];

  it('are refused at once, in a sentence, and the page stays alive', async () => {
    const found = await page.run('judgeTicking', { attempts: refused.map(([, one]) => one) });
    for (const [i, { verdict, ms, still }] of found.entries()) {
      const said = `${refused[i][0]}: ${JSON.stringify(verdict).slice(0, 300)} ${ms} ${still}`;
      expect(verdict.kind, said).toBe('invalid');
      expect(verdict.problems[0].message, said).toMatch(refused[i][2]);
      expect(ms, said).toBeLessThan(10_000);
      expect(still, said).toBeLessThan(5000);
    }
  });
});

/** A text with a mark where the compiler is to find fault: the text without it, and the place. */
function marked(source: string): { text: string; line: number; column: number } {
  const before = source.slice(0, source.indexOf('¦')).split('\n');
  return { text: source.replace('¦', ''), line: before.length, column: before[before.length - 1].length + 1 };
}

const inMain = (statement: string, more = '') =>
  `${product.replace('var sum = 0.0;', () => `${statement}\n  var sum = 0.0;`)}${more}`;

const PLACES: readonly (readonly [string, string])[] = [
  ['no semicolon', product.replace('var sum = 0.0;\n  for', 'var sum = 0.0\n  ¦for')],
  ['an unknown function', product.replace('at_a(row, i) *', '¦at_x(row, i) *')],
  ['an unknown name', inMain('let x = ¦nothing;')],
  ['an unknown type', inMain('var x: ¦float = 0.0;')],
  ['an unknown attribute', product.replace('@workgroup_size', '@¦workgroup_sise')],
  ['a member that there is not', inMain('let x = ¦params.q;')],
  ['a component that there is not', inMain('let x = vec2f().¦z;')],
  ['a number too few', inMain('let x = ¦at_a(row);')],
  ['a number too many', inMain('let x = ¦at_a(row, 1u, 2u);')],
  ['a number of another type', inMain('let x = at_a(row, ¦1.5);')],
  ['a value of another type', inMain('var x = 0.0; x ¦= row;')],
  ['operands of two types', inMain('let x = ¦row + 1.0f;')],
  ['a condition that is none', inMain('if ¦row { }')],
  ['a name twice', inMain('let ¦row = 1u;')],
  ['a constant that is changed', inMain('¦column = 1u;')],
  ['an input that is written', inMain('a[0] ¦= 1.0;')],
  ['a word that is reserved', inMain('let ¦class = 1;')],
  ['a number that is too large', inMain('let x = ¦4294967296u;')],
  ['a shift too far', inMain('let x = ¦1u << 32u;')],
  ['an index beyond the end', inMain('let x = vec4f()[¦4];')],
  ['a name before it is there', inMain('let x = ¦later; let later = 1.0;')],
  ['break outside of a loop', inMain('¦break;')],
  ['a function without its result', inMain('', '\nfn f() -> f32 { ¦}\n')],
  ['a result of another type', inMain('', '\nfn f() -> f32 { ¦return 1u; }\n')],
  ['a function that calls itself', inMain('', '\n¦fn f() { f(); }\n')],
  ['a bracket too many', `${product}\n¦}\n`],
  ['a bracket too few', `${product.trimEnd().slice(0, -2)}¦`],
  ['behind the end of a condition', product.replace('out[index] = result;', 'out[index] = ¦resul;')],
  ['a comment without an end', inMain('¦/* and so on')],
  ['a sign that is none', inMain('let x = ¦€;')],
  ['a character NUL', inMain('let x = 1;¦\0')],
  [
    'behind a byte order mark, in lines of Windows',
    `\ufeff${inMain('let x = ¦nothing;').replaceAll('\n', '\r\n')}`,
  ],
];

describe('what a compiler says', () => {
  let verdicts: Verdict[];
  beforeAll(async () => {
    const attempts = PLACES.map(([, source]) => attempt(marked(source).text));
    verdicts = (await page.run('judgeTicking', { attempts })).map(
      ({ verdict }: { verdict: Verdict }) => verdict,
    );
  });

  it.each(PLACES.map(([what], i) => [what, i] as const))('%s: is told at its place', (_, i) => {
    const { text, line, column } = marked(PLACES[i][1]);
    const { kind, problems } = verdicts[i] as Extract<Verdict, { kind: 'invalid' }>;
    expect(kind).toBe('invalid');
    const place = text.startsWith('\ufeff') && line === 1 ? column - 1 : column;
    expect(problems[0], JSON.stringify(problems[0])).toMatchObject({ line, column: place });
    expect(problems[0].message).toMatch(/^[^\n]{5,400}$/);
  });

  it('five thousand times is told a hundred times at most', async () => {
    const wrong = attempt(`${product}\n${'x;\n'.repeat(5000)}`);
    const [{ verdict, ms }] = await page.run('judgeTicking', { attempts: [wrong] });
    expect(verdict.kind).toBe('invalid');
    expect(verdict.problems.length).toBeGreaterThan(20);
    expect(verdict.problems.length).toBeLessThanOrEqual(100);
    expect(ms).toBeLessThan(10_000);
  });

  it('of a division by 0 comes when it is known: in the text, with the overrides, or as a wrong result', async () => {
    const attempts = [
      attempt(inMain('let x = 1 / 0;')),
      attempt(inMain('let x = 1.0 / ZERO;', '\noverride ZERO = 0.0;\n').replace('* sum', '* sum + x')),
      attempt(inMain('let x = 1.0 / f32(index - index);').replace('* sum', '* (sum + x)')),
    ];
    const [inText, withOverrides, asResult] = (await page.run('judgeTicking', { attempts })).map(
      ({ verdict }: { verdict: Verdict }) => verdict,
    );
    expect(inText).toMatchObject({ kind: 'invalid', problems: [{ line: 44, column: 11 }] });
    const message = expect.stringMatching(/^'1\.0 \/ 0\.0' cannot be represented/);
    expect(withOverrides).toMatchObject({ kind: 'invalid', problems: [{ message }] });
    expect(asResult).toMatchObject({ kind: 'wrong' });
    expect(asResult.wrong.message).toMatch(/^out\[0\] is (Infinity|NaN), and is to be -?\d/);
  });

  it('of a workgroup that is too large has both numbers', async () => {
    const shared = `var<workgroup> much: array<f32, 16384>;\n${inMain('much[local] = 1.0;')}`;
    const attempts = [
      attempt(product.replace('workgroup_size(64)', 'workgroup_size(1024)')),
      attempt(shared),
    ];
    const found = await page.run('judgeTicking', { attempts });
    const [size, memory] = found.map(({ verdict }: any) => verdict.problems[0].message);
    expect(size).toMatch(/1024.*256/);
    expect(memory).toMatch(/65536.*16384/);
  });

  it('nothing of: writes before the beginning, behind the end and far away are found', async () => {
    const attempts = ['index - 1u', 'index + 1u', 'index + 100000u'].map((place) =>
      attempt(product.replace('out[index] = result', `out[${place}] = result`)),
    );
    for (const { verdict } of await page.run('judgeTicking', { attempts })) {
      expect(verdict.kind).toBe('wrong');
      expect(verdict.wrong.message).toMatch(/^It wrote \d+ behind the end of 'out'|^out\[\d+\] is/);
    }
  });
});
