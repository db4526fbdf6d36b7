import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DataError } from '../../src/errors.ts';
import { readSafetensors } from '../../src/formats/readSafetensors.ts';
import { type NamedTensor, writeSafetensors } from '../../src/formats/safetensors.ts';

const FILE = 'm.safetensors';

/** A file of this header and this many bytes of numbers, with nothing put right. */
function file(header: unknown, body: number | Uint8Array = 0, length?: bigint): Uint8Array {
  const json = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const numbers = typeof body === 'number' ? new Uint8Array(body) : body;
  const bytes = new Uint8Array(8 + json.length + numbers.length);
  new DataView(bytes.buffer).setBigUint64(0, length ?? BigInt(json.length), true);
  bytes.set(json, 8);
  bytes.set(numbers, 8 + json.length);
  return bytes;
}

function refused(bytes: Uint8Array): DataError {
  try {
    readSafetensors(bytes, FILE);
  } catch (error) {
    expect(error).toBeInstanceOf(DataError);
    expect((error as DataError).message).toContain(`'${FILE}'`);
    expect((error as DataError).place.file).toBe(FILE);
    return error as DataError;
  }
  throw new Error('it was taken');
}

const tensor = (name: string, shape: number[], values: readonly number[]): NamedTensor => ({
  name,
  shape,
  data: Float32Array.from(values),
});

const SAMPLE = [
  tensor('a', [2, 3], [1, -2, 3.5, -0, 1e-45, 3e38]),
  tensor('empty', [0, 4], []),
  tensor('b', [1], [7]),
  tensor('scalar', [], [0.1]),
];

describe('readSafetensors', () => {
  it('gives back what was written', () => {
    const { tensors, metadata } = readSafetensors(writeSafetensors(SAMPLE, { one: 'x', two: '"ü"' }), FILE);
    expect(tensors).toEqual(SAMPLE);
    expect(Object.is(tensors[0].data[3], -0)).toBe(true);
    expect([...metadata]).toEqual([
      ['one', 'x'],
      ['two', '"ü"'],
    ]);
  });

  it('gives back the bits of any finite numbers', () => {
    const float = fc
      .integer({ min: 0, max: 0xffffffff })
      .filter((bits) => (bits & 0x7f800000) !== 0x7f800000);
    fc.assert(
      fc.property(fc.array(fc.array(float, { maxLength: 20 }), { maxLength: 6 }), (lists) => {
        const written = lists.map((bits, i) => ({
          name: `t${i}`,
          shape: [bits.length],
          data: new Float32Array(Uint32Array.from(bits).buffer),
        }));
        const { tensors } = readSafetensors(writeSafetensors(written), FILE);
        expect(tensors).toHaveLength(lists.length);
        for (const { name, data } of tensors)
          expect([...new Uint32Array(data.buffer)]).toEqual(lists[Number(name.slice(1))]);
      }),
    );
  });

  it('reads numbers at any byte, in a larger buffer too', () => {
    const numbers = new Uint8Array(Float32Array.of(1.5, -2).buffer);
    for (let pad = 0; pad < 8; pad++) {
      const header = `{"t":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}${' '.repeat(pad)}`;
      const bytes = file(header, numbers);
      const shifted = new Uint8Array(bytes.length + 3);
      shifted.set(bytes, 3);
      expect([...readSafetensors(shifted.subarray(3), FILE).tensors[0].data]).toEqual([1.5, -2]);
    }
  });

  it('sorts the tensors by their bytes, whatever the order of the header', () => {
    const entry = (from: number) => ({ dtype: 'F32', shape: [1], data_offsets: [from, from + 4] });
    const numbers = new Uint8Array(Float32Array.of(1, 2, 3).buffer);
    const { tensors } = readSafetensors(file({ c: entry(8), a: entry(0), b: entry(4) }, numbers), FILE);
    expect(tensors.map(({ name, data }) => [name, data[0]])).toEqual([
      ['a', 1],
      ['b', 2],
      ['c', 3],
    ]);
  });

  it('converts F64, F16 and BF16', () => {
    const read = (dtype: string, bytes: Uint8Array, count: number) =>
      readSafetensors(file({ t: { dtype, shape: [count], data_offsets: [0, bytes.length] } }, bytes), FILE)
        .tensors[0].data;
    const halves = Uint16Array.of(0x3c00, 0xc000, 0x0001, 0x7bff, 0x8000, 0x3555);
    const wanted = [1, -2, 2 ** -24, 65504, -0, 0x555 / 2 ** 12];
    expect([...read('F16', new Uint8Array(halves.buffer), 6)]).toEqual(wanted);
    const brains = Uint16Array.of(0x3f80, 0xc000, 0x0001, 0x7f7f, 0x4049);
    expect([...read('BF16', new Uint8Array(brains.buffer), 5)]).toEqual([
      1,
      -2,
      2 ** -133,
      3.3895313892515355e38,
      3.140625,
    ]);
    const doubles = new Uint8Array(Float64Array.of(0.1, -1e-50, 1e30).buffer);
    expect([...read('F64', doubles, 3)]).toEqual([0.1, -0, 1e30].map(Math.fround));
  });
});

