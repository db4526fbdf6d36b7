import { spawn } from 'node:child_process';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { outcome } from './fuzzing.ts';
import { small } from './hostile.ts';

/** The most that reading 64 KiB may take of a processor: 50 ms, and more of one that others use, too. */
const MOST_MS = 200;

/** The most memory that reading takes beyond the file, as a multiple of the file; of CSV rows of one character are the worst. */
const MOST_TIMES: Readonly<Record<string, number>> = {
  CSV: 80,
  'IDX: gzip': 450,
  IDX: 3,
  safetensors: 4,
  ONNX: 6,
  JSON: 6,
  'TensorFlow.js': 4,
  link: 4,
};
/** What the engine takes for itself, whatever it reads: code that it compiles, garbage not yet collected. */
const SLACK = 24 * 2 ** 20;

describe('a file that was made to harm', () => {
  it.each(small())('is refused, or read, at once and without an error of the engine: $name', async (file) => {
    const { bytes, isGood, read } = file;
    let best = Infinity;
    // The best of some: the first compiles, and others use this machine, too.
    for (let i = 0; i < 5 && best > 20; i++) {
      const start = process.cpuUsage();
      const found = await outcome(() => read(bytes));
      const { user, system } = process.cpuUsage(start);
      best = Math.min(best, (user + system) / 1000);
      expect('value' in found).toBe(isGood);
    }
    expect(best).toBeLessThan(MOST_MS);
  });

  it.each(['small', 'large'])(
    'takes no more memory than a multiple of itself: %s files',
    async (which) => {
      const files = await peaks(which);
      expect(files.length).toBeGreaterThan(10);
      for (const { name, size, refused, isGood, grown } of files) {
        const times = MOST_TIMES[Object.keys(MOST_TIMES).find((kind) => name.startsWith(kind))!];
        expect(grown, `${name}: ${(grown / size).toFixed(1)} times ${size} bytes`).toBeLessThan(
          times * size + SLACK,
        );
        if (refused) expect(refused).toMatch(/^DataError: /);
        if (isGood) expect(refused).toBeUndefined();
      }
    },
    60_000,
  );
});

interface Peak {
  readonly name: string;
  readonly size: number;
  readonly refused?: string;
  readonly isGood: boolean;
  /** Bytes of memory beyond what there was before. */
  readonly grown: number;
}

function peaks(which: string): Promise<Peak[]> {
  const child = spawn(
    process.execPath,
    ['--expose-gc', path.join(import.meta.dirname, 'fuzzPeak.mjs'), which],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let text = '';
  child.stdout.on('data', (data) => (text += data));
  return new Promise((resolve, reject) => {
    child.on('close', (code) => (code ? reject(new Error(`exit ${code}`)) : resolve(JSON.parse(text))));
  });
}
