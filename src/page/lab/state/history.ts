import { type Draft, readDraft } from './draft.ts';

/** An attempt that was kept, and what it showed. */
export interface Saved {
  readonly id: number;
  /** When, in ms since 1970. */
  readonly at: number;
  readonly draft: Draft;
  readonly result: Result;
}

/** What an attempt showed, in brief: the rest can be found again. */
export interface Result {
  readonly kind: 'invalid' | 'hung' | 'wrong' | 'right' | 'untried';
  readonly rank?: 'faster' | 'slower' | 'cannot be ranked';
  /** The attempt's time over the shipped kernel's. */
  readonly low?: number;
  readonly high?: number;
  readonly gflops?: number;
  readonly gbs?: number;
  /** Floating-point operations for each byte. */
  readonly intensity?: number;
}

const NAME = 'katman-lab';
const STORE = 'attempts';
const FORMAT = 'katman-lab';
const MOST = 10_000;

let opened: Promise<IDBDatabase> | undefined;

function database(): Promise<IDBDatabase> {
  return (opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () =>
      request.result.createObjectStore(STORE, { keyPath: 'id', autoIncrement: true });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error!);
  }));
}

async function ask<T>(mode: IDBTransactionMode, of: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const store = (await database()).transaction(STORE, mode).objectStore(STORE);
  return new Promise((resolve, reject) => {
    const request = of(store);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error!);
  });
}

/** All that were kept, the oldest first. */
export async function savedAttempts(): Promise<Saved[]> {
  return (await ask('readonly', (store) => store.getAll())) as Saved[];
}

/** @returns its number */
export async function keep(attempt: Omit<Saved, 'id'>): Promise<number> {
  return (await ask('readwrite', (store) => store.add(attempt))) as number;
}

export async function forget(id: number): Promise<void> {
  await ask('readwrite', (store) => store.delete(id));
}

/** All attempts as one file. */
export function toFile(attempts: readonly Saved[]): string {
  return JSON.stringify({ format: FORMAT, version: 1, attempts }, null, 1);
}

/** The attempts of such a file; undefined if it is none. What is no attempt is left out. */
export function fromFile(text: string): Omit<Saved, 'id'>[] | undefined {
  try {
    const { format, attempts } = JSON.parse(text) as { format?: unknown; attempts?: unknown };
    if (format !== FORMAT || !Array.isArray(attempts)) return undefined;
    return attempts.slice(0, MOST).flatMap((one: unknown) => readSaved(one) ?? []);
  } catch {
    return undefined;
  }
}

function readSaved(value: unknown): Omit<Saved, 'id'> | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { at, draft, result } = value as Record<string, unknown>;
  const read = readDraft(draft);
  if (!read) return undefined;
  return {
    at: typeof at === 'number' && Number.isFinite(at) ? at : 0,
    draft: read,
    result: readResult(result),
  };
}

function readResult(value: unknown): Result {
  const found = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  const kinds = ['invalid', 'hung', 'wrong', 'right'] as const;
  const ranks = ['faster', 'slower', 'cannot be ranked'] as const;
  const numbers = ['low', 'high', 'gflops', 'gbs', 'intensity'].filter((name) =>
    Number.isFinite(found[name]),
  );
  return {
    kind: kinds.find((kind) => kind === found.kind) ?? 'untried',
    rank: ranks.find((rank) => rank === found.rank),
    ...Object.fromEntries(numbers.map((name) => [name, found[name] as number])),
  };
}
