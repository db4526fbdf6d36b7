import { Dataset } from '../../data/dataset.ts';
import { type NamedIdx, idxDataset, parseIdx } from '../../data/idx.ts';
import { pairIdxFiles } from '../../data/idxPairs.ts';
import { DataError } from '../../errors.ts';
import { MOST_NUMBERS } from './use.ts';

/** A file that was read whole, unpacked. */
export interface Content {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Images with their labels; those for the test, if there are any, come last. */
export interface Images {
  readonly data: Dataset;
  /** Rows for the test; undefined if the files name none. */
  readonly testRows: Uint32Array | undefined;
  readonly thumbs: Thumbs | undefined;
  /** The sizes of one image. */
  readonly shape: readonly number[];
}

/** The first images as they are, one byte a pixel. */
export interface Thumbs {
  readonly count: number;
  readonly height: number;
  readonly width: number;
  /** [count, height, width] */
  readonly pixels: Uint8Array;
  readonly labels: readonly string[];
}

/** What of images crosses to the page. */
export interface ImagesSummary extends Pick<Images, 'thumbs' | 'shape'> {
  readonly name: string;
  readonly rows: number;
  /** Undefined if the files do not say which rows are for the test. */
  readonly testRows: number | undefined;
  readonly classes: readonly string[];
}

const THUMBS = 12;

/** Whether bytes begin as an IDX file does. */
export function isIdx(start: Uint8Array): boolean {
  return start.length >= 4 && !start[0] && !start[1] && start[2] >= 8 && start[2] <= 14 && start[3] > 0;
}

/**
 * IDX files of images and labels as one data set: two files belong together, of more their names tell which.
 * @throws DataError for files that do not belong together, are damaged or too large
 */
export function readImages(files: readonly Content[]): Images {
  const pairs = pairFiles(files.map(({ name, bytes }) => ({ ...parseIdx(bytes, name), file: name })));
  const sets = pairs.map(({ images, labels }) => {
    const size = images.data.length;
    if (size <= MOST_NUMBERS) return idxDataset(images, labels, setName(images.file));
    throw new DataError(
      `'${images.file}' holds ${size} numbers, more than the ${MOST_NUMBERS / 1e6} million that this page takes; take fewer images`,
      { file: images.file },
    );
  });
  const [train, test] = sets;
  const { images } = pairs[0];
  const shape = images.shape.slice(1);
  const common = { shape, thumbs: thumbsOf(images, train) };
  if (!test) return { ...common, data: train, testRows: undefined };
  if (test.features.length !== train.features.length) {
    throw new DataError(
      `'${pairs[1].images.file}' has ${test.features.length} pixels an image, but '${images.file}' has ${train.features.length}; take files that belong together`,
      { file: pairs[1].images.file },
    );
  }
  const testRows = Uint32Array.from({ length: test.rows }, (_, i) => train.rows + i);
  return { ...common, data: joined(train, test), testRows };
}

export function summarizeImages({ data, testRows, thumbs, shape }: Images): ImagesSummary {
  const { name, rows, classes } = data;
  return { name, rows, testRows: testRows?.length, classes: classes!, thumbs, shape };
}

interface Pair {
  readonly images: NamedIdx;
  readonly labels: NamedIdx;
}

/** The pair for training, and the one for the test if there is one. */
function pairFiles(files: readonly NamedIdx[]): Pair[] {
  if (files.length === 1) {
    const [{ file, shape }] = files;
    const [has, lacks] = shape.length === 1 ? ['labels', 'images'] : ['images', 'labels'];
    throw new DataError(`'${file}' has ${has} alone; choose it together with the file of its ${lacks}`, {
      file,
    });
  }
  if (files.length === 2) {
    const [labels, images] = files.toSorted((a, b) => a.shape.length - b.shape.length);
    return [{ images, labels }];
  }
  const named = (name: string) => files.find(({ file }) => file === name)!;
  const { train, test } = pairIdxFiles(files.map(({ file }) => file));
  const paired = test ? [train, test] : [train];
  return paired.map(({ images, labels }) => ({ images: named(images), labels: named(labels) }));
}

/** Rows of both; the classes of the one that has more. */
function joined(train: Dataset, test: Dataset): Dataset {
  const x = new Float32Array(train.x.length + test.x.length);
  x.set(train.x);
  x.set(test.x, train.x.length);
  const classes = train.classes!.length < test.classes!.length ? test.classes! : train.classes!;
  const labels = [...train.labels(), ...test.labels()];
  const { name, features, targets } = train;
  return Dataset.classification({ name, features, targets, x, classes, labels });
}

function thumbsOf({ shape, data }: NamedIdx, set: Dataset): Thumbs | undefined {
  const [rows, height, width] = shape;
  if (shape.length !== 3 || !(data instanceof Uint8Array)) return undefined;
  const count = Math.min(rows, THUMBS);
  const first = set.select([...Array(count).keys()]);
  return {
    count,
    height,
    width,
    pixels: data.slice(0, count * height * width),
    labels: Array.from(first.labels(), (label) => first.classes![label]),
  };
}

/** 'train-images-idx3-ubyte.gz' is 'train-images'. */
function setName(file: string): string {
  return file.replace(/\.gz$/i, '').replace(/[-.]idx\d(-ubyte)?$/i, '');
}
