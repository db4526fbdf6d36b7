import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dense, parameterCount } from '../../src/network/layers.ts';
import {
  type Experiment,
  type Hidden,
  type Setting,
  difference,
  goesOn,
  now,
} from '../../src/page/state/experiment.ts';
import { fromLink, toLink } from '../../src/page/state/link.ts';
import { SETS, presetOf } from '../../src/page/state/presets.ts';
import { FIELDS, HIDDEN_ACTIVATIONS, read, write } from '../../src/page/state/settings.ts';
import { appended } from '../../src/page/state/thinned.ts';
import { fitting, graft } from '../../src/page/worker/nets.ts';
import { fitOptions } from '../../src/page/worker/options.ts';
import { gridOf } from '../../src/page/worker/plane.ts';

const names = Object.keys(FIELDS) as Setting[];

/** Any value that a setting may have. */
function valueOf(name: Setting): fc.Arbitrary<Experiment[Setting]> {
  const field = FIELDS[name];
  switch (field.kind) {
    case 'flag':
      return fc.boolean();
    case 'choice':
      return fc.constantFrom(...field.of) as fc.Arbitrary<never>;
    case 'layers':
      return fc.array(
        fc.record({
          units: fc.integer({ min: 1, max: 8192 }),
          activation: fc.constantFrom(...HIDDEN_ACTIVATIONS),
        }),
        { maxLength: 8 },
      );
    case 'number':
      return field.whole
        ? fc.integer({ min: field.least, max: field.most })
        : fc.double({ min: field.above ? Number.EPSILON : field.least, max: field.most, noNaN: true });
  }
}

const experiments = fc
  .constantFrom(...(Object.keys(SETS) as (keyof typeof SETS)[]))
  .chain((data) =>
    fc
      .record(
        Object.fromEntries(names.filter((name) => name !== 'data').map((name) => [name, valueOf(name)])),
        { requiredKeys: [] },
      )
      .map((change): Experiment => ({ ...presetOf(data), ...change, data })),
  );

describe('settings', () => {
  it.each(names)('%s is read as it was written', (name) => {
    fc.assert(
      fc.property(valueOf(name), (value) => {
        expect(read(name, write(value))).toEqual({ value: Object.is(value, -0) ? 0 : value });
      }),
      { numRuns: 50 },
    );
  });

  it.each(names)('%s refuses nonsense', (name) => {
    for (const text of ['', 'NaN', 'Infinity', '<b>', '1e999', '-1e9', 'null', '__proto__'])
      expect(read(name, text), `${name}=${text}`).toHaveProperty('wrong');
  });

  it.each(Object.keys(SETS) as (keyof typeof SETS)[])(
    'the preset of %s is one that could be typed',
    (data) => {
      const preset = presetOf(data);
      expect(Object.keys(preset).sort()).toEqual([...names].sort());
      for (const name of names) expect(read(name, write(preset[name]))).toEqual({ value: preset[name] });
      expect(() => fitOptions(preset, 100, 0)).not.toThrow();
    },
  );
});

describe('links', () => {
  it('tell the run that they were made of', () => {
    fc.assert(
      fc.property(experiments, fc.array(fc.integer({ min: 0, max: 5000 }), { maxLength: 4 }), (start, at) => {
        const edits = [...at]
          .sort((a, b) => a - b)
          .map((step, i) => ({ step, change: { learningRate: (i + 1) / 8, l2: i / 16 } }));
        const story = { start, edits, steps: 5000 };
        const { story: told, ignored } = fromLink(`#${toLink(story)}`);
        expect(ignored).toEqual([]);
        expect(JSON.stringify(told)).toBe(JSON.stringify(story).replaceAll(':-0', ':0'));
      }),
      { numRuns: 200 },
    );
  });

  it('never throw, and never give a setting that is not allowed', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 200 }),
        fc.constantFrom(...names, 'then', 'steps', 'data'),
        (text, name) => {
          const { story } = fromLink(`${name}=${text}&${text}`);
          const experiment = now(story);
          for (const one of names) expect(read(one, write(experiment[one]))).toHaveProperty('value');
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('cannot change in the middle what a run is made of', () => {
    expect(fromLink('data=moons&then=5;seed=3&steps=9').ignored).toEqual(['then=5;seed=3']);
    expect(goesOn({ learningRate: 1 })).toBe(true);
    expect(goesOn({ noise: 1 })).toBe(false);
    expect(difference(presetOf('moons'), { ...presetOf('moons'), l2: 1 })).toEqual({ l2: 1 });
  });
});

describe('the worker', () => {
  const hidden = (...units: number[]): Hidden[] => units.map((n) => ({ units: n, activation: 'relu' }));

  it('offers layers that an adapter can hold, the widest made smaller', () => {
    const limit = 128 * 2 ** 20;
    const of = (inputs: number) => ({ inputs, layers: [dense(10, 'softmax')] });
    expect(fitting(limit, of(2), hidden(64, 32))).toEqual(hidden(64, 32));
    const offer = fitting(limit, of(784), hidden(8192, 8192));
    expect(offer).toEqual(hidden(4096, 4096));
    const { inputs, layers } = of(784);
    expect(4 * parameterCount({ inputs, layers: [...offer, ...layers] })).toBeLessThanOrEqual(limit);
    expect(fitting(8, of(784), hidden(4, 4))).toEqual(hidden(1, 1));
  });

  it('keeps what two networks have in common when layers change', () => {
    const from = { inputs: 2, layers: [dense(3, 'tanh'), dense(1, 'sigmoid')] };
    const to = { inputs: 2, layers: [dense(4, 'tanh'), dense(2, 'tanh'), dense(1, 'sigmoid')] };
    const numbers = (n: number, start: number) => Float32Array.from({ length: n }, (_, i) => start + i);
    const parameters = [
      { w: numbers(6, 1), b: numbers(3, 100) },
      { w: numbers(3, 10), b: numbers(1, 200) },
    ];
    const fresh = [
      { w: numbers(8, -8), b: numbers(4, -4) },
      { w: numbers(8, -20), b: numbers(2, -2) },
      { w: numbers(2, -30), b: numbers(1, -1) },
    ];
    const [first, second, last] = graft({ architecture: from, parameters }, to, fresh);
    expect([...first.w]).toEqual([1, 2, 3, -5, 4, 5, 6, -1]);
    expect([...first.b]).toEqual([100, 101, 102, -1]);
    expect(second).toEqual(fresh[1]);
    expect([...last.w]).toEqual([10, 11]);
    expect([...last.b]).toEqual([200]);
  });

  it('lays a grid on a plane, the top left cell first', () => {
    const ground = {
      origin: Float32Array.of(0, 1),
      across: Float32Array.of(1, 0),
      up: Float32Array.of(0, 1),
      reach: 2,
      labels: ['x1', 'x2'],
    } as const;
    expect([...gridOf(ground, 2)]).toEqual([-1, 2, 1, 2, -1, 0, 1, 0]);
  });

  it('keeps a curve short, its first and last point always', () => {
    let list: readonly number[] = [];
    for (let i = 0; i < 1000; i++) list = appended(list, i, 50);
    expect(list.length).toBeLessThanOrEqual(50);
    expect([list[0], list.at(-1)]).toEqual([0, 999]);
  });
});
