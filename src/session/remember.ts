import type { Gpu } from '../gpu/gpu.ts';
import type { Pass } from '../gpu/kernel.ts';
import { hashOf } from './receipt.ts';

/**
 * What was verified before, by adapter, browser, kernel texts and the exact shapes of every pass: in this
 * page or worker, and in IndexedDB for the next one, where there is such a thing.
 */
const known = new Set<string>();

const DATABASE = 'katman';
const STORE = 'verified';

/** Whether these passes were verified on this device, in this browser. */
export async function isRemembered(gpu: Gpu, passes: readonly Pass[]): Promise<boolean> {
  const key = await keyOf(gpu, passes);
  if (!known.has(key) && (await ask((store) => store.getKey(key), 'readonly')) !== undefined) known.add(key);
  return known.has(key);
}

/** Remembers that they were. */
export async function remember(gpu: Gpu, passes: readonly Pass[]): Promise<void> {
  const key = await keyOf(gpu, passes);
  known.add(key);
  await ask((store) => store.put(Date.now(), key), 'readwrite');
}

async function keyOf(gpu: Gpu, passes: readonly Pass[]): Promise<string> {
  const texts = [...(await gpu.pipelines.texts())].sort();
  const shapes = passes.map(({ kernel, flags, params }) => [kernel, flags, params]);
  const agent = globalThis.navigator?.userAgent;
  return hashOf(JSON.stringify([gpu.adapter, agent, [...gpu.device.features].sort(), texts, shapes]));
}

/** A question to the store; undefined if there is no IndexedDB, or it is closed to this page. */
function ask<T>(
  question: (store: IDBObjectStore) => IDBRequest<T>,
  mode: IDBTransactionMode,
): Promise<T | undefined> {
  return new Promise((resolve) => {
    const give = () => resolve(undefined);
    if (!globalThis.indexedDB) return give();
    try {
      const opening = indexedDB.open(DATABASE, 1);
      opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
      opening.onerror = opening.onblocked = give;
      opening.onsuccess = () => {
        const request = question(opening.result.transaction(STORE, mode).objectStore(STORE));
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
