import { type Draft, readDraft } from './draft.ts';

/** Text of a link may unpack to no more than this, in bytes. */
const LARGEST = 1_000_000;

/** A draft as the part of an address behind `#`: packed, in the letters that an address may have. */
export async function toLink(draft: Draft): Promise<string> {
  const packed = await through(
    new TextEncoder().encode(JSON.stringify(draft)),
    new CompressionStream('deflate-raw'),
  );
  const letters = btoa(Array.from(packed, (byte) => String.fromCharCode(byte)).join(''));
  return `a=${letters.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')}`;
}

/** The draft of a link; undefined if it is none. Nothing of it is run here. */
export async function fromLink(hash: string): Promise<Draft | undefined> {
  const [, letters] = /^#?a=([\w-]+)$/.exec(hash) ?? [];
  if (!letters) return undefined;
  try {
    const packed = Uint8Array.from(atob(letters.replaceAll('-', '+').replaceAll('_', '/')), (one) =>
      one.charCodeAt(0),
    );
    const text = new TextDecoder().decode(await through(packed, new DecompressionStream('deflate-raw')));
    return readDraft(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** @throws RangeError if more than `LARGEST` bytes come out */
async function through(
  bytes: Uint8Array<ArrayBuffer>,
  stream: CompressionStream,
): Promise<Uint8Array<ArrayBuffer>> {
  const reader = new Blob([bytes]).stream().pipeThrough(stream).getReader();
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > LARGEST) {
      await reader.cancel();
      throw new RangeError('the text of the link is too long');
    }
    parts.push(value);
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}
