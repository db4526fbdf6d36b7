import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { type CheckpointFile, readCheckpoint, writeCheckpoint } from '../../src/formats/checkpoint.ts';
import { cutsAndFlips, join, mutants, outcome, runs } from './fuzzing.ts';

const CHECKPOINTS: readonly CheckpointFile[] = [
  {
    state: { step: 7, best: { loss: Infinity, epoch: -0 }, random: [1, 2, NaN], names: ['__proto__', 'ü'] },
    tensors: [
      { name: 'layer1.w', shape: [2, 2], data: Float32Array.of(1, NaN, -0, 1e-45) },
      { name: 'layer1.b', shape: [2], data: Float32Array.of(3, -Infinity) },
    ],
  },
  { state: null, tensors: [] },
];
let files: Uint8Array[];
beforeAll(async () => {
  files = await Promise.all(CHECKPOINTS.map(writeCheckpoint));
});

const same = (a: Uint8Array) => (b: Uint8Array) => Buffer.from(a).equals(b);
const read = (bytes: Uint8Array) => readCheckpoint(bytes, 'a.checkpoint');

/** Bytes with the checksum that is right for them, as somebody who means harm would make it. */
function signed(bytes: Uint8Array): Uint8Array {
  const content = bytes.subarray(0, Math.max(0, bytes.length - 32));
  return join(content, createHash('sha256').update(content).digest());
}

describe('a damaged checkpoint', () => {
  it('is refused at every length, and with any bit of it the other way', async () => {
    for (const file of files)
      for (const bytes of cutsAndFlips(file, file.length))
        expect(await outcome(() => read(bytes))).toHaveProperty('error');
  });

  it('is refused whatever else was changed', async () => {
    const property = fc.asyncProperty(mutants(files), async (bytes) => {
      const found = await outcome(() => read(bytes));
      expect('value' in found).toBe(files.some(same(bytes)));
    });
    await fc.assert(property, runs(500));
  });

  it('is refused in a sentence, or whole, where its checksum was made right', async () => {
    const property = fc.asyncProperty(mutants(files, 2), async (bytes) => {
      const found = await outcome(() => read(signed(bytes)));
      if ('error' in found) return;
      for (const { shape, data } of found.value.tensors)
        expect(data).toHaveLength(shape.reduce((product, size) => product * size, 1));
    });
    await fc.assert(property, runs(500));
  });

  it('is refused for a state that is nested without end', async () => {
    const state = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    const checksum = { dtype: 'U8', shape: [32], data_offsets: [0, 32] };
    const metadata = { format: 'katman-checkpoint/1', state };
    const header = new TextEncoder().encode(JSON.stringify({ __metadata__: metadata, sha256: checksum }));
    const length = new Uint8Array(8);
    new DataView(length.buffer).setBigUint64(0, BigInt(header.length), true);
    const bytes = signed(join(length, header, new Uint8Array(32)));
    expect(await outcome(() => read(bytes))).toHaveProperty('error');
  });
});
