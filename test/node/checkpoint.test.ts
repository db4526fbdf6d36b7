import fc from 'fast-check';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CheckpointStore } from '../../src/cli/checkpointStore.ts';
import { DataError } from '../../src/errors.ts';
import { type CheckpointFile, readCheckpoint, writeCheckpoint } from '../../src/formats/checkpoint.ts';
import { dense } from '../../src/network/layers.ts';
import { adam } from '../../src/network/optimizer.ts';
import { inspect } from '../../src/session/checkpoint.ts';
import { CpuNetwork } from '../../src/session/cpuNetwork.ts';
import { buildWriter, killWriters, newestIn, runLimited } from './kills.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'katman-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string) => path.join(folder, name);

const bitsOf = ({ state, tensors }: CheckpointFile) => ({
  state,
  tensors: tensors.map(({ name, shape, data }) => [name, shape, [...new Uint32Array(data.buffer)]]),
});

describe('the bytes of a checkpoint', () => {
  it('keep every bit: of numbers in the state, and of tensors, whatever they are', async () => {
    const anyBits = fc.uint32Array({ maxLength: 40 }).map((bits) => new Float32Array(bits.slice().buffer));
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyBits, { maxLength: 4 }),
        fc.jsonValue(),
        fc.double(),
        async (arrays, json, number) => {
          const tensors = arrays.map((data, i) => ({ name: `layer${i}.w`, shape: [data.length], data }));
          const state = {
            number,
            json: JSON.parse(JSON.stringify(json).replaceAll('__proto__', 'p').replaceAll('$', 's')),
          };
          const bytes = await writeCheckpoint({ state, tensors });
          expect(bitsOf(await readCheckpoint(bytes, 'a'))).toEqual(bitsOf({ state, tensors }));
          // Where a file begins in memory is all the same.
          const shifted = new Uint8Array(bytes.length + 3);
          shifted.set(bytes, 3);
          expect(bitsOf(await readCheckpoint(shifted.subarray(3), 'a'))).toEqual(bitsOf({ state, tensors }));
        },
      ),
      { numRuns: 100 },
    );
  });

  describe('of a training', () => {
    let bytes: Uint8Array;
    beforeAll(async () => {
      const network = await CpuNetwork.create({ inputs: 2, layers: [dense(3, 'tanh'), dense(1, 'sigmoid')] });
      const data = { rows: 4, x: new Float32Array(8).fill(0.5), y: new Float32Array([0, 1, 1, 0]) };
      const training = await network.train(data, { steps: 9, batchSize: 3, optimizer: adam() });
      await training.run(5);
      bytes = await training.checkpoint();
    });
    const refused = (changed: Uint8Array, message: RegExp = /'a\.safetensors'/) =>
      expect(inspect(changed, 'a.safetensors')).rejects.toSatisfy((error: Error) => {
        expect(error).toBeInstanceOf(DataError);
        expect((error as DataError).place.file).toBe('a.safetensors');
        expect(error.message).toMatch(message);
        return true;
      });

    it('say how far it is, and are refused wherever they are cut', async () => {
      expect(await inspect(bytes, 'a')).toEqual({ steps: 5, total: 9, isFinished: false });
      for (let length = 0; length < bytes.length; length += length < 64 ? 1 : 7)
        await refused(bytes.slice(0, length));
      await refused(bytes.slice(0, -1), /has \d+ bytes where its header says \d+: it is cut off or damaged/);
      await refused(new Uint8Array([...bytes, 0]), /where its header says/);
    });

    it('are refused with any bit flipped', async () => {
      await fc.assert(
        fc.asyncProperty(fc.integer({ min: 0, max: 8 * bytes.length - 1 }), async (bit) => {
          const changed = bytes.slice();
          changed[bit >> 3] ^= 1 << (bit & 7);
          await refused(changed);
        }),
        { numRuns: 400 },
      );
    });

    it('are refused with any header, before memory is taken for it', async () => {
      for (const size of [0n, 1n, BigInt(bytes.length), 2n ** 53n, 2n ** 64n - 1n]) {
        const changed = bytes.slice();
        new DataView(changed.buffer).setBigUint64(0, size, true);
        await refused(changed);
      }
      const withHeader = (json: string) => {
        const header = new TextEncoder().encode(json);
        const changed = new Uint8Array(8 + header.length);
        new DataView(changed.buffer).setBigUint64(0, BigInt(header.length), true);
        changed.set(header, 8);
        return refused(changed);
      };
      await withHeader(`{"__metadata__":${'['.repeat(1e5)}${']'.repeat(1e5)}}`);
      await withHeader(
        '{"__metadata__":{"format":"katman-checkpoint/1"},"sha256":{"dtype":"U8","shape":[9e15],"data_offsets":[0,9e15]}}',
      );
      await fc.assert(
        fc.asyncProperty(fc.json(), async (json) => {
          await withHeader(json);
        }),
        { numRuns: 200 },
      );
    });

    it('are refused with another version, and with a state that is none, though the checksum is right', async () => {
      const { state, tensors } = await readCheckpoint(bytes, 'a');
      const header = Number(new DataView(bytes.buffer).getBigUint64(0, true));
      const text = new TextDecoder().decode(bytes.subarray(8, 8 + header));
      const other = bytes.slice();
      other.set(new TextEncoder().encode(text.replace('katman-checkpoint/1', 'katman-checkpoint/2')), 8);
      await refused(
        other,
        /is of the format "katman-checkpoint\/2", and this version reads 'katman-checkpoint\/1'/,
      );
      for (const wrong of [null, 3, [], {}, { ...(state as object), description: { steps: -1 } }])
        await refused(await writeCheckpoint({ state: wrong, tensors }), /in the field '/);
    });
  });
});

