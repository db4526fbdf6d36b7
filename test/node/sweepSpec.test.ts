import { describe, expect, it } from 'vitest';
import { configurationsOf } from '../../src/sweep/configurations.ts';
import { draw } from '../../src/sweep/draw.ts';
import { type SweepSpec, specOf } from '../../src/sweep/spec.ts';

const KNOWN = [
  'data',
  'seed',
  'folds',
  'label',
  'split',
  'epochs',
  'steps',
  'learningRate',
  'layers',
  'optimizer',
];
const spec = (fields: object): SweepSpec =>
  specOf({ format: 'katman-sweep/1', data: 'iris', ...fields }, 'sweep.json', KNOWN);

describe('a specification', () => {
  it('has defaults for all that is left out', () => {
    expect(spec({})).toEqual({
      ...{ format: 'katman-sweep/1', data: 'iris', experiment: {}, grid: {}, random: undefined, seeds: [1] },
      ...{ folds: undefined, metric: undefined, stop: undefined, retries: 2 },
      requires: { adapter: 'any', vendor: undefined },
    });
  });

  it.each([
    [{ grids: {} }, /'sweep.json': grids is no field; there are format, data, experiment, grid/],
    [{ format: 'katman-sweep/9' }, /format is to be 'katman-sweep\/1', not "katman-sweep\/9"/],
    [{ data: 3 }, /data is to be the name of/],
    [{ grid: {} }, /grid is empty; name an option/],
    [{ grid: { learningRate: [] } }, /grid.learningRate is empty; give at least one value/],
    [{ grid: { learningRate: 0.1 } }, /grid.learningRate is to be a list of values, as \[0.1\]/],
    [{ grid: { learningRate: [0.1, 0.1] } }, /grid.learningRate has 0.1 twice/],
    [{ grid: { rate: [1] } }, /grid.rate is no option of a training/],
    [{ grid: { seed: [1] } }, /grid.seed belongs to the sweep; see the field 'seeds'/],
    [{ grid: { label: ['a', 'b'] } }, /grid.label decides what is predicted/],
    [{ experiment: { epochs: 3 }, grid: { epochs: [1, 2] } }, /grid.epochs is in experiment, too/],
    [{ experiment: [] }, /experiment is to be an object/],
    [{ random: { learningRate: { log: [0.1, 1] } } }, /random.configurations is missing/],
    [{ random: { configurations: 3 } }, /random names no option/],
    [
      { random: { configurations: 0, layers: { int: [1, 2] } } },
      /random.configurations is to be a whole number of at/,
    ],
    [
      { random: { configurations: 3, layers: { int: [1.5, 2] } } },
      /random.layers .int is to be \[low, high\], two whole/,
    ],
    [{ random: { configurations: 3, layers: { int: [8, 2] } } }, /low below high/],
    [{ random: { configurations: 3, learningRate: { log: [0, 2] } } }, /begin above 0, not at 0/],
    [{ random: { configurations: 3, learningRate: { normal: [0, 2] } } }, /is to be one of \{ "uniform"/],
    [{ random: { configurations: 3, optimizer: { choice: [] } } }, /choice is empty/],
    [
      { grid: { layers: [[4]] }, random: { configurations: 3, layers: { int: [4, 8] } } },
      /random.layers is in grid, too/,
    ],
    [{ seeds: [] }, /seeds is to be a list of whole numbers/],
    [{ seeds: [1, 1] }, /seeds has 1 twice/],
    [{ seeds: [-1] }, /seeds\[0\] is to be a whole number/],
    [{ folds: 1 }, /folds is to be a whole number of at least 2/],
    [
      { folds: 5, experiment: { split: 'rows.json' } },
      /experiment.split and folds both choose the test rows/,
    ],
    [{ metric: 'accuracy' }, /metric is to be PART.MEASURE, as 'validation.accuracy', not 'accuracy'/],
    [{ stop: { after: 0 } }, /stop.after is to be a whole number of at least 1/],
    [{ stop: { after: 2, keep: 1 } }, /stop.keep is to be a share between 0 and 1/],
    [{ stop: { after: 2, share: 0.1 } }, /stop.share is no field; there are after, keep/],
    [
      { stop: { after: 2 }, grid: { epochs: [3, 4] } },
      /stop compares trainings of as many epochs, and epochs varies/,
    ],
    [{ stop: { after: 2 }, experiment: { steps: 9 } }, /experiment.steps cannot go with stop/],
    [{ requires: { adapter: 'gpu' } }, /requires.adapter is to be any, hardware or software/],
    [{ requires: { vendor: 'a b' } }, /requires.vendor is to be one word/],
    [{ retries: -1 }, /retries is to be a whole number of at least 0/],
  ])('%j is refused, naming the field', (fields, message) => {
    expect(() => spec(fields)).toThrow(message);
  });

  it.each([null, 3, [], 'text'])('%j is refused', (value) => {
    expect(() => specOf(value, 'sweep.json', KNOWN)).toThrow(/'sweep.json' is to hold a sweep/);
  });
});

describe('configurations', () => {
  it('are all combinations of the grid, in order', () => {
    const found = configurationsOf(spec({ grid: { learningRate: [0.1, 0.2], layers: [[4], [8, 4]] } }));
    expect(found.map(({ index }) => index)).toEqual([0, 1, 2, 3]);
    expect(found[1].options).toEqual({ learningRate: 0.1, layers: [8, 4] });
    expect(found[2].options).toEqual({ learningRate: 0.2, layers: [4] });
  });

  it('are one, of the experiment alone, where nothing varies', () => {
    expect(configurationsOf(spec({}))).toEqual([{ index: 0, options: {} }]);
  });

  it('are drawn alike from the same seed, each option by itself', () => {
    const random = { configurations: 20, learningRate: { log: [1e-4, 0.1] }, layers: { int: [4, 64] } };
    const first = configurationsOf(spec({ random }));
    expect(first).toEqual(configurationsOf(spec({ random })));
    expect(first).not.toEqual(configurationsOf(spec({ random: { ...random, seed: 2 } })));
    const rates = first.map(({ options }) => options.learningRate as number);
    expect(Math.min(...rates)).toBeGreaterThanOrEqual(1e-4);
    expect(Math.max(...rates)).toBeLessThanOrEqual(0.1);
    expect(rates.filter((rate) => rate < 0.00316).length).toBeGreaterThan(4);
    const { layers: _, ...without } = random;
    const alone = configurationsOf(spec({ random: without }));
    expect(alone.map(({ options }) => options.learningRate)).toEqual(rates);
    expect(first[0].options.layers).toHaveLength(1);
  });

  it('cross grid and draws, and each distinct one comes once', () => {
    const crossed = configurationsOf(
      spec({
        grid: { optimizer: ['sgd', 'adam'] },
        random: { configurations: 3, learningRate: { uniform: [0.1, 1] } },
      }),
    );
    expect(crossed).toHaveLength(6);
    expect(crossed[0].options.learningRate).toBe(crossed[3].options.learningRate);
    const few = configurationsOf(spec({ random: { configurations: 50, layers: { int: [1, 3] } } }));
    expect(few.map(({ options }) => (options.layers as number[])[0]).sort()).toEqual([1, 2, 3]);
  });

  it('are no more than anybody waits for', () => {
    const values = Array.from({ length: 400 }, (_, i) => i + 1);
    expect(() => configurationsOf(spec({ grid: { epochs: values, learningRate: values } }))).toThrow(
      /160000 trials, more than the 100000/,
    );
  });

  it('draws whole numbers to both ends, and choices all', () => {
    const drawn = Array.from({ length: 200 }, (_, i) => draw({ int: [1, 3] }, 1, i, 'layers'));
    expect([...new Set(drawn)].sort()).toEqual([1, 2, 3]);
    const chosen = Array.from({ length: 200 }, (_, i) => draw({ choice: ['a', 'b'] }, 1, i, 'optimizer'));
    expect([...new Set(chosen)].sort()).toEqual(['a', 'b']);
  });
});
