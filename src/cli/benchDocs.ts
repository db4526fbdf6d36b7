import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { DataError } from '../errors.ts';
import type { BenchReceipt } from './benchReceipt.ts';
import { describeBench } from './benchTable.ts';
import { writeResult } from './output.ts';
import { ROOT } from './server.ts';

export const START = '<!-- bench:start -->';
export const END = '<!-- bench:end -->';

/** Where the last measurement is kept. */
export const BENCHMARKS = path.join(ROOT, 'docs/benchmarks.md');

/** Puts a run between the markers of docs/benchmarks.md. @throws DataError if they are not there */
export async function rewriteBenchmarks(receipt: BenchReceipt, file = BENCHMARKS): Promise<void> {
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw new DataError(`'${file}' cannot be read: ${error.message}; write it anew, with both markers`, {
      file,
    });
  });
  await writeResult(file, replaceBetween(text, describeBench(receipt), file));
}

/**
 * A text with other content between its markers, and nothing else changed.
 * @throws DataError unless each marker is there once, and in order
 */
export function replaceBetween(text: string, content: string, file: string): string {
  const once = (marker: string) => text.split(marker).length === 2;
  const [start, end] = [text.indexOf(START), text.indexOf(END)];
  if (!once(START) || !once(END) || end < start)
    throw new DataError(
      `'${file}' does not have the markers '${START}' and '${END}' once each and in this order; put them around the tables`,
      { file },
    );
  return `${text.slice(0, start + START.length)}\n\n${content}\n\n${text.slice(end)}`;
}