describe('a folder of checkpoints', () => {
  const judge = async (bytes: Uint8Array) => {
    if (bytes[0] === 0) throw new DataError('it is damaged');
    return bytes[0];
  };

  it('keeps the last two, and falls back to the one before', async () => {
    const store = await CheckpointStore.open(at('two/deep'));
    expect([store.isEmpty, await store.newest(judge)]).toEqual([true, undefined]);
    for (const byte of [1, 2, 3]) await store.write(new Uint8Array([byte]));
    expect(readdirSync(store.folder).sort()).toEqual([
      'checkpoint-000002.safetensors',
      'checkpoint-000003.safetensors',
      'lock',
    ]);
    expect((await store.newest(judge))!.judged).toBe(3);
    await store.write(new Uint8Array([0]));
    const { judged, passedOver, file } = (await store.newest(judge))!;
    expect([judged, passedOver, path.basename(file)]).toEqual([
      3,
      ['it is damaged'],
      'checkpoint-000003.safetensors',
    ]);
    await store.write(new Uint8Array([0]));
    await expect(store.newest(judge)).rejects.toThrow(
      /^No checkpoint in '\S+deep' is whole: it is damaged; it is damaged$/,
    );
    await store.close();
    // What a process that was killed has left is taken away, and numbers go on.
    writeFileSync(at('two/deep/checkpoint-000009.safetensors.tmp'), 'half');
    const next = await CheckpointStore.open(at('two/deep'));
    expect(path.basename(await next.write(new Uint8Array([7])))).toBe('checkpoint-000006.safetensors');
    expect(readdirSync(next.folder).some((name) => name.endsWith('.tmp'))).toBe(false);
    await next.close();
  });

  it('belongs to one process at a time, and to the next when that is gone', async () => {
    const store = await CheckpointStore.open(at('locked'));
    await expect(CheckpointStore.open(at('locked'))).rejects.toThrow(
      new RegExp(
        `^Process ${process.pid} is writing its checkpoints to '\\S+locked'; wait for it, or choose another folder$`,
      ),
    );
    await store.close();
    const owner = JSON.stringify({
      pid: 2 ** 22 + 1,
      host: (await import('node:os')).hostname(),
      began: '1',
    });
    writeFileSync(at('locked/lock'), owner);
    await (await CheckpointStore.open(at('locked'))).close();
    // The number of the process is used again, by another.
    writeFileSync(at('locked/lock'), owner.replace(/"pid":\d+/, `"pid":${process.pid}`));
    if (existsSync('/proc/self/stat')) await (await CheckpointStore.open(at('locked'))).close();
    writeFileSync(at('locked/lock'), owner.replace(/"host":"[^"]*"/, '"host":"elsewhere"'));
    await expect(CheckpointStore.open(at('locked'))).rejects.toThrow(
      /of elsewhere is writing .* \(if it is gone, remove '/,
    );
    writeFileSync(at('locked/lock'), '');
    const many = await Promise.allSettled(
      Array.from({ length: 8 }, () => CheckpointStore.open(at('locked'))),
    );
    expect(many.filter(({ status }) => status === 'fulfilled').length).toBe(1);
  });

  it('of which a writer is killed at 20 random moments has its last checkpoint, whole', async () => {
    const { written } = await killWriters(20);
    expect(written).toBeGreaterThanOrEqual(20);
  }, 120_000);

  it('on a full disk keeps what it has', async () => {
    const writer = await buildWriter(folder);
    const full = at('full');
    const store = await CheckpointStore.open(full);
    await store.write(
      await writeCheckpoint({
        state: { steps: 5 },
        tensors: [{ name: 'w', shape: [1], data: new Float32Array([5]) }],
      }),
    );
    await store.close();
    const { code, stderr } = await runLimited(writer, full, 8, 100_000);
    expect(code).not.toBe(0);
    expect(stderr).toMatch(
      /OutputError: The checkpoint '\S+000002\.safetensors' could not be written: it would be larger/,
    );
    expect(await newestIn(full)).toEqual({ steps: 5, passedOver: [] });
    expect(readdirSync(full).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  }, 60_000);
});
