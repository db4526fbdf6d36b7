import type { Field } from './field.ts';

/**
 * Bytes that become one text: a multiple of 3 and of 4, so that only the last text is padded and all together are
 * base64 again, and few, since reading JSON costs some stack for every character of a text.
 */
const PIECE = 3 * 2 ** 14;

/** Numbers of float32 as base64 of their bytes, little endian, in pieces; joined they are base64, too. */
export function floatsToBase64(values: Float32Array): string[] {
  const view = new DataView(new ArrayBuffer(values.byteLength));
  values.forEach((value, i) => view.setFloat32(4 * i, value, true));
  const bytes = new Uint8Array(view.buffer);
  const pieces: string[] = [];
  for (let at = 0; at < bytes.length; at += PIECE) {
    const characters = Array.from(bytes.subarray(at, at + PIECE), (byte) => String.fromCharCode(byte));
    pieces.push(btoa(characters.join('')));
  }
  return pieces;
}

/**
 * What `floatsToBase64` wrote, copied after its size is known to be right.
 * @param field the list of pieces
 * @throws DataError if these are no pieces of base64, or not so many numbers
 */
export function base64ToFloats(field: Field, count: number): Float32Array {
  const texts = field.list().map((item) => {
    const text = item.text();
    if (text.length % 4 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) throw item.wrong('base64');
    return text;
  });
  const bytes = texts.reduce(
    (sum, text) => sum + (text.length / 4) * 3 - (text.match(/=+$/)?.[0].length ?? 0),
    0,
  );
  if (bytes !== 4 * count) throw field.wrong(`base64 of ${4 * count} bytes, not of ${bytes},`);
  const view = new DataView(new ArrayBuffer(bytes));
  let at = 0;
  for (const text of texts) for (const character of atob(text)) view.setUint8(at++, character.charCodeAt(0));
  return Float32Array.from({ length: count }, (_, i) => view.getFloat32(4 * i, true));
}
