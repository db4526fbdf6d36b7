import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, inject, it } from 'vitest';
import type { Receipt } from '../../src/cli/receipt.ts';
import { Random } from '../../src/random.ts';
import { katman, useFolder } from './command.ts';

const folder = useFolder();
const adapter = ['--require', inject('adapter')];
const at = (...names: string[]) => path.join(folder, ...names);
const receipt = (file: string): Receipt => JSON.parse(readFileSync(file, 'utf8'));

/** Header and bytes of an IDX file. */
function idx(shape: readonly number[], values: Uint8Array): Uint8Array {
  const start = 4 + 4 * shape.length;
  const file = new Uint8Array(start + values.length);
  file.set([0, 0, 0x08, shape.length]);
  const header = new DataView(file.buffer);
  shape.forEach((size, i) => header.setUint32(4 + 4 * i, size));
  file.set(values, start);
  return file;
}

/** Writes images of 28 x 28 as MNIST has them: a bright bar whose place is the class, on noise. */
function writeImages(prefix: string, rows: number): void {
  const random = new Random(rows);
  const labels = Uint8Array.from({ length: rows }, () => random.integer() % 10);
  const images = new Uint8Array(rows * 784);
  labels.forEach((label, i) => {
    for (let j = 0; j < 784; j += 7) images[i * 784 + j] = random.integer() % 128;
    images.fill(255, i * 784 + 78 * label, i * 784 + 78 * label + 40);
  });
  writeFileSync(`${prefix}-images-idx3-ubyte`, idx([rows, 28, 28], images));
  writeFileSync(`${prefix}-labels-idx1-ubyte`, idx([rows], labels));
}

describe('katman train with a folder of IDX files', () => {
  it('takes one pair, gzipped or not', async () => {
    mkdirSync(at('one'));
    const lines = readFileSync('data/digits.csv', 'utf8').trim().split('\n').slice(1);
    const cells = lines.map((line) => line.split(',').map(Number));
    const images = Uint8Array.from(cells.flatMap((row) => row.slice(0, 64)));
    const labels = Uint8Array.from(cells, (row) => row[64]);
    writeFileSync(at('one', 't10k-images-idx3-ubyte.gz'), gzipSync(idx([cells.length, 8, 8], images)));
    writeFileSync(at('one', 't10k-labels-idx1-ubyte'), idx([cells.length], labels));
    const words = ['train', '--data', at('one'), '--epochs', '20', ...adapter, '--json', at('one.json')];
    const { code, stderr } = await katman(words);
    expect(code, stderr).toBe(0);
    const { data, metrics } = receipt(at('one.json'));
    expect(data).toMatchObject({ rows: 1797, features: 64 });
    expect(metrics!.test!.accuracy).toBeGreaterThan(0.93);
  });

  it('trains 60,000 x 784 from files within the limits that WebGPU guarantees', async () => {
    mkdirSync(at('large'));
    writeImages(at('large', 'train'), 60_000);
    writeImages(at('large', 't10k'), 1000);
    // As float32 the features are 188 MB, more than the 128 MiB that one binding may have there.
    const { code, stdout, stderr } = await katman([
      ...['train', '--data', at('large'), '--layers', 'none', '--epochs', '1', '--batch', '2000'],
      ...['--limits', 'default', ...adapter, '--json', at('large.json')],
    ]);
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/train +60000 .*\n *test +1000 /);
    const { data, limits, steps, checks, metrics } = receipt(at('large.json'));
    expect(data).toMatchObject({ name: 'large', rows: 61_000, features: 784 });
    expect(limits).toBe('default');
    expect(steps).toBe(30);
    expect(checks!.passed).toBe(checks!.planned);
    expect(metrics!.test!.accuracy).toBeGreaterThan(0.99);
  });
});
