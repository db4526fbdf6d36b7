import { DataError } from '../errors.ts';
import { DTYPES, type Dtype } from './dtypes.ts';
import { Field } from './field.ts';
import { parseJson } from './json.ts';
import type { NamedTensor } from './safetensors.ts';

/** As the reference implementation has it: no header of a model comes near. */
const MOST_HEADER_BYTES = 100_000_000n;

/** A safetensors file: its tensors in the order of their bytes, and the texts of `__metadata__`. */
export interface Safetensors {
  readonly tensors: readonly NamedTensor[];
  readonly metadata: ReadonlyMap<string, string>;
}

/** A tensor as the header describes it; its bytes are [begin, end) of what follows the header. */
interface Entry {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/**
 * Reads a safetensors file. Every check comes before the memory that it is about is taken.
 * @param file the name of the file, for messages
 * @returns tensors of F32, F64 (rounded), F16 and BF16 as float32
 * @throws DataError naming file and field: if the file is cut off or no safetensors, for keys that stand
 * twice, other types, bytes that belong to no tensor or to two, shapes that are not those of the bytes, and
 * numbers that are not finite in float32
 */
export function readSafetensors(bytes: Uint8Array, file: string): Safetensors {
  const { header, body } = cut(bytes, file);
  const entries: Entry[] = [];
  const metadata = new Map<string, string>();
  for (const key of Object.keys(header.object())) {
    const field = header.get(key);
    if (key !== '__metadata__') entries.push(readEntry(key, field));
    else for (const name of Object.keys(field.object())) metadata.set(name, field.get(name).text());
  }
  entries.sort((a, b) => a.begin - b.begin || a.end - b.end);
  checkCover(entries, body.byteLength, file);
  return { tensors: entries.map((entry) => readTensor(entry, body, file)), metadata };
}

/** The header as an object, and the bytes behind it. */
function cut(bytes: Uint8Array, file: string): { header: Field; body: DataView } {
  const refuse = (problem: string) =>
    new DataError(`'${file}' ${problem}; give a safetensors file, as --save writes it, whole`, { file });
  if (bytes.length < 8)
    throw refuse(`has ${bytes.length} bytes, fewer than the 8 a safetensors file starts with`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getBigUint64(0, true);
  if (length > BigInt(bytes.length - 8) || length > MOST_HEADER_BYTES || length < 2n) {
    throw refuse(
      `says that its header has ${length} bytes, where ${bytes.length - 8} follow, so it is cut off, damaged or no safetensors file`,
    );
  }
  const end = 8 + Number(length);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.subarray(8, end));
  } catch {
    throw refuse('has a header that is not UTF-8 text');
  }
  if (!text.startsWith('{')) throw refuse("has a header that does not start with '{'");
  const value = parseJson(text, `The header of '${file}'`, file);
  return {
    header: new Field(file, '', value),
    body: new DataView(bytes.buffer, bytes.byteOffset + end, bytes.byteLength - end),
  };
}

function readEntry(name: string, field: Field): Entry {
  const type = field.get('dtype').text();
  const dtype = DTYPES.get(type);
  if (!dtype) throw field.get('dtype').wrong(`one of the types ${[...DTYPES.keys()].join(', ')}`);
  const shape = field
    .get('shape')
    .list()
    .map((size) => size.whole());
  const offsets = field.get('data_offsets').list();
  if (offsets.length !== 2) throw field.get('data_offsets').wrong('a list of two offsets');
  const [begin, end] = offsets.map((offset) => offset.whole());
  if (begin > end) throw field.get('data_offsets').wrong('a first offset before the last');
  // In double the product may be rounded, but then it is beyond any number of bytes that a file has.
  const needed = shape.reduce((product, size) => product * size, dtype.bytes);
  if (needed !== end - begin) {
    throw field
      .get('data_offsets')
      .wrong(`a length of ${needed} bytes for the shape [${shape.join(', ')}] of ${type}`);
  }
  return { name, dtype, shape, begin, end };
}

/** @throws DataError unless the tensors lie one after another and fill the body */
function checkCover(entries: readonly Entry[], length: number, file: string): void {
  let at = 0;
  for (const { name, begin, end } of entries) {
    if (begin !== at) {
      throw new DataError(
        `In '${file}' the tensor '${name}' starts at byte ${begin}, ${begin < at ? 'inside another' : 'after a gap'}, where byte ${at} is expected; save or fetch the file again`,
        { file, column: name },
      );
    }
    at = end;
  }
  if (at !== length) {
    throw new DataError(
      `'${file}' has ${length} bytes of numbers where its header says ${at}, so it is cut off or damaged; save or fetch it again`,
      { file },
    );
  }
}

/** The numbers of a tensor, copied one by one: they may lie at any byte. */
function readTensor({ name, dtype, shape, begin, end }: Entry, body: DataView, file: string): NamedTensor {
  const data = new Float32Array((end - begin) / dtype.bytes);
  for (let i = 0; i < data.length; i++) {
    const value = dtype.read(body, begin + i * dtype.bytes);
    data[i] = value;
    if (!Number.isFinite(data[i])) {
      throw new DataError(
        `In '${file}' the tensor '${name}' holds ${value} at index ${i}, which is no finite float32; train or convert the model again`,
        { file, column: name, row: i },
      );
    }
  }
  return { name, shape, data };
}
