import { DataError, UsageError } from '../errors.ts';
import { Field } from './field.ts';
import { parseJson } from './json.ts';
import type { NamedTensor } from './safetensors.ts';

/** What a checkpoint names as its format; another number is another version. */
export const CHECKPOINT_FORMAT = 'katman-checkpoint/1';

/** The last tensor of the file: the SHA-256 of all bytes before it. */
const CHECKSUM = 'sha256';
const CHECKSUM_BYTES = 32;
const ADVICE = 'take another checkpoint, whole';

/** What a checkpoint holds: numbers to the bit, and a state that is plain data (numbers may be infinite or NaN). */
export interface CheckpointFile {
  readonly state: unknown;
  readonly tensors: readonly NamedTensor[];
}

/** The bytes of a checkpoint: a safetensors file whose last tensor is its checksum. */
export async function writeCheckpoint({ state, tensors }: CheckpointFile): Promise<Uint8Array<ArrayBuffer>> {
  const entries: Record<string, unknown> = {
    __metadata__: { format: CHECKPOINT_FORMAT, state: textOf(state) },
  };
  let end = 0;
  for (const { name, shape, data } of tensors) {
    entries[name] = { dtype: 'F32', shape, data_offsets: [end, end + data.byteLength] };
    end += data.byteLength;
  }
  const offsets = [end, end + CHECKSUM_BYTES];
  entries[CHECKSUM] = { dtype: 'U8', shape: [CHECKSUM_BYTES], data_offsets: offsets };
  const header = new TextEncoder().encode(JSON.stringify(entries));
  const start = 8 + Math.ceil(header.length / 8) * 8;
  const file = new Uint8Array(start + offsets[1]).fill(0x20, 8, start);
  new DataView(file.buffer).setBigUint64(0, BigInt(start - 8), true);
  file.set(header, 8);
  let at = start;
  for (const { data } of tensors) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  file.set(await sha256(file.subarray(0, at)), at);
  return file;
}

/**
 * Reads a checkpoint. No number of the file is believed before its checksum is right, and no memory taken that the
 * file itself does not have.
 * @param file its name, for messages
 * @throws DataError naming the file, and the byte or field: if it is cut off, damaged, no checkpoint or of another version
 */
export async function readCheckpoint(bytes: Uint8Array, file: string): Promise<CheckpointFile> {
  const refuse = (problem: string) => new DataError(`'${file}' ${problem}; ${ADVICE}`, { file });
  const { length } = bytes;
  if (length < 8) throw refuse(`has ${length} bytes, fewer than the 8 that a checkpoint starts with`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, length);
  const size = view.getBigUint64(0, true);
  if (size < 2n || size > BigInt(length - 8))
    throw refuse(
      `says that its header has ${size} bytes, where ${length - 8} follow: it is cut off or no checkpoint`,
    );
  const start = 8 + Number(size);
  const header = new Field(
    file,
    '',
    parseJson(decode(bytes.subarray(8, start), refuse), `The header of '${file}'`, file),
  );
  const metadata = header.get('__metadata__');
  const format = metadata.get('format').text();
  if (format !== CHECKPOINT_FORMAT)
    throw refuse(`is of the format ${JSON.stringify(format)}, and this version reads '${CHECKPOINT_FORMAT}'`);
  const entries = Object.keys(header.object())
    .filter((name) => name !== '__metadata__')
    .map((name) => entryOf(name, header.get(name)));
  const said = start + checkCover(entries, header);
  if (said !== length)
    throw refuse(`has ${length} bytes where its header says ${said}: it is cut off or damaged`);
  const summed = bytes.subarray(0, length - CHECKSUM_BYTES);
  const sum = await sha256(summed);
  if (!sum.every((byte, i) => byte === bytes[summed.length + i]))
    throw refuse('is damaged: its checksum is not that of its bytes');
  return {
    state: valueOf(metadata.get('state').text(), file),
    tensors: entries.slice(0, -1).map(({ name, shape, begin, end }) => {
      // Copied: the numbers may lie at any byte.
      const data = new Float32Array(bytes.slice(start + begin, start + end).buffer);
      return { name, shape, data };
    }),
  };
}

interface Entry {
  readonly name: string;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

function entryOf(name: string, field: Field): Entry {
  const isChecksum = name === CHECKSUM;
  field.get('dtype').oneOf([isChecksum ? 'U8' : 'F32']);
  const shape = field
    .get('shape')
    .list()
    .map((size) => size.whole());
  const offsets = field
    .get('data_offsets')
    .list()
    .map((offset) => offset.whole());
  const needed = shape.reduce((product, side) => product * side, isChecksum ? 1 : 4);
  if (offsets.length !== 2 || offsets[1] - offsets[0] !== needed)
    throw field.get('data_offsets').wrong(`two offsets that are ${needed} bytes apart`);
  return { name, shape, begin: offsets[0], end: offsets[1] };
}

/** The bytes of all tensors, which lie one after another, the checksum last. */
function checkCover(entries: readonly Entry[], header: Field): number {
  let at = 0;
  for (const { name, begin, end } of entries) {
    if (begin !== at) throw header.get(name).get('data_offsets').wrong(`a first offset of ${at}`);
    at = end;
  }
  const last = entries.at(-1);
  if (last?.name !== CHECKSUM || last.end - last.begin !== CHECKSUM_BYTES)
    throw header.get(CHECKSUM).wrong(`a last tensor of ${CHECKSUM_BYTES} bytes`);
  return at;
}

function decode(bytes: Uint8Array, refuse: (problem: string) => DataError): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw refuse('has a header that is not UTF-8 text');
  }
}

/** As JSON that loses no number. */
function textOf(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    typeof item === 'number' && (!Number.isFinite(item) || Object.is(item, -0))
      ? { $number: Object.is(item, -0) ? '-0' : String(item) }
      : item,
  );
}

function valueOf(text: string, file: string): unknown {
  const revive = (item: unknown): unknown => {
    if (typeof item !== 'object' || item === null) return item;
    if (Array.isArray(item)) return item.map(revive);
    if ('$number' in item) return Number(item.$number);
    return Object.fromEntries(Object.entries(item).map(([key, value]) => [key, revive(value)]));
  };
  const value = parseJson(text, `The state in '${file}'`, file);
  try {
    return revive(value);
  } catch {
    throw new DataError(`The state in '${file}' is nested too deeply; ${ADVICE}`, { file });
  }
}

/** @throws UsageError where there is no such thing: on a page that is neither from https nor from localhost */
export async function sha256(bytes: Uint8Array): Promise<Uint8Array> {
  if (!globalThis.crypto?.subtle)
    throw new UsageError(
      'Checkpoints need an https page (or one from localhost): others get no checksums from the browser',
    );
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>));
}
