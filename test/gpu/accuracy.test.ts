import { describe, expect, it } from 'vitest';
import { sgd } from '../../src/network/optimizer.ts';
import { usePage } from './page.ts';

const page = usePage();
const median = (values: number[]) => [...values].sort((a, b) => a - b)[values.length >> 1];

/** Test accuracies of seeds 1 to 5 with plain gradient descent and the defaults of `katman train`. */
async function accuracies(name: string, fit: object = {}): Promise<number[]> {
  const found: number[] = [];
  for (let seed = 1; seed <= 5; seed++) {
    const input = { name, hidden: [[64, 'relu']], fit: { seed, ...fit } };
    found.push((await page.run('trainBuiltin', input)).test.accuracy);
  }
  return found;
}

describe('plain gradient descent with the defaults', () => {
  it('digits: each of five seeds at least 0.95, the median at least 0.955', async () => {
    const found = await accuracies('digits');
    expect(Math.min(...found), found.join(' ')).toBeGreaterThanOrEqual(0.95);
    expect(median(found), found.join(' ')).toBeGreaterThanOrEqual(0.955);
  });

  it.each([
    ['iris', 0.93],
    ['wine', 0.93],
    ['breast_cancer', 0.94],
  ])('%s: each of five seeds at least %d', async (name, least) => {
    const found = await accuracies(name);
    expect(Math.min(...found), found.join(' ')).toBeGreaterThanOrEqual(least);
  });
});

describe('the flower', () => {
  const flower = (hidden: unknown, seed: number, steps: number) =>
    page.run('trainBuiltin', {
      name: 'flower',
      hidden,
      standardize: false,
      init: { kind: 'normal', scale: 0.01 },
      fit: { seed, optimizer: sgd({ learningRate: 1.2 }), steps, batchSize: 400 },
    });

  it('2-4-1 tanh is right for at least 89% of the points with 8 of 10 seeds', async () => {
    const found: number[] = [];
    for (let seed = 1; seed <= 10; seed++)
      found.push((await flower([[4, 'tanh']], seed, 10_000)).train.accuracy);
    expect(found.filter((accuracy) => accuracy >= 0.89).length, found.join(' ')).toBeGreaterThanOrEqual(8);
  });

  it('no line divides it: logistic regression is right for about 47%', async () => {
    const { train } = await flower([], 1, 2000);
    expect(train.accuracy).toBeGreaterThan(0.44);
    expect(train.accuracy).toBeLessThan(0.5);
  });
});
