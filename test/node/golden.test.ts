import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { PLANS } from '../../src/session/options.ts';
import { describeGolden, unsupportedBy } from '../../src/session/golden.ts';
import { readGolden } from '../../src/session/goldenFile.ts';
import { PLAIN, PlanRun } from './planRun.ts';

const folder = path.resolve(import.meta.dirname, '../../golden');
const files = readdirSync(folder).filter((name) => /^\d\d-/.test(name));
const text = (file: string) => readFileSync(path.join(folder, file), 'utf8');

describe('the oracle', () => {
  it.each(files)('%s: trains as PyTorch does, in float64', (file) => {
    const golden = readGolden(text(file), file)!;
    const { layers, loss, optimizer } = describeGolden(golden);
    const run = new PlanRun({
      architecture: { inputs: golden.sizes[0], layers },
      method: { ...PLAIN, loss, optimizer },
      x: golden.X.data,
      y: golden.Y.data,
      init: golden.init.map(({ W, b }) => ({ w: W.data, b: b.data })),
    });
    // The learning rate crosses to the GPU in float32 (6e-8 of itself), and so does it here.
    const near = (got: number, want: number, scale: number) =>
      expect(Math.abs(got - want)).toBeLessThanOrEqual(1e-6 * scale);
    for (let step = 0; step < golden.steps; step++) {
      const [first, end] = golden.schedule[step % golden.schedule.length];
      near(run.step({ first, rows: end - first }), golden.losses[step], Math.max(...golden.losses));
      if (step > 0) continue;
      golden.grads1.forEach(({ W, b }, l) => {
        const largest = Math.max(...[...W.data, ...b.data].map(Math.abs));
        run.get(`layer${l + 1}.dw`).forEach((value, i) => near(value, W.data[i], 1e-6 * largest));
        run.get(`layer${l + 1}.db`).forEach((value, i) => near(value, b.data[i], 1e-6 * largest));
      });
    }
    golden.params.forEach(({ W, b }, l) => {
      const moved = Math.max(...W.data.map((value, i) => Math.abs(value - golden.init[l].W.data[i])));
      run.get(`layer${l + 1}.w`).forEach((value, i) => near(value, W.data[i], Math.max(1, moved)));
      run.get(`layer${l + 1}.b`).forEach((value, i) => near(value, b.data[i], Math.max(1, moved)));
    });
  });
});

describe('a golden file that is not whole', () => {
  const whole = JSON.parse(text(files[0]));
  const read = (change: (golden: any) => void) => {
    const golden = structuredClone(whole);
    change(golden);
    return () => readGolden(JSON.stringify(golden), 'file.json');
  };
  it.each<[string, () => unknown, RegExp]>([
    [
      'cut off',
      () => readGolden(text(files[0]).slice(0, 1000), 'file.json'),
      /'file.json' is not whole JSON/,
    ],
    [
      'NaN',
      () => readGolden(text(files[0]).replace(/"losses": \[/, '"losses": [NaN,'), 'file.json'),
      /not whole JSON/,
    ],
    ['null', read((g) => (g.X.data[3] = null)), /'file.json': X\[3\] is to be a finite number/],
    ['sizes', read((g) => (g.sizes = [4, 2])), /'file.json': Y is to be of shape/],
    ['a shape', read((g) => (g.init[0].W.shape = [3, 4])), /init\[0\]\.W is to be of shape \[4, 3\]/],
    ['too few losses', read((g) => g.losses.pop()), /losses is to be 20 finite numbers/],
    ['a row beyond the data', read((g) => (g.schedule = [[0, 9]])), /schedule is to be ranges/],
    ['no tolerance', read((g) => delete g.tolerance), /tolerance\.f32 is to be/],
  ])('%s is refused, naming file and field', (_what, attempt, message) => {
    expect(attempt).toThrow(message);
  });

  it.each<[string, (golden: any) => void, RegExp]>([
    ['optimizer', (g) => (g.optimizer.name = 'lion'), /optimizer 'lion' is unknown; known are sgd/],
    ['activation', (g) => (g.activations[0] = 'mish'), /activations 'mish' is unknown/],
    ['loss', (g) => (g.loss.kind = 'hinge'), /loss 'hinge mean_batch_outputs' is unknown/],
  ])('an unknown %s is refused', (_what, change, message) => {
    const golden = structuredClone(whole);
    change(golden);
    expect(() => describeGolden(readGolden(JSON.stringify(golden), 'file.json')!)).toThrow(message);
  });

  it('another format is none of ours', () => {
    expect(readGolden('{"format": "else"}', 'file.json')).toBeUndefined();
  });
});

describe('the golden runs', () => {
  it.each(PLANS)('are all within what the %s plan can hold', (plan) => {
    const refused = files.filter((file) => unsupportedBy(plan, readGolden(text(file), file)!));
    expect(refused).toEqual([]);
  });
});
