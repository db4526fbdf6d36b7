import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pack, unpack } from '../../src/cli/wire.ts';
import { runs } from './fuzzing.ts';

const there = <T>(value: T): T => unpack(pack(value)) as T;

describe('what crosses between the command line and its page', () => {
  it('keeps every bit of numbers in arrays: NaN with what it carries, -0, infinity and the smallest', () => {
    const property = fc.property(fc.uint32Array({ maxLength: 50 }), (bits) => {
      const sent = new Float32Array(bits.buffer, bits.byteOffset, bits.length);
      const got = there({ sent }).sent;
      expect(got).toBeInstanceOf(Float32Array);
      expect(new Uint32Array(got.buffer, got.byteOffset, got.length)).toEqual(new Uint32Array(bits));
    });
    fc.assert(property, runs(200));
  });

  it('keeps any number by itself', () => {
    const numbers = fc.oneof(fc.double(), fc.constantFrom(NaN, -0, Infinity, -Infinity, 5e-324));
    fc.assert(
      fc.property(numbers, (number) => {
        expect(Object.is(there({ number }).number, number)).toBe(true);
      }),
      runs(500),
    );
  });

  it('keeps texts and names as they are, those of JavaScript too', () => {
    const property = fc.property(
      fc.jsonValue({ maxDepth: 3 }),
      fc.string({ unit: 'binary' }),
      (value, text) => {
        fc.pre(!/"\$/.test(JSON.stringify(value)));
        expect(there({ value, text })).toEqual({ value, text });
      },
    );
    fc.assert(property, runs(100));
    const got = there(JSON.parse('{"__proto__":{"polluted":1},"constructor":2}'));
    expect(Object.hasOwn(got, '__proto__') && got.constructor).toBe(2);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});
