import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { readSweep } from '../../src/cli/sweepSpec.ts';
import { configurationsOf } from '../../src/sweep/configurations.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'katman-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = path.join(folder, 'sweep.json');
const read = (content: object | string) => {
  const whole =
    typeof content === 'string' ? content : { format: 'katman-sweep/1', data: 'iris', ...content };
  writeFileSync(file, typeof whole === 'string' ? whole : JSON.stringify(whole));
  return readSweep(file);
};

it.each([
  ['{ "format": "katman-sweep/1", "dat', /is no JSON, or cut off/],
  [{ grid: { epochs: [] } }, /grid.epochs is empty/],
  [{ grid: { save: ['a'] } }, /grid.save is no option of a training/],
  [
    { grid: { learningRate: [0.1, 'fast'] } },
    /grid.learningRate is wrong. It is a finite number, not 'fast'/,
  ],
  [{ grid: { optimizer: ['adam', 'eve'] } }, /grid.optimizer is wrong. Allowed choices are sgd/],
  [
    { experiment: { layers: [[8]] } },
    /experiment.layers is to be a number, a text, true or false, or a list/,
  ],
  [
    { grid: { momentum: [0.5] } },
    /the configuration \{"momentum":0.5\} cannot be trained. --momentum belongs/,
  ],
  [{ random: { configurations: 2, dropout: { uniform: [1, 2] } } }, /cannot be trained. .*--dropout/],
  [{ metric: 'validation.loss' }, /metric 'validation.loss' needs validation rows; give validationSplit/],
  [{ metric: 'test.r2' }, /metric 'test.r2' is of a regression, and the data is a classification/],
  [{ data: 'nothing.csv' }, /There is no data '.*nothing.csv'/],
  [{ folds: 500 }, /cannot be cut into 500 folds/],
])('%j is refused, naming the field', async (content, message) => {
  await expect(read(content)).rejects.toThrow(message);
});

it('takes the metric that belongs to the task and its rows', async () => {
  expect((await read({})).metric.name).toBe('test.accuracy');
  expect((await read({ experiment: { validationSplit: 0.2 } })).metric.name).toBe('validation.accuracy');
  expect((await read({ experiment: { validationSplit: 0.2 }, folds: 5 })).metric.name).toBe('test.accuracy');
  expect((await read({ data: 'houses' })).metric).toMatchObject({ name: 'test.r2', higherIsBetter: true });
});

it('finds data and test rows beside the file', async () => {
  writeFileSync(path.join(folder, 'd.csv'), 'a,b\n1,x\n2,y\n3,x\n4,y\n5,x\n');
  writeFileSync(path.join(folder, 'rows.json'), '[0, 1]');
  const plan = await read({ data: 'd.csv', experiment: { split: 'rows.json', layers: [2] } });
  expect(plan.base).toMatchObject({
    data: path.join(folder, 'd.csv'),
    split: path.join(folder, 'rows.json'),
  });
  expect(plan.data.split).toMatch(/^[0-9a-f]{64}$/);
});

const examples = path.resolve(import.meta.dirname, '../../examples/sweeps');
it.each(readdirSync(examples).filter((name) => name.endsWith('.json')))(
  'examples/sweeps/%s is sound',
  async (name) => {
    const plan = await readSweep(path.join(examples, name));
    expect(configurationsOf(plan.spec).length).toBeGreaterThan(1);
  },
);
