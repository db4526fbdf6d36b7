import fc from 'fast-check';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { gunzip, idxDataset, pairIdxFiles, parseIdx } from '../../src/data/idx.ts';
import { DataError } from '../../src/errors.ts';

/** An IDX file: type, shape and the bytes of its numbers. */
function idx(type: number, shape: readonly number[], numbers: ArrayLike<number>): Uint8Array {
  const header = new DataView(new ArrayBuffer(4 + 4 * shape.length));
  header.setUint8(2, type);
  header.setUint8(3, shape.length);
  shape.forEach((size, d) => header.setUint32(4 + 4 * d, size));
  return Uint8Array.from([...new Uint8Array(header.buffer), ...Array.from(numbers)]);
}

function refused(act: () => unknown): DataError {
  try {
    act();
  } catch (error) {
    expect(error).toBeInstanceOf(DataError);
    return error as DataError;
  }
  throw new Error('it was taken');
}

const file = 'train-images-idx3-ubyte';

describe('gunzip', () => {
  const bytes = Uint8Array.from({ length: 100_000 }, (_, i) => i % 251);

  it('unpacks gzip and leaves anything else', async () => {
    expect(await gunzip(gzipSync(bytes), file)).toEqual(bytes);
    expect(await gunzip(bytes, file)).toBe(bytes);
    expect(await gunzip(new Uint8Array(), file)).toEqual(new Uint8Array());
  });

  it('refuses gzip that is cut off or damaged', async () => {
    const packed = gzipSync(bytes);
    const damaged = Uint8Array.from(packed, (byte, i) => (i === packed.length - 6 ? byte ^ 255 : byte));
    for (const broken of [packed.subarray(0, 2), packed.subarray(0, 30), packed.subarray(0, -1), damaged]) {
      const error = await gunzip(broken, file).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(DataError);
      expect((error as DataError).message).toMatch(/'train-images-idx3-ubyte' is gzip .*; fetch it again/);
      expect((error as DataError).place.file).toBe(file);
    }
  });
});

describe('parseIdx', () => {
  const big = (write: (view: DataView) => void, size: number) => {
    const view = new DataView(new ArrayBuffer(size));
    write(view);
    return new Uint8Array(view.buffer);
  };

  it.each([
    ['bytes', 0x08, Uint8Array.of(0, 200), [0, 200]],
    ['signed bytes', 0x09, Uint8Array.of(1, 200), [1, -56]],
    ['short integers', 0x0b, Uint8Array.of(1, 2, 255, 254), [258, -2]],
    ['integers', 0x0c, Uint8Array.of(0, 1, 0, 2, 255, 255, 255, 255), [65538, -1]],
    ['floats', 0x0d, big((v) => (v.setFloat32(0, 1.5), v.setFloat32(4, -0.1)), 8), [1.5, Math.fround(-0.1)]],
    ['doubles', 0x0e, big((v) => (v.setFloat64(0, 1.5), v.setFloat64(8, -0.1)), 16), [1.5, -0.1]],
  ])('reads %s', (_, type, numbers, values) => {
    const { shape, data } = parseIdx(idx(type, [2], numbers), file);
    expect(shape).toEqual([2]);
    expect([...data]).toEqual(values);
  });

  it('reads several dimensions, and bytes anywhere in a buffer', () => {
    const bytes = idx(0x08, [2, 1, 3], [1, 2, 3, 4, 5, 6]);
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    for (const view of [bytes, shifted.subarray(3), Buffer.from(bytes)]) {
      expect(parseIdx(view, file)).toEqual({ shape: [2, 1, 3], data: Uint8Array.of(1, 2, 3, 4, 5, 6) });
    }
  });

  it('refuses every cut of a file, and anything after its end', () => {
    const bytes = idx(0x08, [2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8]);
    for (let length = 0; length < bytes.length; length++) {
      const error = refused(() => parseIdx(bytes.subarray(0, length), file));
      expect(error.message).toContain(`${length} bytes`);
      expect(error.message).toMatch(/'train-images-idx3-ubyte' .* are expected; /);
      expect(error.place.file).toBe(file);
    }
    const { message } = refused(() => parseIdx(Uint8Array.from([...bytes, 0]), file));
    expect(message).toContain('25 bytes where 24 are expected');
  });

  it('refuses a cut of any file of any type', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(0x08, 0x09, 0x0b, 0x0c, 0x0d, 0x0e),
        fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (type, shape, share) => {
          const size = { 8: 1, 9: 1, 11: 2, 12: 4, 13: 4, 14: 8 }[type]!;
          const count = shape.reduce((a, b) => a * b);
          const bytes = idx(type, shape, new Uint8Array(count * size));
          expect(parseIdx(bytes, file).data.length).toBe(count);
          refused(() => parseIdx(bytes.subarray(0, Math.floor(share * bytes.length)), file));
        },
      ),
    );
  });

  it('refuses sizes beyond whole doubles before it takes memory for them', () => {
    const { message } = refused(() => parseIdx(idx(0x08, [2 ** 32 - 1, 2 ** 32 - 1, 28], [0]), file));
    expect(message).toContain(`17 bytes where ${16n + (2n ** 32n - 1n) ** 2n * 28n} are expected`);
    // 2^64 numbers, which is 0 in 64 bits.
    refused(() => parseIdx(idx(0x08, [2 ** 31, 2 ** 31, 4], []), file));
  });

  it.each([
    ['another start', Uint8Array.of(1, 0, 8, 1, 0, 0, 0, 0)],
    ['text', new TextEncoder().encode('x,y\n1,2\n')],
    ['an unknown type', Uint8Array.of(0, 0, 0x0a, 1, 0, 0, 0, 1, 0)],
    ['no dimensions', Uint8Array.of(0, 0, 8, 0, 1)],
    ['a dimension of 0', idx(0x08, [3, 0], [])],
  ])('refuses %s', (_, bytes) => {
    const error = refused(() => parseIdx(bytes, file));
    expect(error.message).toMatch(/'train-images-idx3-ubyte' .*; /);
  });
});

