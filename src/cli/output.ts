import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { access, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { KatmanError } from '../errors.ts';

/** A result that could not be written. */
export class OutputError extends KatmanError {
  override name = 'OutputError';
}

/**
 * Writes to a temporary name beside the file and renames it, so that a file is whole or not there.
 * `-` is stdout, whose reader may have gone.
 * @throws OutputError naming the file
 */
export async function writeResult(file: string, content: string | Uint8Array): Promise<void> {
  if (file === '-') {
    await new Promise<void>((resolve) => process.stdout.write(content, () => resolve()));
    return;
  }
  // A link stays a link, and what is no ordinary file (a device, a pipe) is written to as it is.
  const target = await realpath(file).catch(() => file);
  const found = await stat(target).catch(() => undefined);
  const temporary = `${target}.${randomBytes(4).toString('hex')}.tmp`;
  try {
    if (found && !found.isFile()) return await writeFile(target, content);
    await writeFile(temporary, content);
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw new OutputError(
      `'${file}' could not be written: ${(error as Error).message}; choose another place`,
    );
  }
}

/**
 * Says before the work what would only be found after it: that a result has no place.
 * @throws OutputError naming the file
 */
export async function checkWritable(file: string | undefined): Promise<void> {
  if (file === undefined || file === '-') return;
  const problem = (text: string) =>
    new OutputError(`'${file}' cannot be written: ${text}; choose another place`);
  const found = await stat(file).catch(() => undefined);
  if (found?.isDirectory() && !file.endsWith('.tfjs')) throw problem('it is a folder');
  const folder = path.dirname(path.resolve(file));
  await access(folder, constants.W_OK).catch(() => {
    throw problem(`there is no folder '${folder}' that can be written to`);
  });
}
