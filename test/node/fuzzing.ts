import fc from 'fast-check';
import { expect, vi } from 'vitest';
import { DataError } from '../../src/errors.ts';

const more = Number(process.env.KATMAN_FUZZ ?? 0);
// A machine that others use, too, may take its time; one file that hangs is found by `outcome`.
vi.setConfig({ testTimeout: 60_000 * Math.max(1, more) });

/**
 * How often a property is tried: `usual` times from a seed that is always the same, or KATMAN_FUZZ times as often
 * from a seed of its own, which fast-check prints where it fails.
 */
export function runs(usual: number): { numRuns: number; seed?: number } {
  return more ? { numRuns: Math.ceil(usual * more) } : { numRuns: usual, seed: 20 };
}

/** Reading any of these small files takes a fraction of it, on any machine: beyond it, it hangs. */
const MOST_CPU_MS = 2000;

/** What damaged and hostile files are made of. */
const PIECES: readonly Uint8Array[] = [
  ...['"', "'", ',', ';', '\t', '|', '\n', '\r', '\r\n', '{', '}', '[', ']', ':', ' ', '-', '\\', '\\u0000'],
  ...['"__proto__"', '__proto__', 'constructor', 'toString', 'null', 'true', 'NaN', 'Infinity', '-0', '0x10'],
  ...['1e999', '-1', '1.5', '0', '4294967295', '9007199254740993', '18446744073709551616', '1e-400'],
  ...['\uFEFF', '\0', '\u2028', '１２', '"a":1,', '"a":1,"a":2,', '[1,', '../', 'http://x/'],
]
  .map((text) => new TextEncoder().encode(text))
  .concat(
    [
      [0xff],
      [0xc3, 0x28],
      [0xed, 0xa0, 0x80],
      [0xff, 0xfe],
      [0xfe, 0xff],
      [0x1f, 0x8b],
      [0x80, 0x80, 0x80],
    ].map((bytes) => Uint8Array.from(bytes)),
    ['[', '{"a":', '"', ',', '0'].map((text) => new TextEncoder().encode(text.repeat(5000))),
    [new Uint8Array(9).fill(0xff), new Uint8Array(64)],
  );

type Edit = (bytes: Uint8Array) => Uint8Array;

/** One change at a place, which is a share of the length. */
const edit: fc.Arbitrary<Edit> = fc
  .record({
    kind: fc.constantFrom('cut', 'flip', 'put', 'insert', 'remove', 'repeat', 'number'),
    at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
    length: fc.integer({ min: 1, max: 24 }),
    value: fc.nat({ max: 255 }),
    piece: fc.constantFrom(...PIECES),
  })
  .map(({ kind, at, length, value, piece }): Edit => (bytes) => {
    const place = Math.floor(at * bytes.length);
    const before = bytes.subarray(0, place);
    if (kind === 'cut') return before.slice();
    if (kind === 'insert') return join(before, piece, bytes.subarray(place));
    if (kind === 'remove') return join(before, bytes.subarray(place + length));
    if (kind === 'repeat') return join(bytes.subarray(0, place + length), bytes.subarray(place));
    if (kind === 'number') return otherNumber(bytes, place, piece);
    const changed = bytes.slice();
    if (changed.length) changed[place] = kind === 'flip' ? changed[place] ^ (1 << (value % 8)) : value;
    return changed;
  });

/** The first digits from a place on, as something else. */
function otherNumber(bytes: Uint8Array, place: number, piece: Uint8Array): Uint8Array {
  const isDigit = (byte: number) => byte >= 0x30 && byte <= 0x39;
  const start = bytes.findIndex((byte, i) => i >= place && isDigit(byte));
  if (start < 0) return bytes;
  let end = start;
  while (isDigit(bytes[end])) end++;
  return join(bytes.subarray(0, start), piece, bytes.subarray(end));
}

/** A file with a few changes; also a part of one file and the rest of another. */
export function mutants(files: readonly Uint8Array[], most = 4): fc.Arbitrary<Uint8Array> {
  const edited = fc
    .tuple(fc.constantFrom(...files), fc.array(edit, { minLength: 1, maxLength: most }))
    .map(([file, edits]) => edits.reduce((bytes, change) => change(bytes), file));
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  const spliced = fc
    .tuple(fc.constantFrom(...files), fc.constantFrom(...files), share, share)
    .map(([one, other, a, b]) =>
      join(one.subarray(0, Math.floor(a * one.length)), other.subarray(Math.floor(b * other.length))),
    );
  const noise = fc.uint8Array({ maxLength: 200 });
  const any = fc.oneof(
    { weight: 8, arbitrary: edited },
    { weight: 1, arbitrary: spliced },
    { weight: 1, arbitrary: noise },
  );
  return any.map((bytes) => Object.assign(bytes.slice(), { [fc.toStringMethod]: () => shown(bytes) }));
}

/** A counterexample as text that can be copied: its base64, of a long one the start. */
function shown(bytes: Uint8Array): string {
  return `${bytes.length} bytes ${Buffer.from(bytes.subarray(0, 3000)).toString('base64')}`;
}

/** A file cut at every byte, and with each bit of its first bytes the other way. */
export function* cutsAndFlips(file: Uint8Array, header: number): Generator<Uint8Array> {
  for (let end = 0; end < file.length; end++) yield file.slice(0, end);
  for (let bit = 0; bit < 8 * Math.min(header, file.length); bit++) {
    const flipped = file.slice();
    flipped[bit >> 3] ^= 1 << (bit & 7);
    yield flipped;
  }
}

/**
 * What reading gives, or the error that refuses the file: a sentence of the class that is expected. Nothing else is
 * ever thrown, no property of all objects is changed, and it does not hang.
 */
export async function outcome<T>(
  read: () => T | Promise<T>,
  kind: new (...words: never[]) => Error = DataError,
): Promise<{ readonly value: T } | { readonly error: Error }> {
  const before = Object.getOwnPropertyNames(Object.prototype).length;
  const start = process.cpuUsage();
  let found: { value: T } | { error: Error };
  try {
    found = { value: await read() };
  } catch (error) {
    found = { error: error as Error };
  }
  const { user } = process.cpuUsage(start);
  expect(user / 1000, 'milliseconds of a processor').toBeLessThan(MOST_CPU_MS);
  expect(Object.getOwnPropertyNames(Object.prototype)).toHaveLength(before);
  if ('error' in found) {
    const { error } = found;
    // Its own stack says where an error of the engine comes from.
    if (!(error instanceof kind)) throw error;
    expect(error.message).toMatch(/^['\w]/);
    expect(error.message.length, error.message.slice(0, 400)).toBeLessThan(2000);
  }
  return found;
}

export function join(...parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
