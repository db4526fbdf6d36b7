import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pack, unpack } from '../../src/page/kept/pack.ts';
import { storedOf } from '../../src/page/kept/record.ts';
import type { Shelf } from '../../src/page/kept/shelf.ts';
import { Slots } from '../../src/page/kept/slots.ts';
import { presetOf } from '../../src/page/state/presets.ts';

/** A shelf in memory, on which a write may be cut off after so many bytes. */
function shelf() {
  const files = new Map<string, Uint8Array>();
  const on: Shelf & { cut?: number } = {
    names: async () => [...files.keys()],
    read: async (name) => files.get(name),
    write: async (name, bytes) => {
      files.set(name, bytes.slice(0, on.cut));
      if (on.cut !== undefined) throw new DOMException('no room', 'QuotaExceededError');
    },
    remove: async (name) => void files.delete(name),
  };
  return { files, on };
}

describe('a packed file', () => {
  it('gives back every bit of arrays and numbers', async () => {
    const bits = Uint32Array.of(0x7fc00001, 0x80000000, 0x7f800000, 1, 0x3f800001);
    const value = {
      a: [new Float32Array(bits.buffer), { b: Uint8Array.of(1, 2, 3), none: new Float64Array() }],
      n: [1, -2.5, Infinity, -Infinity, NaN],
      text: 'ş"\n{}',
      c: Int32Array.of(-1, 7),
    };
    const back = (await unpack(await pack(value))) as typeof value;
    expect(new Uint32Array((back.a[0] as Float32Array).buffer)).toEqual(bits);
    expect({ ...back, a: back.a[1] }).toEqual({ ...value, a: value.a[1] });
  });

  it('is no file at any shorter length, and with any bit the other way', async () => {
    const file = await pack({ x: Float32Array.of(1, 2), y: 'z' });
    for (let length = 0; length < file.length; length++)
      expect(await unpack(file.slice(0, length))).toBeUndefined();
    for (let bit = 0; bit < 8 * file.length; bit += 3) {
      const other = file.slice();
      other[bit >> 3] ^= 1 << (bit & 7);
      expect(await unpack(other)).toBeUndefined();
    }
  });
});

describe('the two slots', () => {
  it('hold the last value that was written whole, wherever writing was cut off', async () => {
    const whole = (await pack({ sequence: 1, value: 1 })).length;
    const writes = fc.array(fc.option(fc.nat({ max: whole - 1 }), { nil: undefined, freq: 2 }), {
      maxLength: 12,
    });
    await fc.assert(
      fc.asyncProperty(writes, fc.boolean(), async (cuts, isReopened) => {
        const { on } = shelf();
        let slots = new Slots(on);
        let last: number | undefined;
        for (const [value, cut] of cuts.entries()) {
          on.cut = cut;
          if (cut === undefined) await slots.write((last = value));
          else await expect(slots.write(value)).rejects.toThrow('no room');
          // Whoever was killed begins with what lies there.
          if (isReopened) slots = new Slots(on);
          expect(await slots.read()).toBe(last);
        }
        on.cut = undefined;
        await slots.clear();
        expect(await new Slots(on).read()).toBeUndefined();
      }),
      { numRuns: 60 },
    );
  });
});

describe('what was stored', () => {
  const stored = {
    story: {
      start: presetOf('moons'),
      edits: [{ step: 5, change: { learningRate: 0.1, layers: [{ units: 3, activation: 'relu' }] } }],
      steps: 9,
    },
    ...{ before: 5, from: 7, when: 1e12, checkpoint: Uint8Array.of(1) },
  };

  it('is a run again', async () => {
    expect(storedOf(await unpack(await pack(stored)))).toEqual(stored);
  });

  it('gets the settings that it does not know of from its data set', () => {
    const { noise: _, ...start } = stored.story.start;
    expect(storedOf({ ...stored, story: { ...stored.story, start } })?.story.start).toEqual(
      presetOf('moons'),
    );
  });

  it.each([
    ['nothing', undefined],
    ['a number', 3],
    ['no checkpoint', { ...stored, checkpoint: undefined }],
    ['a step that is none', { ...stored, story: { ...stored.story, steps: -1 } }],
    ['no settings', { ...stored, story: { ...stored.story, start: undefined } }],
    [
      'a setting that there is not',
      { ...stored, story: { ...stored.story, start: { ...presetOf('moons'), rate: 1 } } },
    ],
    [
      'a setting that is not allowed',
      { ...stored, story: { ...stored.story, start: { ...presetOf('moons'), batch: -1 } } },
    ],
    [
      'a change that makes no sense',
      { ...stored, story: { ...stored.story, edits: [{ step: 1, change: 7 }] } },
    ],
    ['a change without a step', { ...stored, story: { ...stored.story, edits: [{ change: {} }] } }],
  ])('is none with %s', (_what, value) => {
    expect(storedOf(value)).toBeUndefined();
  });
});
