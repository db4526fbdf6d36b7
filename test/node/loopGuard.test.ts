import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kernelText } from '../../src/gpu/pipelines.ts';
import { kernels } from '../../src/kernels/index.ts';
import { library } from '../../src/kernels/library.ts';
import { MOST_TOKENS, MOST_WRITTEN_OUT, guardLoops, tokenCount } from '../../src/wgsl/loopGuard.ts';
import { tokensOf } from '../../src/wgsl/tokens.ts';

const main = (body: string) => `@compute @workgroup_size(1)\nfn main() {\n${body}\n}\n`;
const guards = (text: string) => text.match(/== 0u/g)?.length ?? 0;

describe('tokens', () => {
  it('leave comments out, which nest', () => {
    const text = 'a // for {\n/* while /* loop */ { */ b += 1.5e-3f; c>>=0x1Fu;';
    expect(tokensOf(text).map((token) => token.text)).toEqual([
      'a',
      'b',
      '+=',
      '1.5e-3f',
      ';',
      'c',
      '>>=',
      '0x1Fu',
      ';',
    ]);
    for (const token of tokensOf(text)) expect(text.startsWith(token.text, token.at)).toBe(true);
  });

  it('are found in any text whatever', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (text) => {
        guardLoops(text);
        return tokensOf(text).every((token) => text.startsWith(token.text, token.at));
      }),
    );
  }, 60_000);
});

describe('a loop that ends for certain', () => {
  it.each([
    'for (var i = 0u; i < params.k; i++) { f(i); }',
    'for (var i = 0; i < 10; i++) { for (var j = 0; j < 10; j++) { f(j); } }',
    'for (var i = local; i < params.count; i += 64u) { f(i); }',
    'for (var i = local; i < N; i += DEPTH) { f(i); }',
    'for (var half = 32u; half > 0u; half >>= 1u) { workgroupBarrier(); }',
    'for (var half = WORKGROUP / 2u; half > 0; half /= 2) { workgroupBarrier(); }',
    'let n = params.n * 4u; for (var i = 0u; i < n / 4u; i++) { f(i); }',
  ])('is left as it is: %s', (body) => {
    const text = `const N = 4u; const DEPTH = 16u; override WORKGROUP = 64u;
      @group(0) @binding(0) var<uniform> params: Params; ${main(body)}`;
    expect(guardLoops(text)).toBe(text);
  });

  it.each([
    ['no step', 'for (var i = 0u; i < params.k; ) { f(i); }'],
    ['no end', 'for (var i = 0u; ; i++) { break; }'],
    ['an index that is changed', 'for (var i = 0u; i < 8u; i++) { i = 0u; }'],
    ['an index that is counted back', 'for (var i = 0u; i < 8u; i++) { i--; }'],
    ['an index whose address is given away', 'for (var i = 0u; i < 8u; i++) { f(&i); }'],
    ['a bound out of a buffer', 'for (var i = 0u; i < data[0]; i++) { f(i); }'],
    ['a bound that may fall below 0', 'for (var i = 0u; i < params.k - 1u; i++) { f(i); }'],
    ['a bound that changes', 'var n = params.k; for (var i = 0u; i < n; i++) { n++; }'],
    ['a bound that is huge', 'for (var i = 0u; i < 4000000000u; i++) { f(i); }'],
    ['a step without a type, which may be a float', 'for (var x = 0.0; x < 1e9; x += 1.0) { f(x); }'],
    ['a step of 0', 'for (var i = 0u; i < 9u; i += 0u) { f(i); }'],
    ['a shift by 0', 'for (var i = 9u; i > 0u; i >>= 0u) { f(i); }'],
    ['another index', 'for (var i = 0u; i < 9u; j++) { f(i); }'],
    ['a constant bound that is huge', 'for (var i = 0u; i < HUGE; i++) { f(i); }'],
    [
      'a bound that is a size times something huge',
      'for (var i = 0u; i < params.k * 4000000u; i++) { f(i); }',
    ],
    ['a bound that is computed of constants that are huge', 'for (var i = 0u; i < FAR; i++) { f(i); }'],
    ['while', 'while (x < 3) { x++; }'],
    ['loop', 'loop { if x > 3 { break; } continuing { x++; } }'],
  ])('is another than one with %s', (_what, body) => {
    const text = `const HUGE = 4000000000u; const FAR = 5000u * 5000u; @group(0) @binding(0) var<uniform> params: Params; ${main(body)}`;
    expect(guards(guardLoops(text))).toBe(1);
  });

  it.each([
    [
      'in one another',
      'for (var i = 0u; i < 16000000u; i++) { for (var j = 0u; j < 16000000u; j++) { f(); } }',
    ],
    ['in a loop that may not end', 'while (true) { for (var i = 0u; i < 16000000u; i++) { f(); } }'],
    ['in a function that is called in a loop', 'for (var i = 0u; i < 16000000u; i++) { g(); }'],
    ['in a function that is called a million times', `${'h();'.repeat(2000)}`],
  ])('is guarded where it is run too often all the same: %s', (_what, body) => {
    const functions = `fn g() { for (var j = 0u; j < 16000000u; j++) { f(); } } fn h() { ${'g();'.repeat(500)} }`;
    const needed = body.includes('for') ? guards(guardLoops(main(body))) : 1;
    expect(guards(guardLoops(`${functions} ${main(body)}`))).toBeGreaterThanOrEqual(Math.max(1, needed));
  });
});

