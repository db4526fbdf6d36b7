import * as errors from '../errors.ts';

/** Typed arrays above this size travel beside the text, as bytes. */
const INLINE_BYTES = 2 ** 20;

const ARRAYS = {
  Float32Array,
  Float64Array,
  Int8Array,
  Int16Array,
  Int32Array,
  Uint8Array,
  Uint16Array,
  Uint32Array,
} as const;
type ArrayName = keyof typeof ARRAYS;
type Typed = InstanceType<(typeof ARRAYS)[ArrayName]>;

/** A message as it crosses between Node and the page. */
export interface Packed {
  readonly text: string;
  /** Large arrays, in the order in which the text refers to them. */
  readonly blobs: readonly Uint8Array[];
}

/**
 * Data as text that loses nothing: typed arrays keep their type and bits, numbers may be NaN, infinite
 * or -0, errors keep their class. (The DevTools protocol itself turns NaN into null.)
 */
export function pack(value: unknown): Packed {
  const blobs: Uint8Array[] = [];
  const convert = (item: unknown): unknown => {
    if (typeof item === 'number') {
      return Number.isFinite(item) && !Object.is(item, -0)
        ? item
        : { $number: Object.is(item, -0) ? '-0' : String(item) };
    }
    if (ArrayBuffer.isView(item)) {
      const name = item.constructor.name;
      if (!(name in ARRAYS)) throw new TypeError(`a ${name} cannot be sent`);
      const bytes = new Uint8Array(item.buffer, item.byteOffset, item.byteLength);
      if (bytes.length <= INLINE_BYTES) return { $array: name, base64: toBase64(bytes) };
      blobs.push(bytes);
      return { $array: name, blob: blobs.length - 1 };
    }
    if (item instanceof Error) return { $error: item.name, message: item.message };
    if (Array.isArray(item)) return item.map((element) => convert(element) ?? null);
    if (item === null || typeof item !== 'object') return item;
    return Object.fromEntries(
      Object.entries(item).map(([name, content]) => {
        if (name.startsWith('$')) throw new TypeError(`a field named '${name}' cannot be sent`);
        return [name, convert(content)];
      }),
    );
  };
  return { text: JSON.stringify(convert(value) ?? null), blobs };
}

/** The value that was packed. */
export function unpack({ text, blobs }: Packed): unknown {
  return JSON.parse(text, (_name, item) => {
    if (item === null || typeof item !== 'object') return item;
    if ('$number' in item) return Number(item.$number);
    if ('$array' in item)
      return toArray(item.$array, 'blob' in item ? blobs[item.blob] : fromBase64(item.base64));
    if ('$error' in item) return toError(item.$error, item.message);
    return item;
  });
}

function toArray(name: ArrayName, bytes: Uint8Array): Typed {
  return new ARRAYS[name](bytes.slice().buffer);
}

function toError(name: string, message: string): Error {
  const known = (errors as Record<string, unknown>)[name];
  const error =
    typeof known === 'function'
      ? (new (known as new (text: string) => Error)(message) as Error)
      : new Error(message);
  error.name = name;
  return error;
}

function toBase64(bytes: Uint8Array): string {
  let binary = '';
  for (let i = 0; i < bytes.length; i += 0x8000)
    binary += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(binary);
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
