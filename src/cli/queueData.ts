import { mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { builtinName } from '../data/builtin.ts';
import { DataError } from '../errors.ts';
import type { Trial } from '../sweep/trials.ts';
import type { QueueLink } from './queueLink.ts';

/** Data of a sweep that has ended without saying so is dropped after a week, in seconds. */
const KEEP_S = 7 * 24 * 3600;
/** A text in Redis holds 512 MiB; base64 makes a third more of it. */
const MOST_BYTES = 380 * 2 ** 20;

interface Kept {
  /** The last part of its path, which data is named by. */
  readonly name: string;
  readonly isFolder: boolean;
  readonly files: readonly { readonly name: string; readonly base64: string }[];
}

const keyOf = (sha256: string) => `katman:data:${sha256}`;

/**
 * Puts data beside the queue, so that workers need not have it: a CSV file, the files of a folder, a file of test rows.
 * @throws DataError if it is too large for that
 */
export async function putData(
  link: QueueLink,
  { experiment, data }: Pick<Trial, 'experiment' | 'data'>,
): Promise<void> {
  const named = [
    [experiment.data, data.sha256],
    [experiment.split, data.split],
  ] as const;
  for (const [place, sha256] of named) {
    if (typeof place !== 'string' || sha256 === undefined || builtinName(place)) continue;
    const content = await packed(place);
    const client = await link.client;
    await client.set(keyOf(sha256), content, { EX: KEEP_S });
  }
}

async function packed(place: string): Promise<string> {
  const isFolder = (await stat(place)).isDirectory();
  const names = isFolder ? (await readdir(place)).filter((name) => name.includes('ubyte')) : [''];
  const files = await Promise.all(
    names.map(async (name) => ({
      name,
      base64: (await readFile(path.join(place, name))).toString('base64'),
    })),
  );
  const kept: Kept = { name: path.basename(path.resolve(place)), isFolder, files };
  const bytes = await promisify(gzip)(JSON.stringify(kept));
  if (bytes.length > MOST_BYTES)
    throw new DataError(
      `'${place}' is too large to go through Redis (${Math.round(bytes.length / 2 ** 20)} MiB packed); sweep over the browsers of one machine, without --redis`,
    );
  return bytes.toString('base64');
}

/** The data of trials as a worker finds it: fetched once, into a folder that is removed at the end. */
export class FetchedData {
  readonly #found = new Map<string, Promise<string>>();
  #folder: Promise<string> | undefined;

  constructor(private readonly link: QueueLink) {}

  /** The experiment of a trial, with the places of its files on this machine. @throws DataError if they are gone */
  async locate({ experiment, data }: Trial): Promise<Trial['experiment']> {
    const place = async (named: unknown, sha256: string | undefined) =>
      typeof named !== 'string' || sha256 === undefined || builtinName(named)
        ? named
        : this.#fetch(named, sha256);
    const split = await place(experiment.split, data.split);
    return {
      ...experiment,
      data: await place(experiment.data, data.sha256),
      ...(split !== undefined && { split }),
    };
  }

  async close(): Promise<void> {
    if (this.#folder) await rm(await this.#folder, { recursive: true, force: true });
  }

  #fetch(named: string, sha256: string): Promise<string> {
    if (!this.#found.has(sha256)) {
      const fetched = this.#write(named, sha256);
      fetched.catch(() => this.#found.delete(sha256));
      this.#found.set(sha256, fetched);
    }
    return this.#found.get(sha256)!;
  }

  async #write(named: string, sha256: string): Promise<string> {
    this.#folder ??= mkdtemp(path.join(tmpdir(), 'katman-data-'));
    const text = await (await this.link.client).get(keyOf(sha256));
    if (text === null)
      throw new DataError(`The data '${named}' is no longer in Redis; start the sweep again, with --resume`);
    const kept: Kept = JSON.parse(String(await promisify(gunzip)(Buffer.from(text, 'base64'))));
    const place = path.join(await this.#folder, sha256, path.basename(kept.name));
    await mkdir(kept.isFolder ? place : path.dirname(place), { recursive: true });
    for (const { name, base64 } of kept.files)
      // Only the last part of a name counts, whoever has put it there.
      await writeFile(
        kept.isFolder ? path.join(place, path.basename(name)) : place,
        Buffer.from(base64, 'base64'),
      );
    return place;
  }
}
