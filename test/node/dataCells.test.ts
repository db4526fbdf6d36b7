import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasDecimalComma, isMissing, kindOf, toNumber } from '../../src/data/cells.ts';

describe('toNumber', () => {
  it.each([
    ['0', 0],
    ['-0', -0],
    ['+7', 7],
    ['007', 7],
    ['1.5', 1.5],
    ['.5', 0.5],
    ['-.5', -0.5],
    ['5.', 5],
    ['1e3', 1000],
    ['1E+3', 1000],
    ['1.5e-3', 0.0015],
    ['.5e1', 5],
    ['1e39', 1e39],
    ['1e999', Infinity],
    ['1e-999', 0],
    ['16777217', 16777217],
    ['9007199254740993', 9007199254740992],
  ])("takes '%s' as %d", (cell, value) => expect(toNumber(cell)).toBe(value));

  it.each(
    `|.|-|+|e5|1e|1e+|.e1|0x10|0b1|0o7|1_000|1,5|1,000|1.234,5|1 000|--1|+-1|1-|1.2.3|1e1.5|Infinity|-Infinity|inf|NaN|nan|NA|null|true|１２|١|½|1%|$1|1f|1n|12px|#1| 1`.split(
      '|',
    ),
  )("takes '%s' for no number", (cell) => expect(toNumber(cell)).toBeNaN());

  it('reads back every finite number as it is written', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(toNumber(String(value))).toBe(value === 0 ? 0 : value);
      }),
    );
  });

  it('costs linear time for a long cell', () => {
    expect(toNumber(`${'1'.repeat(2_000_000)}x`)).toBeNaN();
  });
});

describe('kinds of cells', () => {
  it('are missing in any case', () => {
    for (const cell of ['', 'NA', 'na', 'N/A', 'n/a', 'null', 'NULL', '?', 'nan', 'NaN'])
      expect(isMissing(cell)).toBe(true);
    for (const cell of ['0', 'none', 'nano', '-', ' ']) expect(isMissing(cell)).toBe(false);
  });

  it('of a column are what most of its cells hold', () => {
    expect(kindOf(['1', '2', 'x', ''])).toBe('number');
    expect(kindOf(['1', 'x'])).toBe('number');
    expect(kindOf(['1', 'x', 'y'])).toBe('text');
    expect(kindOf(['', 'NA'])).toBe('missing');
    expect(kindOf([])).toBe('missing');
  });

  it('tell a decimal comma', () => {
    for (const cell of ['1,5', '-0,25', ',5']) expect(hasDecimalComma(cell)).toBe(true);
    for (const cell of ['1.5', '1,', 'a,b', '1,2,3']) expect(hasDecimalComma(cell)).toBe(false);
  });
});
