/**
 * The text that is worked on, in a database: what is put there is on the disk within a moment. A browser that is killed
 * has not written yet what `localStorage` was given in its last seconds.
 */
const NAME = 'katman-lab-draft';
const STORE = 'draft';

let opened: Promise<IDBDatabase> | undefined;
let isWriting = false;
let waiting: string | undefined;

/** Keeps it; of texts that come while one is written, the last. Where storage is forbidden, nothing is kept. */
export function keepLatest(text: string): void {
  waiting = text;
  if (!isWriting) void write().catch(() => {});
}

/** What was kept last; null if there is nothing. */
export async function latest(): Promise<string | null> {
  try {
    const found: unknown = await ask('readonly', (store) => store.get(STORE));
    return typeof found === 'string' ? found : null;
  } catch {
    return null;
  }
}

async function write(): Promise<void> {
  isWriting = true;
  try {
    while (waiting !== undefined) {
      const text = waiting;
      waiting = undefined;
      await ask('readwrite', (store) => store.put(text, STORE));
    }
  } finally {
    isWriting = false;
  }
}

async function ask<T>(
  mode: IDBTransactionMode,
  question: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const transaction = (await database()).transaction(STORE, mode);
  return new Promise((resolve, reject) => {
    const request = question(transaction.objectStore(STORE));
    transaction.oncomplete = () => resolve(request.result);
    transaction.onabort = transaction.onerror = () => reject(transaction.error ?? request.error!);
  });
}

function database(): Promise<IDBDatabase> {
  return (opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error!);
  }));
}
