import { readFile } from 'node:fs/promises';
import { DataError } from '../errors.ts';
import { parseJson } from '../formats/json.ts';

/** A file that a person named, for messages. */
export interface Input {
  readonly file: string;
  /** What it is to be: `The split`. */
  readonly what: string;
  /** What to do if it is not: `give ...`. */
  readonly advice: string;
}

/** What the system says of a file, in words. */
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'you may not read it',
};

/** @throws DataError that says why the file cannot be read, and what to do */
export async function readInput({ file, what, advice }: Input): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = REASONS[code ?? ''] ?? message;
    throw new DataError(`${what} '${file}' cannot be read: ${reason}; ${advice}`, { file });
  }
}

/** What a JSON file holds. @throws DataError that says where it is none, or has a key twice, and what to do */
export async function readJsonInput(input: Input): Promise<unknown> {
  const { file, what, advice } = input;
  const text = (await readInput(input)).toString('utf8');
  try {
    JSON.parse(text);
  } catch (error) {
    const row = rowOf(text, (error as Error).message);
    throw new DataError(
      `${what} '${file}' is no JSON, or cut off${row ? `, in row ${row}` : ''}; ${advice}`,
      {
        file,
        row,
      },
    );
  }
  return parseJson(text, `${what} '${file}'`, file);
}

/** The row, from 1, that a message of the parser speaks of; undefined if it names no position. */
function rowOf(text: string, message: string): number | undefined {
  const position = /position (\d+)/.exec(message);
  return position ? text.slice(0, Number(position[1])).split('\n').length : undefined;
}
