import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitStandardization, standardize, unstandardize } from '../../src/data/standardize.ts';
import { ShapeError } from '../../src/errors.ts';

describe('standardize', () => {
  it('subtracts the mean and divides by the population deviation', () => {
    const x = Float32Array.of(1, 10, 3, 10, 5, 40);
    const standardization = fitStandardization(x, 2);
    expect([...standardization.mean]).toEqual([3, 20]);
    expect(standardization.std[0]).toBeCloseTo(Math.sqrt(8 / 3), 14);
    expect(standardization.std[1]).toBeCloseTo(Math.sqrt(200), 12);
    expect(standardize(x, standardization)[5]).toBe(Math.fround(20 / Math.sqrt(200)));
    expect([...standardize(Float32Array.of(3, 20), standardization)]).toEqual([0, 0]);
    expect([...x]).toEqual([1, 10, 3, 10, 5, 40]);
  });

  it('is undone in double, or leaves alone what nothing was done to', () => {
    const x = Float32Array.of(1, 1e6, 3, 1e6 + 2, 5, 1e6 + 7);
    const standardization = fitStandardization(x, 2);
    unstandardize(standardize(x, standardization), standardization).forEach((value, i) =>
      expect(Math.abs(value - x[i])).toBeLessThan(1e-6),
    );
    expect(unstandardize(x, undefined)).toBe(x);
  });

  it('makes a constant column exactly 0', () => {
    for (const value of [0, 0.1, -1e-30, 16777217, 3e38]) {
      const x = new Float32Array(1000).fill(value);
      const standardization = fitStandardization(x, 1);
      expect([...standardization.mean]).toEqual([Math.fround(value)]);
      expect([...standardization.std]).toEqual([1]);
      expect(standardize(x, standardization).every((z) => z === 0)).toBe(true);
    }
    expect([...fitStandardization(Float32Array.of(7, 8), 2).std]).toEqual([1, 1]);
  });

  it('gives any training rows mean 0 and deviation 1', () => {
    const value = fc.integer({ min: -1000, max: 1000 });
    const rows = fc.array(fc.tuple(value, value, value), { minLength: 2, maxLength: 50 });
    fc.assert(
      fc.property(rows, fc.double({ min: 1e-10, max: 1e10, noNaN: true }), (values, scale) => {
        const x = Float32Array.from(values.flat(), (v) => v * scale);
        const { mean, std } = fitStandardization(standardize(x, fitStandardization(x, 3)), 3);
        for (let c = 0; c < 3; c++) {
          expect(Math.abs(mean[c])).toBeLessThan(1e-5);
          expect(Math.abs(std[c] - 1)).toBeLessThan(1e-5);
        }
      }),
    );
  });

  it('keeps a small spread around a large mean, which one pass would lose', () => {
    const x = Float32Array.from({ length: 1000 }, (_, i) => 1e7 + (i % 2));
    expect(fitStandardization(x, 1).std[0]).toBe(0.5);
  });

  it('refuses what is not whole rows', () => {
    expect(() => fitStandardization(new Float32Array(5), 2)).toThrow(ShapeError);
    expect(() => fitStandardization(new Float32Array(5), 2)).toThrow(/5 numbers, .* rows of 2 features; /);
    expect(() => fitStandardization(new Float32Array(0), 2)).toThrow(ShapeError);
    const standardization = fitStandardization(new Float32Array(4), 2);
    expect(() => standardize(new Float32Array(5), standardization)).toThrow(ShapeError);
    expect(standardize(new Float32Array(0), standardization)).toEqual(new Float32Array(0));
  });
});
