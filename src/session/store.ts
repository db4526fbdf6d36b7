const DATABASE = 'katman';
const VERSION = 2;
/** What was verified, and what was found to be fastest. */
const STORES = ['verified', 'tuned'] as const;

let database: Promise<IDBDatabase | undefined> | undefined;

/**
 * The database of this origin, opened once; undefined if there is no IndexedDB, or it is closed to this page. Whoever
 * will ask it calls this early: to open it takes longer than to ask it.
 */
export function openStore(): Promise<IDBDatabase | undefined> {
  return (database ??= new Promise((resolve) => {
    const give = () => resolve(undefined);
    if (!globalThis.indexedDB) return give();
    try {
      const opening = indexedDB.open(DATABASE, VERSION);
      opening.onupgradeneeded = () => {
        const { result } = opening;
        for (const store of STORES)
          if (!result.objectStoreNames.contains(store)) result.createObjectStore(store);
      };
      opening.onerror = opening.onblocked = give;
      opening.onsuccess = () => {
        const { result } = opening;
        // Another page has a newer version, or deletes it.
        result.onversionchange = result.onclose = () => {
          result.close();
          database = undefined;
        };
        resolve(result);
      };
    } catch {
      // A page of opaque origin has no storage: it verifies again every time.
      give();
    }
  }));
}

/** A question to one of the stores; undefined if there is no answer. */
export async function ask<T>(
  name: (typeof STORES)[number],
  question: (store: IDBObjectStore) => IDBRequest<T>,
  mode: IDBTransactionMode,
): Promise<T | undefined> {
  const opened = await openStore();
  if (!opened) return undefined;
  return new Promise((resolve) => {
    const give = () => resolve(undefined);
    try {
      const request = question(opened.transaction(name, mode).objectStore(name));
      request.onerror = give;
      request.onsuccess = () => resolve(request.result);
    } catch {
      give();
    }
  });
}
