import { stat } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';

/** How often a file is looked at, in ms: editors replace files, which watchers of the system lose sight of. */
const LOOK_MS = 150;

/** What changes when a file is saved. */
async function stampOf(file: string): Promise<string> {
  const found = await stat(file).catch(() => undefined);
  return found ? `${found.mtimeMs} ${found.size} ${found.ino}` : '';
}

/** Saves of a file, one at a time. */
export class Saves {
  private constructor(
    private readonly file: string,
    private last: string,
  ) {}

  static async of(file: string): Promise<Saves> {
    return new Saves(file, await stampOf(file));
  }

  /** Resolves once the file was saved since it was last asked for, and lies still. @throws the signal's reason */
  async next(signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      const seen = await stampOf(this.file);
      await wait(LOOK_MS, undefined, { signal }).catch(() => signal.throwIfAborted());
      if (!seen || seen === this.last || seen !== (await stampOf(this.file))) continue;
      this.last = seen;
      return;
    }
  }
}
