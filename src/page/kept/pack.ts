import { sha256 } from '../../formats/checkpoint.ts';

/** What every packed file begins with; another number is another version. */
const MAGIC = 'katman-kept/1\n';
const SUM_BYTES = 32;

const KINDS = { Float32Array, Float64Array, Int32Array, Uint32Array, Uint8Array } as const;
type Numbers = InstanceType<(typeof KINDS)[keyof typeof KINDS]>;

const kindOf = (value: unknown) => Object.entries(KINDS).find(([, kind]) => value instanceof kind)?.[0];

/** Plain data with typed arrays in it as the bytes of a file, its SHA-256 at the end. Keeps every bit. */
export async function pack(value: unknown): Promise<Uint8Array<ArrayBuffer>> {
  const arrays: Numbers[] = [];
  const text = JSON.stringify(value, (_key, item: unknown) => {
    const kind = kindOf(item);
    if (kind) return { $array: kind, length: arrays[arrays.push(item as Numbers) - 1].length };
    return typeof item === 'number' && !Number.isFinite(item) ? { $number: String(item) } : item;
  });
  const head = new TextEncoder().encode(`${MAGIC}${text}\n`);
  const bytes = arrays.reduce((sum, { byteLength }) => sum + byteLength, 0);
  const file = new Uint8Array(4 + head.length + bytes + SUM_BYTES);
  new DataView(file.buffer).setUint32(0, head.length);
  file.set(head, 4);
  let at = 4 + head.length;
  for (const { buffer, byteOffset, byteLength } of arrays) {
    file.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at += byteLength;
  }
  file.set(await sha256(file.subarray(0, at)), at);
  return file;
}

/** What was packed; undefined if the file is not whole, or of another version. */
export async function unpack(file: Uint8Array): Promise<unknown> {
  const end = file.length - SUM_BYTES;
  if (end < 4) return undefined;
  const sum = await sha256(file.subarray(0, end));
  if (!sum.every((byte, i) => byte === file[end + i])) return undefined;
  const start = 4 + new DataView(file.buffer, file.byteOffset).getUint32(0);
  const head = new TextDecoder().decode(file.subarray(4, start));
  if (!head.startsWith(MAGIC)) return undefined;
  let at = start;
  return JSON.parse(head.slice(MAGIC.length), (_key, item) => {
    if (item?.$number !== undefined) return Number(item.$number);
    if (item?.$array === undefined) return item;
    const Kind = KINDS[item.$array as keyof typeof KINDS];
    const length = item.length * Kind.BYTES_PER_ELEMENT;
    // Copied: the numbers may lie at any byte.
    const array = new Kind(file.slice(at, at + length).buffer);
    at += length;
    return array;
  });
}

/** The checksum of a packed file, by which another names it. */
export function sumOf(file: Uint8Array): string {
  const bytes = file.subarray(file.length - SUM_BYTES);
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
