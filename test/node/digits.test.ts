import { describe, expect, it } from 'vitest';
import { loadBuiltin } from '../../src/data/builtin.ts';
import { confusion, judge, recallOf, wrongFirst } from '../../src/page/digits/classify.ts';
import { MNIST } from '../../src/page/digits/frame.ts';
import { toImage } from '../../src/page/digits/place.ts';
import { pathOf } from '../../src/page/digits/strokes.ts';
import { Random } from '../../src/random.ts';

const SIZE = 256;
const { data } = await loadBuiltin('digits');
const labels = data.labels();
const digit = (row: number) => data.x.subarray(64 * row, 64 * row + 64);
const rows = Array.from({ length: data.rows }, (_, row) => row);

/** A digit of the set as somebody would see it: `width` of the pad, its upper left corner at left, top. */
function enlarged(pixels: Float32Array, width = 1, left = 0, top = 0) {
  const ink = new Float32Array(SIZE * SIZE);
  const at = (i: number, start: number) => Math.floor(((i / SIZE - start) / width) * 8);
  for (let y = 0; y < SIZE; y++) {
    for (let x = 0; x < SIZE; x++) {
      const [column, row] = [at(x, left), at(y, top)];
      if (column >= 0 && column < 8 && row >= 0 && row < 8) ink[y * SIZE + x] = pixels[8 * row + column] / 16;
    }
  }
  return { ink, size: SIZE };
}

const distance = (a: Float32Array, b: Float32Array) =>
  Math.sqrt(a.reduce((sum, value, i) => sum + (value - b[i]) ** 2, 0) / a.length);

/** A rectangle of ink, its corners as shares. */
function rectangle(left: number, top: number, right: number, bottom: number) {
  const ink = Float32Array.from({ length: SIZE * SIZE }, (_, i) => {
    const [x, y] = [(i % SIZE) / SIZE, Math.floor(i / SIZE) / SIZE];
    return Number(x >= left && x < right && y >= top && y < bottom);
  });
  return { ink, size: SIZE };
}

describe('a drawing as an image', () => {
  it('gives every digit of the set back, where it is drawn as the set has it', () => {
    const errors = rows.map((row) =>
      distance(toImage(enlarged(digit(row)), { side: 8, top: 16 }), digit(row)),
    );
    expect(Math.max(...errors)).toBe(0);
  });

  it('gives digits back nearly, wherever and however small they are drawn, and loses none of what they are', () => {
    const random = new Random(3);
    const tried = rows.filter((row) => row % 5 === 0);
    const known = rows.filter((row) => row % 5 !== 0);
    const nearest = (pixels: Float32Array) => {
      let best = { distance: Infinity, row: 0 };
      for (const row of known) {
        const d = distance(pixels, digit(row));
        if (d < best.distance) best = { distance: d, row };
      }
      return labels[best.row];
    };
    let squares = 0;
    const right = { own: 0, drawn: 0 };
    for (const row of tried) {
      const width = 0.5 + 0.4 * random.uniform(0, 1);
      const place = () => (1 - width) * random.uniform(0, 1);
      const image = toImage(enlarged(digit(row), width, place(), place()), { side: 8, top: 16 });
      squares += distance(image, digit(row)) ** 2;
      right.own += Number(nearest(digit(row)) === labels[row]);
      right.drawn += Number(nearest(image) === labels[row]);
    }
    // Of 16: the set's own digits stray around the middle, and so cannot be put back to where they were.
    expect(Math.sqrt(squares / tried.length)).toBeLessThan(1.55);
    expect(right.drawn).toBeGreaterThanOrEqual(right.own - 2);
  }, 60_000);

  it('makes every drawing as high as the image, and puts it into its middle', () => {
    const image = toImage(rectangle(0.6, 0.1, 0.7, 0.4), { side: 8, top: 16 });
    const sums = (of: (i: number) => number) =>
      Array.from({ length: 8 }, (_, i) => image.reduce((sum, p, j) => sum + (of(j) === i ? p : 0), 0));
    expect(sums((j) => j % 8)).toEqual([0, 0, 48, 128, 128, 48, 0, 0]);
    expect(sums((j) => Math.floor(j / 8)).every((sum) => sum > 30)).toBe(true);
    // A dash stays one.
    const dash = toImage(rectangle(0.2, 0.45, 0.8, 0.55), { side: 8, top: 16 });
    expect(dash.slice(0, 16)).toEqual(new Float32Array(16));
  });

  it('keeps the proportions in a frame that squeezes nothing', () => {
    const image = toImage(rectangle(0, 0, 0.2, 0.4), { side: 28, top: 255, frame: MNIST });
    const inked = (of: (i: number) => number) =>
      new Set([...image.keys()].filter((i) => image[i] > 127).map(of)).size;
    expect([inked((i) => i % 28), inked((i) => Math.floor(i / 28))]).toEqual([10, 20]);
  });

  it('is empty without ink', () => {
    expect(toImage(rectangle(0, 0, 0, 0), { side: 8, top: 16 })).toEqual(new Float32Array(64));
  });

  it('has smooth strokes', () => {
    expect(pathOf([[1, 2]])).toBe('M1,2 l0 0');
    expect(
      pathOf([
        [0, 0],
        [2, 0],
        [4, 2],
      ]),
    ).toBe('M0,0 l0 0 Q2,0 3,1 L4,2');
  });
});

describe('what was said', () => {
  const outputs = [0.9, 0.1, 0.4, 0.6, 0.3, 0.7, 0.45, 0.55];
  const truth = [1, 1, 0, 0];

  it('stands in the order of what one wants to see', () => {
    expect(wrongFirst(judge([...outputs, 0.99, 0.01], [...truth, 0])).map(({ row }) => row)).toEqual([
      0, 2, 3, 1, 4,
    ]);
  });

  it('is counted by truth and prediction', () => {
    const counts = confusion(judge(outputs, truth), 2);
    expect([...counts]).toEqual([0, 2, 1, 1]);
    expect([recallOf(counts, 2, 0), recallOf(counts, 2, 1)]).toEqual([0, 0.5]);
    expect(recallOf([0, 0, 1, 1], 2, 0)).toBeUndefined();
  });

  it('takes a single output for the second of two classes', () => {
    expect(judge([0.2, 0.7], [0, 0]).map(({ said, confidence }) => [said, confidence])).toEqual([
      [0, 0.8],
      [1, 0.7],
    ]);
  });
});
