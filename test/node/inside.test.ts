import { describe, expect, it } from 'vitest';
import { ledTo } from '../../src/page/inside/keys.ts';
import { VIEWS, countOf, firstOff, hasView, isOff, valueOf } from '../../src/page/inside/seen.ts';

describe('the key that leads from a number to another', () => {
  // 3 rows of 4, the last with 2 numbers.
  const to = (key: string, cell: number) => ledTo(key, cell, 4, 10);

  it('goes along rows and columns, and no further than there are numbers', () => {
    expect([to('ArrowRight', 3), to('ArrowLeft', 4), to('ArrowDown', 2), to('ArrowUp', 6)]).toEqual([
      4, 3, 6, 2,
    ]);
    expect([to('ArrowRight', 9), to('ArrowLeft', 0), to('ArrowUp', 3), to('ArrowDown', 9)]).toEqual([
      9, 0, 3, 9,
    ]);
    // There is no number below these two.
    expect([to('ArrowDown', 6), to('ArrowDown', 7)]).toEqual([6, 7]);
    expect([to('Home', 6), to('End', 5), to('End', 8)]).toEqual([4, 7, 9]);
    expect([to('PageDown', 1), to('PageDown', 3), to('PageUp', 9)]).toEqual([9, 7, 1]);
    expect(to('Enter', 1)).toBeUndefined();
  });

  it('stays among the numbers, whatever the shape', () => {
    const keys = ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'PageUp', 'PageDown', 'Home', 'End'];
    for (const columns of [1, 2, 7, 64])
      for (const count of [1, 2, 63, 64, 65])
        for (let cell = 0; cell < count; cell++)
          for (const key of keys) {
            const next = ledTo(key, cell, columns, count)!;
            expect(next >= 0 && next < count, `${key} from ${cell} of ${count} by ${columns}`).toBe(true);
          }
  });
});

describe('numbers that are looked at', () => {
  const got = Float32Array.of(1, 2, NaN, Infinity, -0);
  const want = Float64Array.of(1.5, 2.25, NaN, Infinity, 0);
  const bound = Float64Array.of(0.5, 0.125, 0, 0, 0);

  it('are off where they are further from what was wanted than allowed; NaN where NaN was wanted is not', () => {
    const seen = { got, want, bound, columns: 5 };
    expect([0, 1, 2, 3, 4].map((i) => isOff(seen, i))).toEqual([false, true, false, false, false]);
    expect(firstOff(seen)).toBe(1);
    expect([0, 1, 2, 3, 4].map((i) => valueOf(seen, 'difference', i))).toEqual([-0.5, -0.25, 0, 0, 0]);
    expect(isOff({ ...seen, got: Float32Array.of(NaN) }, 0)).toBe(true);
  });

  it('have the views that there are numbers for', () => {
    const views = (seen: object) => VIEWS.filter((view) => hasView({ columns: 5, ...seen }, view));
    expect(views({ got, want, bound })).toEqual(['got', 'want', 'difference']);
    expect(views({ got })).toEqual(['got']);
    expect(views({ want, bound })).toEqual(['want']);
    expect(countOf({ want, columns: 5 })).toBe(5);
    expect(firstOff({ got, columns: 5 })).toBe(-1);
  });
});
