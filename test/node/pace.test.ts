import { describe, expect, it } from 'vitest';
import { Random } from '../../src/random.ts';
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

/** As `settled`, with times that vary by a third, as on a busy machine. */
const noisy = (took: (steps: number) => number) => {
  const random = new Random(1);
  return settled((steps) => took(steps) * random.uniform(2 / 3, 4 / 3), 200);
};

describe('how many steps are sent at once', () => {
  it('as many as work for about 60 ms', () => {
    expect(settled((steps) => 4 * steps)).toBeGreaterThanOrEqual(15);
    expect(settled((steps) => 4 * steps)).toBeLessThan(20);
    expect(noisy((steps) => 4 * steps)).toBeLessThan(30);
    expect(settled((steps) => 1 + 0.5 * steps)).toBeGreaterThan(100);
  });

  it('one or two, where a step takes longer than that', () => {
    expect(settled((steps) => 400 * steps)).toBe(1);
    expect(settled((steps) => 90 * steps)).toBeLessThanOrEqual(2);
  });

  it('many, where a submit waits for a timer however few its steps: Firefox looks every 100 ms', () => {
    expect(settled((steps) => 100 + steps)).toBeGreaterThan(80);
    expect(settled((steps) => Math.ceil((20 + 2 * steps) / 100) * 100)).toBeGreaterThan(30);
    expect(noisy((steps) => 140 + steps)).toBeGreaterThan(50);
    // Two of three arrive together.
    expect(settled((steps, i) => (i % 3 === 1 ? 0 : 120 + steps))).toBeGreaterThan(50);
  });

  it('is not misled for long by a slow start', () => {
    expect(settled((steps, i) => (i < 2 ? 500 : 4 * steps))).toBeLessThan(60);
  });
});
