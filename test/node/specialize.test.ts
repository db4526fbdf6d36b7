import { describe, expect, it } from 'vitest';
import { specialize } from '../../src/wgsl/specialize.ts';

const lines = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => line.trim());

describe('specialize', () => {
  const source = ['a', '//#if ONE', 'one', '//#elif TWO', 'two', '//#else', 'none', '//#endif', 'z'].join(
    '\n',
  );

  it.each([
    [{ ONE: true, TWO: true }, 'one'],
    [{ ONE: false, TWO: true }, 'two'],
    [{ ONE: false, TWO: false }, 'none'],
  ])('%j keeps its branch only', (flags, kept) => {
    expect(lines(specialize(source, { flags }))).toEqual(['a', kept, 'z']);
  });

  it('nests', () => {
    const nested = ['//#if A', '//#if B', 'ab', '//#else', 'a', '//#endif', '//#endif'].join('\n');
    expect(lines(specialize(nested, { flags: { A: true, B: false } }))).toEqual(['a']);
    expect(lines(specialize(nested, { flags: { A: false, B: true } }))).toEqual(['']);
  });

  it('pastes an include once, with what it includes itself', () => {
    const library = { inner: 'inner', outer: '//#include inner\nouter' };
    expect(lines(specialize('//#include outer\n//#include inner\nmain', { library }))).toEqual([
      'inner',
      'outer',
      '',
      'main',
    ]);
  });

  it('repeats lines with suffix and bare index replaced, nested', () => {
    const tile = [
      'const ROWS = 1u;',
      'const I = 0u;',
      'const J = 0u;',
      '//#repeat I ROWS',
      '//#repeat J COLUMNS',
      'acc_I_J = x[I] * y[J];',
      '//#end',
      '//#end',
    ];
    expect(lines(specialize(tile.join('\n'), { counts: { ROWS: 2, COLUMNS: 1 } }))).toEqual([
      'const ROWS = 2u;',
      'acc_0_0 = x[0u] * y[0u];',
      'acc_1_0 = x[1u] * y[0u];',
    ]);
  });

  it('leaves prose and names that only look like directives alone', () => {
    expect(lines(specialize('// if this # else\nlet repeat_I = 1;'))).toEqual([
      '// if this # else',
      'let repeat_I = 1;',
    ]);
  });

  it.each([
    ['an unknown directive', '//#ifdef A', {}, /line 1: unknown directive '\/\/#ifdef'/],
    ['a flag not given', '//#if A\n//#endif', {}, /line 1: flag 'A'/],
    ['a flag not used', 'x', { flags: { A: true } }, /flag 'A' is given/],
    ['no endif', '//#if A\nx', { flags: { A: true } }, /unbalanced/],
    ['no if', 'x\n//#endif', {}, /unbalanced/],
    ['text after else', '//#if A\n//#else B\n//#endif', { flags: { A: true } }, /takes nothing after it/],
    ['a missing include', '//#include nothing', {}, /no shaders\/lib\/nothing.wgsl/],
    ['a count not given', '//#repeat I N\n//#end', {}, /count 'N' is not given/],
    ['a count not used', 'x', { counts: { N: 2 } }, /count 'N' is given/],
    ['repeat without end', '//#repeat I N\nx', { counts: { N: 2 } }, /'\/\/#repeat' without/],
    ['end without repeat', 'x\n//#end', {}, /'\/\/#end' without/],
  ] as const)('refuses %s', (_what, text, options, message) => {
    expect(() => specialize(text, options)).toThrow(message);
  });
});
