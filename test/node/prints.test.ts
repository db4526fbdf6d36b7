import { describe, expect, it } from 'vitest';
import { library } from '../../src/kernels/library.ts';
import { kernels } from '../../src/kernels/index.ts';
import { kernelText } from '../../src/gpu/pipelines.ts';
import { readInterface } from '../../src/gpu/interface.ts';
import {
  PRINTS,
  PRINT_WORDS,
  hasPrints,
  readPrints,
  withPrints,
  withoutPrints,
} from '../../src/wgsl/prints.ts';

const text = (body: string, before = '') => `struct Params { count: u32, scale: f32 }
alias flat3 = vec3f;
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> out: array<f32>;
var<workgroup> tile: array<array<u32, 4>, 8>;
override TILE = 16u;
${before}
fn twice(a: vec2<i32>) -> vec2i { return a * 2; }
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = id.x;
  ${body}
}
`;
const at = (body: string) => withPrints(text(body));
const typesOf = (body: string) => at(body).sites.flatMap(({ values }) => values.map(({ type }) => type));

describe('print(...) in WGSL', () => {
  it.each([
    ['i', 'u32'],
    ['id', 'vec3<u32>'],
    ['id.yx', 'vec2<u32>'],
    ['x[i]', 'vec4<f32>'],
    ['x[i].w * 2', 'f32'],
    ['params.scale', 'f32'],
    ['params.count + 1', 'u32'],
    ['tile[1][local]', 'u32'],
    ['TILE', 'u32'],
    ['twice(vec2i(1, 2))', 'vec2<i32>'],
    ['-1', 'i32'],
    ['1.5', 'f32'],
    ['0xffu', 'u32'],
    ['vec2(1.0, 2.0)', 'vec2<f32>'],
    ['flat3(1.0) * params.scale', 'vec3<f32>'],
    ['bitcast<vec2<u32>>(vec2f(1, 2))', 'vec2<u32>'],
    ['dot(x[i], x[0])', 'f32'],
    ['max(x[i], vec4f())', 'vec4<f32>'],
    ['select(1u, i, i < 3u)', 'u32'],
    ['arrayLength(&x)', 'u32'],
    ['i << 3u', 'u32'],
    ['(i + 1u) % 4u', 'u32'],
    ['fma(x[i].x, 2.0, 1.0)', 'f32'],
  ])('tells that %s is of type %s', (value, type) => {
    expect(at(`print(${value});`).problems).toEqual([]);
    expect(typesOf(`print(${value});`)).toEqual([type]);
  });

  it('finds the declaration that is meant where it stands', () => {
    expect(
      typesOf(`
        for (var k = 0.5; k < 2.0; k += 1.0) { let a = vec2f(k); out[0] += a.x; }
        for (var k = 0u; k < 2u; k++) { print(k); { let k = 1.5; print(k); } print(k); }
        let a = 7; print(a); var b = f32(a) / 2; print(b);`),
    ).toEqual(['u32', 'f32', 'u32', 'i32', 'f32']);
  });

  it('keeps lines where they are, in what prints and in what does not', () => {
    const source = text(
      'print("i and\\nx", i);'.replace('\\n', ' ') + '\n  print(\n    i,\n    x[i]\n  );\n  out[i] = 1.0;',
    );
    const printing = withPrints(source);
    expect(printing.problems).toEqual([]);
    const lineOf = (all: string) => all.split('\n').findIndex((line) => line.includes('out[i] = 1.0;'));
    expect(lineOf(printing.text)).toBe(lineOf(source));
    expect(printing.sites).toEqual([
      { line: 13, name: 'i and x', values: [{ text: 'i', type: 'u32' }] },
      {
        line: 14,
        name: undefined,
        values: [
          { text: 'i', type: 'u32' },
          { text: 'x[i]', type: 'vec4<f32>' },
        ],
      },
    ]);
    const without = withoutPrints(source);
    expect(without).toHaveLength(source.length);
    expect(without).not.toContain('print');
    expect(lineOf(without)).toBe(lineOf(source));
    expect(hasPrints(without)).toBe(false);
    const { bindings } = readInterface(printing.text);
    expect(bindings.map(({ name, binding }) => [name, binding])).toEqual([
      ['params', 0],
      ['x', 1],
      ['out', 2],
      [PRINTS, 3],
    ]);
  });

  it('leaves a text alone that has none, or a function of that name', () => {
    const own = text('print(i);', 'fn print(a: u32) { out[a] = 1.0; }');
    expect(withPrints(own)).toEqual({ text: own, sites: [], problems: [] });
    expect(withoutPrints(own)).toBe(own);
    const commented = text('// print(i);\n /* print(i); */');
    expect(withoutPrints(commented)).toBe(commented);
    for (const kernel of Object.values(kernels))
      for (const flags of kernel.variants) {
        const shipped = kernelText(kernel, flags, library, kernel.counts);
        expect(withoutPrints(shipped)).toBe(shipped);
      }
  });

  it.each([
    ['print();', /has no value: give it one/],
    ['print("sum");', /has no value: give it one/],
    ['print("sum" i);', /comes ','/],
    ['print("sum, i);', /ends with " on its own line/],
    ['print("a // b", i);', /leave out slashes/],
    ['let y = print(i);', /a statement of its own/],
    ['print(i) + 1;', /a statement of its own/],
    ['print(i, , i);', /A value is missing/],
    ['print(nothing);', /The type of 'nothing' is not clear to print/],
    ['print(i < 3u);', /'i < 3u' is of type bool.*write u32\(i < 3u\)/],
    ['print(params);', /'params' is of type Params, which print does not take/],
    ['print(x[0], x[1], x[2], x[3], i);', /up to 16 numbers, not 17/],
  ])('%s: one clear sentence, with its place', (body, sentence) => {
    const source = text(`let before = 1;\n  ${body}`);
    const { problems } = withPrints(source);
    expect(problems).toHaveLength(1);
    expect(problems[0].message).toMatch(sentence);
    expect(source.slice(0, problems[0].at).split('\n')).toHaveLength(14);
  });

  it('outside of a function is no place for it', () => {
    expect(withPrints(text('', 'print(1u);')).problems[0].message).toMatch(/stands in a function/);
  });

  it('never throws, whatever the text', () => {
    for (const cut of [1, 5, 9, 30, 90, 200, 300, 400, 480])
      for (const body of ['print("a", x[i], (', 'print(', 'print(((((', 'print(vec2<', 'for (print(i);'])
        expect(() => withPrints(text(body).slice(cut))).not.toThrow();
    for (const one of [
      'print',
      'print(',
      'fn main( print(1)',
      '} print(a);',
      'let a = a; { print(a); }',
      '"',
    ])
      expect(() => [withPrints(one), withoutPrints(one)]).not.toThrow();
  });
});

it('records are read invocation by invocation, and what did not fit is counted', () => {
  const words = new Uint32Array(PRINT_WORDS);
  const sites = [
    { line: 3, name: 'a', values: [{ text: 'a', type: 'f32' }] },
    { line: 9, name: undefined, values: [{ text: 'b', type: 'vec2<i32>' }] },
  ];
  words.set([5 + 6 + 5, 7], 0);
  words.set([1, 2, 0, 0], 2);
  new Float32Array(words.buffer)[6] = 1.5;
  words.set([2, 0, 1, 0, -3 >>> 0, 4], 7);
  words.set([1, 1, 0, 0], 13);
  expect(readPrints(words, sites)).toEqual({
    lost: 7,
    prints: [
      { line: 3, name: 'a', invocation: [1, 0, 0], values: [{ text: 'a', numbers: [0] }] },
      { line: 3, name: 'a', invocation: [2, 0, 0], values: [{ text: 'a', numbers: [1.5] }] },
      { line: 9, name: undefined, invocation: [0, 1, 0], values: [{ text: 'b', numbers: [-3, 4] }] },
    ],
  });
});
