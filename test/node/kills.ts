import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { build } from 'vite';
import { expect } from 'vitest';
import { CheckpointStore } from '../../src/cli/checkpointStore.ts';
import { readCheckpoint } from '../../src/formats/checkpoint.ts';
import { Random } from '../../src/random.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** Writes checkpoints as fast as it can, each with its number in it, and says which are on the disk. */
const WRITER = `
import { writeSync } from 'node:fs';
import { CheckpointStore } from '/src/cli/checkpointStore.ts';
import { writeCheckpoint } from '/src/formats/checkpoint.ts';
const [folder, first, floats] = process.argv.slice(2);
const store = await CheckpointStore.open(folder);
for (let steps = Number(first); ; steps++) {
  const data = new Float32Array(Number(floats)).fill(steps);
  const bytes = await writeCheckpoint({ state: { steps }, tensors: [{ name: 'w', shape: [data.length], data }] });
  await store.write(bytes);
  // At once: what a pipe has taken is not lost with the process.
  writeSync(1, steps + '\\n');
}
`;

/** The writer as one file that Node runs by itself, and starts in no time. */
export async function buildWriter(folder: string): Promise<string> {
  const output = await build({
    root,
    configFile: false,
    logLevel: 'silent',
    ssr: { noExternal: true },
    build: {
      ssr: true,
      outDir: folder,
      emptyOutDir: false,
      rollupOptions: { input: 'virtual:writer', output: { entryFileNames: 'writer.mjs' } },
    },
    plugins: [
      {
        name: 'writer',
        resolveId: (id) => (id === 'virtual:writer' ? id : undefined),
        load: (id) => (id === 'virtual:writer' ? WRITER : undefined),
      },
    ],
  });
  expect(output).toBeDefined();
  return path.join(folder, 'writer.mjs');
}

/** What is in a folder: the number of the newest whole checkpoint. */
export async function newestIn(folder: string): Promise<{ steps: number; passedOver: readonly string[] }> {
  const store = await CheckpointStore.open(folder);
  try {
    const found = await store.newest(async (bytes, file) => {
      const { state, tensors } = await readCheckpoint(bytes, file);
      const { steps } = state as { steps: number };
      expect(tensors[0].data.every((value) => value === steps)).toBe(true);
      return steps;
    });
    return { steps: found?.judged ?? 0, passedOver: found?.passedOver ?? [] };
  } finally {
    await store.close();
  }
}

/**
 * Kills a writer again and again, at random moments; after each the newest checkpoint that is whole is the last that
 * was acknowledged, or one that was on the disk and not yet acknowledged.
 */
export async function killWriters(
  kills: number,
  onKill?: (count: number) => void,
): Promise<{ written: number; ahead: number }> {
  const folder = mkdtempSync(path.join(tmpdir(), 'katman-test-'));
  try {
    const writer = await buildWriter(folder);
    const checkpoints = path.join(folder, 'checkpoints');
    mkdirSync(checkpoints);
    const random = new Random(21);
    let acknowledged = 0;
    let ahead = 0;
    for (let count = 1; count <= kills; count++) {
      // Some that are written at once, and some that take a while.
      const floats = Math.round(10 ** random.uniform(2, 5));
      const child = spawn(process.execPath, [writer, checkpoints, String(acknowledged + 1), String(floats)]);
      const said = listen(child);
      await said.first;
      await sleep(random.uniform(0, 60));
      child.kill('SIGKILL');
      acknowledged = await said.last;
      const { steps, passedOver } = await newestIn(checkpoints);
      expect(passedOver).toEqual([]);
      expect([acknowledged, acknowledged + 1]).toContain(steps);
      ahead += steps - acknowledged;
      acknowledged = steps;
      onKill?.(count);
    }
    return { written: acknowledged, ahead };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The first and the last number that a writer has said. */
function listen(child: ChildProcess): { first: Promise<void>; last: Promise<number> } {
  let text = '';
  let errors = '';
  child.stderr!.on('data', (data) => (errors += data));
  const last = new Promise<number>((resolve, reject) =>
    child.once('close', () => {
      const numbers = text.split('\n').filter(Boolean).map(Number);
      if (numbers.length) resolve(numbers.at(-1)!);
      else reject(new Error(`the writer wrote nothing: ${errors}`));
    }),
  );
  const first = new Promise<void>((resolve) => {
    child.stdout!.on('data', (data) => {
      text += data;
      resolve();
    });
    child.once('close', () => resolve());
  });
  last.catch(() => {});
  return { first, last };
}

/** Runs the writer where no file may be larger than so many blocks of 1024 bytes. */
export function runLimited(
  writer: string,
  folder: string,
  blocks: number,
  floats: number,
): Promise<{ code: number | null; stderr: string }> {
  return new Promise((resolve) => {
    const command = `ulimit -f ${blocks}; trap '' XFSZ; exec "$@"`;
    const child = spawn('bash', [
      '-c',
      command,
      'bash',
      process.execPath,
      writer,
      folder,
      '1',
      String(floats),
    ]);
    let stderr = '';
    child.stderr.on('data', (data) => (stderr += data));
    child.on('close', (code) => resolve({ code, stderr }));
  });
}
