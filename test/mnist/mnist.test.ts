import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, inject, it } from 'vitest';
import { katman, useFolder } from '../cli/command.ts';

const folder = useFolder();

/**
 * Reads a folder with MNIST's 10,000 test images (IDX, gzipped), which is not part of this project:
 * `KATMAN_MNIST=FOLDER npm run test:mnist`.
 */
it('trains 784-128-10 on 8,000 images to at least 93% of the other 2,000 within 10 epochs', async () => {
  const images = process.env.KATMAN_MNIST;
  if (!images)
    throw new Error('set KATMAN_MNIST to the folder with t10k-images-idx3-ubyte.gz and its labels');
  const json = path.join(folder, 'run.json');
  const { code, stderr } = await katman([
    ...['train', '--data', path.resolve(images), '--layers', '128', '--epochs', '10'],
    ...['--require', inject('adapter'), '--json', json],
  ]);
  expect(code, stderr).toBe(0);
  const run = JSON.parse(readFileSync(json, 'utf8'));
  expect(run.data).toMatchObject({ rows: 10_000, features: 784 });
  expect(run.metrics.test.accuracy).toBeGreaterThanOrEqual(0.93);
  // The bar, or its line every two seconds, was alive throughout.
  expect(stderr.match(/steps\/s/g)!.length).toBeGreaterThan(5);
});
