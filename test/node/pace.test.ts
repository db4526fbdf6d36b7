import { describe, expect, it } from 'vitest';
import { Pace } from '../../src/session/pace.ts';

/** How many steps a submit has in the end, where `took` says how long one of some steps takes. */
function settled(took: (steps: number, submit: number) => number, submits = 40): number {
  const pace = new Pace();
  let now = 0;
  for (let submit = 0; submit < submits; submit++) {
    const { steps } = pace;
    now += took(steps, submit);
    pace.arrived(steps, now);
  }
  return pace.steps;
}

describe('how many steps are sent at once', () => {
  it('as many as work for 60 ms', () => {
    expect(settled((steps) => 4 * steps)).toBe(15);
    expect(settled((steps) => 1 + 0.5 * steps)).toBe(120);
  });

  it('one, where a step takes longer than that', () => {
    expect(settled((steps) => 300 * steps)).toBe(1);
    expect(settled((steps) => 90 * steps)).toBeLessThanOrEqual(2);
  });

  it('many, where a submit waits for a timer however few its steps: Firefox looks every 100 ms', () => {
    expect(settled((steps) => 100 + steps)).toBe(100);
    expect(settled((steps) => Math.ceil((20 + 2 * steps) / 100) * 100)).toBeGreaterThan(30);
    // Two of three arrive together.
    expect(settled((steps, i) => (i % 3 === 1 ? 0 : 120 + steps))).toBeGreaterThan(30);
  });

  it('is not misled by a slow start', () => {
    expect(settled((steps, i) => (i < 2 ? 500 : 4 * steps))).toBe(15);
  });
});