describe('a damaged safetensors file', () => {
  it.each([0n, 1n, 3n, 64n, 0xffffffffn, 2n ** 53n, 2n ** 53n + 1n, 2n ** 63n, 2n ** 64n - 1n, 100_000_001n])(
    'is refused by the length of its header: %d',
    (length) => {
      expect(refused(file('{}', 0, length)).message).toMatch(
        /has a? ?header|header has \d+ bytes|its header/,
      );
    },
  );

  it('is refused at any length that cuts it off', () => {
    const whole = writeSafetensors(SAMPLE, { one: 'x' });
    for (let length = 0; length < whole.length; length++) refused(whole.subarray(0, length));
    refused(Uint8Array.from([...whole, 0]));
  });

  const entry = (fields: object = {}) => ({ dtype: 'F32', shape: [2], data_offsets: [0, 8], ...fields });
  const cases: [string, unknown, RegExp][] = [
    ['a list', '[]', /does not start with '{'/],
    ['a space first', ' {}', /does not start with '{'/],
    ['a byte order mark', '\uFEFF{}', /does not start with '{'/],
    ['no JSON', '{"t":}', /The header of 'm.safetensors' is no JSON/],
    ['two objects', '{}{}', /is no JSON/],
    ['a tensor twice', `{"t":${JSON.stringify(entry())},"t":${JSON.stringify(entry())}}`, /key 't' twice/],
    ['a key twice, written otherwise', '{"a":{"x":1,"\\u0078":2}}', /key 'x' twice/],
    ['a key twice, deep in a list', '{"a":[1,{"b":{},"c":[{"d":"{","d":1}]}]}', /key 'd' twice/],
    ['__proto__', '{"__proto__":{"dtype":"F32"}}', /key '__proto__'/],
    ['__proto__ in the metadata', '{"__metadata__":{"__proto__":"x"}}', /key '__proto__'/],
    ['metadata that is no object', { __metadata__: ['a'] }, /field '__metadata__', where an object/],
    ['metadata of numbers', { __metadata__: { a: 1 } }, /has 1 in the field '__metadata__.a', where a text/],
    ['a tensor that is no object', { t: 3 }, /has 3 in the field 't', where an object is expected/],
    ['no type', { t: entry({ dtype: undefined }) }, /nothing in the field 't.dtype'/],
    ['an unknown type', { t: entry({ dtype: 'F8', data_offsets: [9, 3] }) }, /"F8" in the field 't.dtype'/],
    [
      'whole numbers',
      { t: entry({ dtype: 'I64' }) },
      /'t.dtype', where one of the types F32, F64, F16, BF16/,
    ],
    ['no shape', { t: entry({ shape: '2' }) }, /'t.shape', where a list/],
    ['a broken shape', { t: entry({ shape: [2, 0.5] }) }, /'t.shape\[1\]'/],
    ['a negative shape', { t: entry({ shape: [-2] }) }, /'t.shape\[0\]'/],
    ['a shape beyond doubles', { t: entry({ shape: [2 ** 52, 2 ** 52] }) }, /for the shape/],
    ['one offset', { t: entry({ data_offsets: [0] }) }, /a list of two offsets/],
    ['an end before its begin', { t: entry({ data_offsets: [8, 0] }) }, /first offset before the last/],
    ['a negative offset', { t: entry({ data_offsets: [-8, 0] }) }, /'t.data_offsets\[0\]'/],
    [
      'an offset beyond doubles',
      '{"t":{"dtype":"F32","shape":[2],"data_offsets":[0,9007199254740993]}}',
      /data_offsets\[1\]/,
    ],
    [
      'another size than its shape',
      { t: entry({ shape: [3] }) },
      /a length of 12 bytes for the shape \[3\] of F32/,
    ],
    [
      'bytes before the first tensor',
      { t: entry({ data_offsets: [4, 12] }) },
      /'t' starts at byte 4, after a gap, where byte 0/,
    ],
    ['a gap', { t: entry(), u: entry({ data_offsets: [12, 20] }) }, /'u' starts at byte 12, after a gap/],
    [
      'an overlap',
      { t: entry(), u: entry({ data_offsets: [4, 12] }) },
      /'u' starts at byte 4, inside another/,
    ],
    ['one place twice', { t: entry(), u: entry() }, /'u' starts at byte 0, inside another/],
    [
      'fewer bytes',
      { t: entry({ shape: [6], data_offsets: [0, 24] }) },
      /has 20 bytes of numbers where its header says 24/,
    ],
    ['more bytes', { t: entry() }, /has 20 bytes of numbers where its header says 8/],
  ];
  it.each(cases)('is refused: %s', (_, header, message) => {
    expect(refused(file(header, 20)).message).toMatch(message);
  });

  it('is refused if its header is no UTF-8', () => {
    const bytes = file({ t: entry() }, 8);
    bytes[11] = 0xff;
    expect(refused(bytes).message).toMatch(/not UTF-8/);
  });

  it.each([
    [NaN, 0],
    [Infinity, 3],
    [-Infinity, 1],
  ])('is refused for a weight %d, with tensor and index', (value, index) => {
    const values = [1, 2, 3, 4];
    values[index] = value;
    const { message } = refused(writeSafetensors([tensor('x', [1], [1]), tensor('w', [4], values)]));
    expect(message).toContain(`the tensor 'w' holds ${value} at index ${index}`);
  });

  it('is refused for a double outside float32, and for infinity in half precision', () => {
    const doubles = new Uint8Array(Float64Array.of(1, 1e39).buffer);
    const header = (dtype: string) => ({
      w: { dtype, shape: [2], data_offsets: [0, dtype === 'F64' ? 16 : 4] },
    });
    expect(refused(file(header('F64'), doubles)).message).toMatch(/'w' holds 1e\+39 at index 1/);
    expect(refused(file(header('F16'), Uint8Array.of(0, 0x3c, 0, 0x7c))).message).toMatch(
      /Infinity at index 1/,
    );
    expect(refused(file(header('BF16'), Uint8Array.of(0xc0, 0x7f, 0, 0))).message).toMatch(/NaN at index 0/);
  });

  // Every one of them: there are no more than a property test would be patient with.
  it('is refused or loads the same tensors if any byte of its header is any other', () => {
    const whole = writeSafetensors(SAMPLE, { note: 'x' });
    const length = Number(new DataView(whole.buffer).getBigUint64(0, true));
    // A name may differ, so may the shape of no numbers, and [ ] is as good a shape of one number as [1].
    const told = (tensors: readonly NamedTensor[]) =>
      tensors
        .filter(({ data }) => data.length)
        .map(({ shape, data }) => `${data.length > 1 ? shape : ''}: ${data}`)
        .join('; ');
    const wrong: string[] = [];
    for (let at = 0; at < 8 + length; at++) {
      for (let flip = 1; flip < 256; flip++) {
        const bytes = whole.slice();
        bytes[at] ^= flip;
        try {
          if (told(readSafetensors(bytes, FILE).tensors) !== told(SAMPLE)) wrong.push(`byte ${at} ^ ${flip}`);
        } catch (error) {
          if (!(error instanceof DataError)) wrong.push(`byte ${at} ^ ${flip}: ${error}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  }, 60_000);

  it('is a DataError whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          readSafetensors(bytes, FILE);
        } catch (error) {
          expect(error).toBeInstanceOf(DataError);
        }
      }),
    );
  });
});
