import { describe, expect, it } from 'vitest';
import { datasets } from '../../src/data/generators.ts';
import { UsageError } from '../../src/errors.ts';

const all = Object.entries(datasets);

/** Each row as [x1, x2, y]. */
const rows = ({ x, y, outputs, rows: n }: ReturnType<(typeof datasets)['blobs']>) =>
  Array.from({ length: n }, (_, i) => [x[2 * i], x[2 * i + 1], y[i * outputs]]);

describe.each(all)('%s', (name, draw) => {
  it('draws as many examples as asked, all finite', () => {
    for (const examples of [3, 7, 400]) {
      const data = draw({ examples });
      const features = name === 'houses' ? ['size', 'age'] : ['x1', 'x2'];
      expect(data).toMatchObject({ name, rows: examples, features });
      expect(data.x.every(Number.isFinite) && data.y.every(Number.isFinite)).toBe(true);
    }
    expect(draw().rows).toBe(400);
  });

  it('draws the same from the same seed, other numbers from another', () => {
    expect(draw({ seed: 5 })).toEqual(draw({ seed: 5 }));
    expect(draw()).toEqual(draw({ seed: 1 }));
    const noise = 0.1;
    expect(draw({ seed: 5, noise }).x).not.toEqual(draw({ seed: 6, noise }).x);
  });

  it.each([
    ['examples', 1],
    ['examples', 2.5],
    ['examples', NaN],
    ['examples', -3],
    ['noise', -0.1],
    ['noise', NaN],
    ['noise', Infinity],
    ['seed', 0.5],
    ['seed', NaN],
  ])('refuses %s = %d', (option, value) => {
    expect(() => draw({ [option]: value })).toThrow(UsageError);
    expect(() => draw({ [option]: value })).toThrow(new RegExp(`${option} is a .*${value}`));
  });

  it('shares the rows among the classes', () => {
    const data = draw({ examples: 301 });
    if (!data.classes) return;
    const counts = data.classes.map((_, label) => data.labels().filter((l) => l === label).length);
    const even = 301 / data.classes.length;
    for (const count of counts) expect(Math.abs(count - even)).toBeLessThan(name === 'xor' ? 50 : 1);
  });
});

describe('the formulas', () => {
  it('of the flower put every point on its petals', () => {
    for (const [x1, x2, label] of rows(datasets.flower({ noise: 0 }))) {
      const r = Math.hypot(x1, x2);
      // sin t has the sign of a half turn; r may be negative, which turns the point around.
      const t = [0, 1, 2, 3]
        .map((k) => Math.atan2(x1, x2) + k * Math.PI)
        .filter((a) => a > 3.12 * label - 0.1 && a < 3.12 * (label + 1) + 0.1);
      const distance = t.map((a) => Math.abs(Math.abs(4 * Math.sin(4 * a)) - r));
      expect(Math.min(...distance)).toBeLessThan(1e-4);
    }
  });

  it('of the moons are half circles around (0, 0) and (1, 0.5)', () => {
    for (const [x1, x2, label] of rows(datasets.moons({ noise: 0 }))) {
      expect(Math.hypot(x1 - label, x2 - 0.5 * label)).toBeCloseTo(1, 6);
      expect(label ? x2 <= 0.5 + 1e-6 : x2 >= -1e-6).toBe(true);
    }
  });

  it('of circles and xor give each point its class', () => {
    for (const [x1, x2, label] of rows(datasets.circles()))
      expect(Number(Math.hypot(x1, x2) < 2.5)).toBe(label);
    for (const [x1, x2, label] of rows(datasets.xor())) expect(Number(x1 * x2 >= 0)).toBe(label);
    const noisy = rows(datasets.xor({ noise: 0.5 }));
    const flipped = noisy.filter(([x1, x2, label]) => Number(x1 * x2 >= 0) !== label).length;
    expect(flipped).toBeGreaterThan(20);
    expect(flipped).toBeLessThan(200);
  });

  it('of the spiral turn one arm into the other by half a turn', () => {
    const points = rows(datasets.spiral({ examples: 200 }));
    for (let i = 0; i < 100; i++) {
      expect(points[i + 100][0]).toBeCloseTo(-points[i][0], 5);
      expect(points[i + 100][1]).toBeCloseTo(-points[i][1], 5);
    }
    expect(Math.hypot(points[99][0], points[99][1])).toBeCloseTo(5, 5);
  });

  it('of houses: prices rise with size, and a middle-aged house is the cheapest of its size', () => {
    const houses = rows(datasets.houses({ noise: 0 }));
    const near = (age: number) => houses.filter(([size, a]) => size > 150 && Math.abs(a - age) < 8);
    const mean = (list: number[][]) => list.reduce((sum, [size, , y]) => sum + y / size, 0) / list.length;
    expect(mean(near(40))).toBeLessThan(mean(near(5)));
    expect(mean(near(40))).toBeLessThan(mean(near(58)));
    expect(Math.min(...houses.map(([, , y]) => y))).toBe(120);
  });

  it('of the plane give y back', () => {
    for (const [x1, x2, y] of rows(datasets.plane({ noise: 0, a: 3, b: 0.5 })))
      expect(y).toBeCloseTo(3 * x1 + 0.5 * x2, 5);
    const rest = rows(datasets.plane({ examples: 4000 })).map(([x1, x2, y]) => y - x1 + 2 * x2);
    expect(Math.sqrt(rest.reduce((sum, r) => sum + r * r, 0) / rest.length)).toBeCloseTo(0.1, 2);
    expect(() => datasets.plane({ a: NaN })).toThrow(/a of a plane is a finite number, not NaN/);
  });

  it('of the blobs spread as asked', () => {
    const data = datasets.blobs({ classes: 4, examples: 4000, noise: 0.5 });
    expect(data.classes).toEqual(['0', '1', '2', '3']);
    const first = rows(data).slice(0, 1000);
    const mean = first.reduce((sum, [x1]) => sum + x1, 0) / 1000;
    const variance = first.reduce((sum, [x1]) => sum + (x1 - mean) ** 2, 0) / 1000;
    expect(Math.sqrt(variance)).toBeCloseTo(0.5, 1);
    expect(datasets.blobs({ classes: 2, examples: 2 }).outputs).toBe(1);
    for (const classes of [1, 2.5, NaN])
      expect(() => datasets.blobs({ classes })).toThrow(/classes is a whole number/);
    expect(() => datasets.blobs({ classes: 5, examples: 4 })).toThrow(
      /examples is a whole number of at least 5/,
    );
  });
});