describe('a guard', () => {
  it('stands first in the body, with one variable for all loops of the text', () => {
    const guard = 'if katman_rounds_0 == 0u { break; } katman_rounds_0 -= 1u;';
    expect(guardLoops(main('while (true) { while (true) { f(); } } while (true) { f(); }'), 7)).toBe(
      main(`while (true) { ${guard} while (true) { ${guard} f(); } } while (true) { ${guard} f(); }`).replace(
        'main() {',
        'main() { var katman_rounds_0 = 7u;',
      ),
    );
  });

  it('of loops with a barrier has a variable of their own, before the outermost loop, and fewer rounds', () => {
    const guard = 'if katman_rounds_0 == 0u { break; } katman_rounds_0 -= 1u;';
    expect(guardLoops(main('while (true) { while (true) { workgroupBarrier(); } }'), 7 * 32)).toBe(
      main(
        `var katman_rounds_0 = 7u; while (true) { ${guard} while (true) { ${guard} workgroupBarrier(); } }`,
      ),
    );
  });

  it('of a loop with a barrier in a function goes on counting where it is called again', () => {
    const text = `fn f() { loop { workgroupBarrier(); if g() { break; } } }\n${main('loop { f(); }')}`;
    const guarded = guardLoops(text, 9 * 32);
    expect(guarded).toContain(
      'var katman_rounds_0 = 9u - workgroupUniformLoad(&katman_used); loop { if katman_rounds_0 == 0u { break; } katman_rounds_0 -= 1u; katman_used = 9u - katman_rounds_0; workgroupBarrier();',
    );
    expect(guarded).toContain('var<workgroup> katman_used: u32;');
  });

  it('of functions without barriers counts over all calls', () => {
    const text = `fn f() -> u32 { loop { if g() { break; } } return 1u; }\n${main('f();')}`;
    expect(guardLoops(text, 9)).toBe(
      `fn f() -> u32 { loop { if katman_rounds == 0u { break; } katman_rounds -= 1u; if g() { break; } } return 1u; }\n${main('f();').trimEnd()} var<private> katman_rounds: u32 = 9u;\n`,
    );
  });

  it('returns where nothing follows a loop', () => {
    expect(
      guardLoops('fn f() -> vec4<f32> { loop { switch x { default: { break; } } return y; } }'),
    ).toContain('{ return vec4<f32>(); }');
  });

  it('is not misled by words in comments, nor by members of their names', () => {
    const text = '/* while { */ // loop {\nfn f(a: A) { a.loop(); }\n';
    expect(guardLoops(text)).toBe(text);
  });

  it('is written once where a text is guarded, whatever it has', () => {
    for (const { source } of Object.values(kernels)) expect(guards(guardLoops(source))).toBeLessThan(40);
  });
});

describe('every text with its guards', () => {
  const { statement } = fc.letrec((tie) => ({
    statement: fc.oneof(
      { maxDepth: 5 },
      fc.constantFrom('x += 1u;', 'f();', '/* { while /* for */ */', '// loop {\n', 'let y = a[x];'),
      tie('block').map((body) => `while (x < y) ${body as string}`),
      tie('block').map((body) => `for (var i = 0u; i < 1u; i++) ${body as string}`),
      tie('block').map((body) => `@diagnostic(off, derivative_uniformity) for (;;) ${body as string}`),
      tie('block').map((body) => `loop ${(body as string).slice(0, -1)} continuing { break if x > 3u; } }`),
      tie('block').map((body) => `if x > 2u ${body as string} else ${body as string}`),
      tie('block').map((body) => `switch x { case 1u: ${body as string} default: {} }`),
    ),
    block: fc.array(tie('statement'), { maxLength: 3 }).map((all) => `{\n${all.join(' ')}\n}`),
  }));
  const program = fc
    .array(statement as fc.Arbitrary<string>, { maxLength: 4 })
    .map((all) => main(all.join('\n')))
    .map((text) => {
      let count = 0;
      // An index of the same name further in would count as one that is changed.
      return text.replace(/var i = 0u; i < 1u; i\+\+/g, () =>
        `var i = 0u; i < 1u; i++`.replaceAll('i', `i${count++}`),
      );
    });
  const loops = (text: string) =>
    tokensOf(text).filter((token) => /^(for|while|loop)$/.test(token.text)).length;

  it('has the same lines and loops, whole brackets, and a guard in each loop that needs one', () => {
    fc.assert(
      fc.property(program, (text) => {
        const guarded = guardLoops(text);
        expect(guarded.split('\n')).toHaveLength(text.split('\n').length);
        expect(loops(guarded)).toBe(loops(text));
        const count = (sign: string, of: string) =>
          tokensOf(of).filter((token) => token.text === sign).length;
        for (const [open, close] of ['()', '{}', '[]'])
          expect(count(open, guarded) - count(open, text)).toBe(count(close, guarded) - count(close, text));
        const finite = text.match(/for \(var i/g)?.length ?? 0;
        expect(guards(guarded)).toBe(loops(text) - finite);
      }),
    );
  }, 60_000);
});

it('a text that is shipped has far fewer tokens than a compiler is given', () => {
  for (const kernel of Object.values(kernels)) {
    const most = Math.max(...kernel.variants.map((flags) => flags.length));
    const flags = kernel.variants.find((one) => one.length === most)!;
    const text = kernelText(kernel, flags, library);
    expect(2 * tokenCount(text), kernel.name).toBeLessThan(MOST_TOKENS);
    expect(2 * tokenCount(text, { calls: true }), kernel.name).toBeLessThan(MOST_WRITTEN_OUT);
  }
});