describe('idxDataset', () => {
  const images = {
    file: 'images',
    shape: [3, 2, 2],
    data: Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 255),
  };
  const labels = { file: 'labels', shape: [3], data: Uint8Array.of(2, 0, 2) };

  it('flattens images and numbers the classes', () => {
    const data = idxDataset(images, labels, 'tiny');
    expect(data).toMatchObject({
      name: 'tiny',
      rows: 3,
      features: ['pixel_0_0', 'pixel_0_1', 'pixel_1_0', 'pixel_1_1'],
      classes: ['0', '1', '2'],
      targets: ['label'],
    });
    expect([...data.x]).toEqual([...images.data]);
    expect([...data.labels()]).toEqual([2, 0, 2]);
  });

  it('names the features of anything else by number', () => {
    const flat = { file: 'flat', shape: [3, 1], data: Float32Array.of(0.5, 1, 2) };
    expect(idxDataset(flat, labels, 'tiny').features).toEqual(['x0']);
    const colour = { ...images, shape: [3, 2, 1, 2] };
    expect(idxDataset(colour, labels, 'tiny').features).toEqual(['x0', 'x1', 'x2', 'x3']);
    const floats = { ...images, data: Float32Array.from(images.data) };
    expect(idxDataset(floats, labels, 'tiny').features[3]).toBe('x3');
  });

  it.each([
    [
      'another count',
      images,
      { ...labels, shape: [2], data: Uint8Array.of(0, 1) },
      "'images' has 3 images, but 'labels' has 2 labels",
    ],
    ['one class', images, { ...labels, data: Uint8Array.of(5, 5, 5) }, "'labels' has the label 5 everywhere"],
    ['images of one dimension', labels, labels, "'labels' has one dimension"],
    ['labels of several dimensions', images, images, "'images' has the shape 3 x 2 x 2"],
    [
      'labels that are not bytes',
      images,
      { ...labels, data: Int32Array.of(0, -1, 1) },
      "'labels' .* one byte",
    ],
    [
      'NaN',
      { file: 'images', shape: [3, 1], data: Float32Array.of(1, NaN, 2) },
      labels,
      "Image 2 of 'images' holds NaN",
    ],
    [
      '1e39',
      { file: 'images', shape: [3, 1], data: Float64Array.of(1, 0, 1e39) },
      labels,
      "Image 3 of 'images' holds 1e\\+39",
    ],
  ])('refuses %s', (_, x, y, message) => {
    expect(refused(() => idxDataset(x, y, 'tiny')).message).toMatch(new RegExp(`${message}.*[;,] `));
  });
});

describe('pairIdxFiles', () => {
  const pair = (prefix: string) => ({
    images: `${prefix}images-idx3-ubyte`,
    labels: `${prefix}labels-idx1-ubyte`,
  });
  const [train, t10k, own] = ['train-', 't10k-', 'own-'].map(pair);
  const all = (...pairs: { images: string; labels: string }[]) => pairs.flatMap((p) => [p.images, p.labels]);

  it.each([
    ['MNIST', [...all(t10k, train), 'README.md'], { train, test: t10k }],
    ['a training set alone', all(train), { train }],
    ['a test set alone', all(t10k), { train: t10k }],
    ['a pair of any name', all(own), { train: own }],
    ['a pair without a prefix', all(pair('')), { train: pair('') }],
    ['a third pair', all(own, train), { train }],
    ['test instead of t10k', all(train, pair('test-')), { train, test: pair('test-') }],
    [
      'EMNIST',
      all(pair('emnist-letters-train-'), pair('emnist-letters-test-')),
      { train: pair('emnist-letters-train-'), test: pair('emnist-letters-test-') },
    ],
    [
      'other spellings, packed or not',
      ['train-images.idx3-ubyte.gz', 'train-labels-idx1-ubyte', 't10k-labels.idx1-ubyte', 't10k-images.idx3'],
      {
        train: { images: 'train-images.idx3-ubyte.gz', labels: 'train-labels-idx1-ubyte' },
        test: { images: 't10k-images.idx3', labels: 't10k-labels.idx1-ubyte' },
      },
    ],
    ['a file packed and unpacked', [...all(train).map((name) => `${name}.gz`), ...all(train)], { train }],
  ])('pairs %s', (_, names, pairs) => {
    expect(pairIdxFiles(names)).toEqual(pairs);
    expect(pairIdxFiles(names.toReversed())).toEqual(pairs);
  });

  it.each([
    ['nothing', [], 'no IDX files'],
    ['other files', ['a.csv', 'images.png'], 'no IDX files'],
    ['images without labels', [train.images], "'train-images-idx3-ubyte' has images but .* labels"],
    [
      'labels without images',
      [...all(train), t10k.labels],
      "'t10k-labels-idx1-ubyte' has labels but .* images",
    ],
    ['two training sets', all(pair('a-train-'), pair('b-train-')), "'a-train-images-idx3-ubyte', 'b-train-"],
    ['two test sets', all(train, t10k, pair('test-')), 'not clear'],
    ['pairs of which none is for training', all(own, pair('other-')), 'not clear'],
  ])('refuses %s', (_, names, message) => {
    const error = refused(() => pairIdxFiles(names));
    expect(error.message).toMatch(new RegExp(message));
    expect(error.message).toContain('train-images-idx3-ubyte and train-labels-idx1-ubyte');
  });
});
