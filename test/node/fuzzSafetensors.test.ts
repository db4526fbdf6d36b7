import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { DTYPES } from '../../src/formats/dtypes.ts';
import { readSafetensors } from '../../src/formats/readSafetensors.ts';
import { outcome } from './fuzzing.ts';

/** A file, and what `safetensors` of Python says of it: type, shape and bytes of each tensor, or why not. */
interface Row {
  readonly file: string;
  readonly refused?: string;
  readonly tensors?: Readonly<Record<string, readonly [string, readonly number[], string]>>;
}

const { files } = JSON.parse(
  readFileSync(path.join(import.meta.dirname, '../corpus/safetensors.json'), 'utf8'),
) as { readonly files: readonly Row[] };

/** Why Katman refuses what Python takes; each is on purpose. */
const STRICTER: readonly RegExp[] = [
  // Types that no weight of a network has, and what cannot be a weight.
  /where one of the types F32, F64, F16, BF16 is expected/,
  /no finite float32/,
  // Of a key that stands twice Python keeps the last in silence.
  /has the key '.*' twice in one object/s,
  // A key that no model needs, and that is dangerous to many who read it.
  /has the key '__proto__'/,
  // Sizes beyond the whole numbers of a double, of a tensor without numbers.
  /has \d{17,} in the field '.*shape\[1\]'/,
  // The format has it that these are an object and that a header starts with a brace.
  /has null in the field '__metadata__'/,
  /has a header that does not start with '\{'/,
];

/** Why Katman takes what Python refuses: it means the same in the JSON of JavaScript. */
const LAXER: readonly RegExp[] = [
  // 2.0 is 2.
  /invalid type: floating point/,
  // Half a surrogate pair in a name is a text.
  /unexpected end of hex escape/,
];

/** The numbers of a tensor as float32, from its bytes. */
function floats(type: string, base64: string): number[] {
  const bytes = Uint8Array.from(Buffer.from(base64, 'base64'));
  const { bytes: size, read } = DTYPES.get(type)!;
  const view = new DataView(bytes.buffer);
  return Array.from({ length: bytes.length / size }, (_, i) => Math.fround(read(view, i * size)));
}

describe('safetensors', () => {
  it('takes what the reference implementation takes, to the bit, or says why it is stricter; and nothing else', async () => {
    const seen = { both: 0, neither: 0, stricter: 0, laxer: 0 };
    const wrong: string[] = [];
    for (const { file, tensors, refused } of files) {
      const bytes = Uint8Array.from(Buffer.from(file, 'base64'));
      const found = await outcome(() => readSafetensors(bytes, 'a.safetensors'));
      const header = Buffer.from(bytes.subarray(0, 400)).toString('latin1');
      if ('value' in found && tensors) {
        seen.both++;
        const ours = found.value.tensors.map(({ name, shape, data }) => [name, [shape, [...data]]]);
        const theirs = Object.entries(tensors).map(([name, [type, shape, data]]) => [
          name,
          [shape, floats(type, data)],
        ]);
        expect(Object.fromEntries(ours), header).toEqual(Object.fromEntries(theirs));
      } else if ('value' in found && LAXER.some((reason) => reason.test(refused!))) seen.laxer++;
      else if ('value' in found) wrong.push(`taken, where Python says ${refused}: ${header}`);
      else if (!tensors) seen.neither++;
      else if (STRICTER.some((reason) => reason.test(found.error.message))) seen.stricter++;
      else wrong.push(`${found.error.message}: ${header}`);
    }
    expect(wrong).toEqual([]);
    expect(seen.both).toBeGreaterThan(20);
    expect(seen.neither).toBeGreaterThan(100);
    expect(seen.stricter).toBeLessThan(60);
    expect(seen.laxer).toBeLessThan(10);
  });
});
