import { link, mkdir, open, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { DataError, UsageError } from '../errors.ts';
import { OutputError } from './output.ts';

const NAME = /^checkpoint-(\d{6,})\.safetensors$/;
const LOCK = 'lock';
/** Generations that are kept: should the last turn out to be damaged, there is the one before. */
const KEPT = 2;

/** A checkpoint that was read from a folder. */
export interface Stored<T> {
  readonly file: string;
  readonly bytes: Uint8Array;
  /** What whoever judged it made of it. */
  readonly judged: T;
  /** Why newer ones were passed over, a sentence each. */
  readonly passedOver: readonly string[];
}

/**
 * A folder of checkpoints, which one process at a time writes to. Each is written under another name and renamed when
 * it is on the disk, so that whatever ends this process, the last that was acknowledged is there and whole.
 */
export class CheckpointStore {
  private constructor(
    readonly folder: string,
    private sequence: number,
  ) {}

  /**
   * Opens a folder, makes it if there is none, and locks it.
   * @throws OutputError if it cannot be written to, UsageError if another process has it
   */
  static async open(folder: string): Promise<CheckpointStore> {
    try {
      await mkdir(folder, { recursive: true });
      await lock(folder);
      const names = await readdir(folder);
      for (const name of names.filter((name) => name.endsWith('.tmp')))
        await rm(path.join(folder, name), { force: true });
      return new CheckpointStore(folder, Math.max(0, ...names.map(sequenceOf)));
    } catch (error) {
      throw error instanceof UsageError ? error : unwritable(folder, error);
    }
  }

  /** Whether there are checkpoints in it. */
  get isEmpty(): boolean {
    return this.sequence === 0;
  }

  /**
   * Writes a checkpoint. When this has resolved it is on the disk.
   * @returns its file
   * @throws OutputError; those before it are as they were
   */
  async write(bytes: Uint8Array): Promise<string> {
    const sequence = this.sequence + 1;
    const file = this.#file(sequence);
    await this.put(path.basename(file), bytes);
    this.sequence = sequence;
    // Older ones are of no use any more; that they stay would do no harm.
    for (const name of await readdir(this.folder).catch(() => []))
      if (sequenceOf(name) && sequenceOf(name) <= sequence - KEPT)
        await rm(path.join(this.folder, name), { force: true }).catch(() => {});
    return file;
  }

  /** Writes any file of the folder, whole or not at all. @throws OutputError */
  async put(name: string, content: Uint8Array | string): Promise<void> {
    const file = path.join(this.folder, name);
    const temporary = `${file}.tmp`;
    try {
      const handle = await open(temporary, 'w');
      try {
        await handle.writeFile(content);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(temporary, file);
      await syncFolder(this.folder);
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => {});
      throw unwritable(file, error);
    }
  }

  /**
   * The newest checkpoint that is whole; undefined if there is none at all.
   * @param judge throws a DataError for one that is damaged
   * @throws DataError if all of them are
   */
  async newest<T>(judge: (bytes: Uint8Array, file: string) => Promise<T>): Promise<Stored<T> | undefined> {
    const sequences = (await readdir(this.folder)).map(sequenceOf).filter(Boolean);
    const passedOver: string[] = [];
    for (const sequence of sequences.sort((a, b) => b - a)) {
      const file = this.#file(sequence);
      try {
        const bytes = new Uint8Array(await readFile(file));
        return { file, bytes, judged: await judge(bytes, file), passedOver };
      } catch (error) {
        passedOver.push((error as Error).message);
      }
    }
    if (!passedOver.length) return undefined;
    throw new DataError(`No checkpoint in '${this.folder}' is whole: ${passedOver.join('; ')}`, {
      file: this.folder,
    });
  }

  /** Lets others have the folder. */
  async close(): Promise<void> {
    await rm(path.join(this.folder, LOCK), { force: true }).catch(() => {});
  }

  #file(sequence: number): string {
    return path.join(this.folder, `checkpoint-${String(sequence).padStart(6, '0')}.safetensors`);
  }
}

/** The number of a checkpoint; 0 for other files. */
function sequenceOf(name: string): number {
  return Number(NAME.exec(name)?.[1] ?? 0);
}

const WORDS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EFBIG: 'it would be larger than a file may be here',
  EDQUOT: 'the quota of the disk is used up',
  EACCES: 'there is no permission',
  EROFS: 'the disk is read-only',
  EEXIST: 'there is a file of that name',
  ENOTDIR: 'it is no folder',
};

function unwritable(file: string, error: unknown): OutputError {
  const { code, message } = error as NodeJS.ErrnoException;
  return new OutputError(
    `The checkpoint '${file}' could not be written: ${WORDS[code ?? ''] ?? message}; make room, or choose another folder`,
  );
}

/** A renamed file is on the disk when its folder is; Windows has no such thing. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The process that has a folder: it is known again by when it began, as numbers of processes are used again. */
interface Owner {
  readonly pid: number;
  readonly host: string;
  readonly began: string;
}

/**
 * Locks a folder: a file that holds its owner is linked to the name of the lock, which fails where there is one. A
 * lock whose owner is gone is taken away.
 */
async function lock(folder: string): Promise<void> {
  const file = path.join(folder, LOCK);
  const own = `${file}.${process.pid}`;
  const me: Owner = { pid: process.pid, host: hostname(), began: beganAt(process.pid) };
  await writeFile(own, JSON.stringify(me));
  try {
    for (let attempt = 0; attempt < 3; attempt++) {
      try {
        return await link(own, file);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      const owner = await ownerOf(file);
      if (owner && isAlive(owner))
        throw new UsageError(
          `Process ${owner.pid}${owner.host === me.host ? '' : ` of ${owner.host}`} is writing its checkpoints to '${folder}'; wait for it, or choose another folder${owner.host === me.host ? '' : ` (if it is gone, remove '${file}')`}`,
        );
      await takeAway(file, own, owner);
    }
    throw new UsageError(`Other processes are locking '${folder}' just now; try again`);
  } finally {
    await rm(own, { force: true });
  }
}

/** Removes a lock whose owner is gone; one that another process has put in its place meanwhile is put back. */
async function takeAway(file: string, own: string, gone: Owner | undefined): Promise<void> {
  const aside = `${own}.old`;
  await rename(file, aside).catch(() => {});
  const owner = await ownerOf(aside);
  if (owner && owner.pid !== gone?.pid) await link(aside, file).catch(() => {});
  await rm(aside, { force: true });
}

async function ownerOf(file: string): Promise<Owner | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch {
    return undefined;
  }
}

function isAlive({ pid, host, began }: Owner): boolean {
  // Nothing is known of the processes of another machine.
  if (host !== hostname()) return true;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return beganAt(pid) === began;
}

/** When a process began, where the system says so. */
function beganAt(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ')[19];
  } catch {
    return '';
  }
}
