const DATABASE = 'katman';
const VERSION = 2;
/** What was verified, and what was found to be fastest. */
const STORES = ['verified', 'tuned'] as const;

/**
 * A question to one of the stores of this origin; undefined if there is no IndexedDB, or it is closed to this page.
 */
export function ask<T>(
  name: (typeof STORES)[number],
  question: (store: IDBObjectStore) => IDBRequest<T>,
  mode: IDBTransactionMode,
): Promise<T | undefined> {
  return new Promise((resolve) => {
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
        const request = question(opening.result.transaction(name, mode).objectStore(name));
        request.onerror = give;
        request.onsuccess = () => resolve(request.result);
        request.transaction!.oncomplete = () => opening.result.close();
      };
    } catch {
      // A page of opaque origin has no storage: it verifies again every time.
      give();
    }
  });
}
