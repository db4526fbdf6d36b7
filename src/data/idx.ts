import { DataError } from '../errors.ts';
import { Dataset } from './dataset.ts';

export { type IdxPair, pairIdxFiles } from './idxPairs.ts';

/** Reads IDX, the format of MNIST: an array of numbers of one type with a header that says its shape. */

type Numbers = Uint8Array | Int8Array | Int16Array | Int32Array | Float32Array | Float64Array;

/** The content of an IDX file: `data` in row-major order. */
export interface Idx {
  readonly shape: readonly number[];
  readonly data: Numbers;
}

interface NumberType {
  readonly array: { new (length: number): Numbers; readonly BYTES_PER_ELEMENT: number };
  readonly get: 'getUint8' | 'getInt8' | 'getInt16' | 'getInt32' | 'getFloat32' | 'getFloat64';
}

const TYPES = new Map<number, NumberType>([
  [0x08, { array: Uint8Array, get: 'getUint8' }],
  [0x09, { array: Int8Array, get: 'getInt8' }],
  [0x0b, { array: Int16Array, get: 'getInt16' }],
  [0x0c, { array: Int32Array, get: 'getInt32' }],
  [0x0d, { array: Float32Array, get: 'getFloat32' }],
  [0x0e, { array: Float64Array, get: 'getFloat64' }],
]);

/** How many times as large a packed file may become: handwritten digits grow fivefold, and what was made to harm a thousandfold. */
const MOST_TIMES = 200;
/** A short file may grow more. */
const SHORT = 2 ** 20;

/**
 * The bytes unpacked if they are packed with gzip, else as they are.
 * @throws DataError if they cannot be unpacked, or become more than 200 times as many (and more than 1 MiB)
 */
export async function gunzip(bytes: Uint8Array, file: string): Promise<Uint8Array> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  const packed = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream();
  const most = Math.max(SHORT, MOST_TIMES * bytes.length);
  let length = 0;
  const limit = new TransformStream<Uint8Array, Uint8Array>({
    transform(part, unpacked) {
      length += part.length;
      if (length > most)
        throw new Error(`it unpacks to more than ${MOST_TIMES} times its ${bytes.length} bytes`);
      unpacked.enqueue(part);
    },
  });
  try {
    const unpacked = packed.pipeThrough(new DecompressionStream('gzip')).pipeThrough(limit);
    return new Uint8Array(await new Response(unpacked).arrayBuffer());
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new DataError(
      `'${file}' is gzip that cannot be unpacked (${reason}), so it is cut off or damaged; fetch it again`,
      { file },
    );
  }
}

/**
 * Reads an IDX file that is not compressed.
 * @throws DataError if it is none, if a dimension is 0 or if its size is not the one its header says
 */
export function parseIdx(bytes: Uint8Array, file: string): Idx {
  const refuse = (problem: string) => new DataError(`'${file}' ${problem}`, { file });
  const checkSize = (expected: number | bigint) => {
    throw refuse(
      `is an IDX file of ${bytes.length} bytes where ${expected} are expected; it is cut off or damaged, so fetch it again`,
    );
  };
  if (bytes.length < 4) checkSize(4);
  const type = TYPES.get(bytes[2]);
  const dimensions = bytes[3];
  if (bytes[0] || bytes[1] || !type || !dimensions) {
    throw refuse('does not start as an IDX file does; give one as MNIST has them');
  }
  const start = 4 + 4 * dimensions;
  if (bytes.length < start) checkSize(start);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const shape = Array.from({ length: dimensions }, (_, d) => view.getUint32(4 + 4 * d));
  if (shape.includes(0))
    throw refuse(`has the shape ${shape.join(' x ')}, which holds no numbers; fetch it again`);
  // As BigInt, since the product of what a damaged header says can be beyond the whole numbers of a double.
  const count = shape.reduce((product, size) => product * BigInt(size), 1n);
  const size = type.array.BYTES_PER_ELEMENT;
  const expected = BigInt(start) + count * BigInt(size);
  if (expected !== BigInt(bytes.length)) checkSize(expected);
  const data = new type.array(Number(count));
  for (let i = 0; i < data.length; i++) data[i] = view[type.get](start + i * size);
  return { shape, data };
}

/** An IDX file by its name, for messages. */
export type NamedIdx = Idx & { readonly file: string };

/**
 * Images [n, ...], each flattened to a row of features, and their labels [n] as a classification with
 * the classes '0' to that of the largest label.
 * @throws DataError if the two do not belong together, if the labels are not bytes or all the same, and
 * for a number that is not finite in float32
 */
export function idxDataset(images: NamedIdx, labels: NamedIdx, name: string): Dataset {
  if (images.shape.length < 2) {
    throw new DataError(
      `'${images.file}' has one dimension, as labels have, where images have two or more; are the files mixed up?`,
      { file: images.file },
    );
  }
  if (!(labels.data instanceof Uint8Array) || labels.shape.length !== 1) {
    throw new DataError(
      `'${labels.file}' has the shape ${labels.shape.join(' x ')}, where labels are one byte for each image; are the files mixed up?`,
      { file: labels.file },
    );
  }
  if (images.shape[0] !== labels.shape[0]) {
    throw new DataError(
      `'${images.file}' has ${images.shape[0]} images, but '${labels.file}' has ${labels.shape[0]} labels; take two files that belong together`,
      { file: labels.file },
    );
  }
  const last = labels.data.reduce((a, b) => Math.max(a, b));
  if (labels.data.every((label) => label === last)) {
    throw new DataError(
      `'${labels.file}' has the label ${last} everywhere; a classification needs at least two classes`,
      { file: labels.file },
    );
  }
  return Dataset.classification({
    name,
    features: featureNames(images),
    x: finite(images),
    targets: ['label'],
    classes: Array.from({ length: last + 1 }, (_, i) => String(i)),
    labels: labels.data,
  });
}

function featureNames({ shape: [, ...image], data }: Idx): string[] {
  const [rows, columns] = image;
  return Array.from({ length: image.reduce((a, b) => a * b) }, (_, i) =>
    data instanceof Uint8Array && image.length === 2 && rows
      ? `pixel_${Math.floor(i / columns)}_${i % columns}`
      : `x${i}`,
  );
}

function finite({ file, shape, data }: NamedIdx): Float32Array {
  const x = Float32Array.from(data);
  const wrong = x.findIndex((value) => !Number.isFinite(value));
  if (wrong < 0) return x;
  const row = Math.floor((wrong * shape[0]) / x.length) + 1;
  throw new DataError(
    `Image ${row} of '${file}' holds ${data[wrong]}, which is not a finite number in float32; drop or correct it`,
    { file, row },
  );
}
