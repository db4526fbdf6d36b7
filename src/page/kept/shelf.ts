/** What TypeScript knows of workers only. */
interface Access {
  truncate(size: number): void;
  write(bytes: Uint8Array, options: { at: number }): number;
  flush(): void;
  close(): void;
}
interface Writable {
  createSyncAccessHandle(): Promise<Access>;
}

/** Files by name, in storage that the browser keeps for this site. */
export interface Shelf {
  names(): Promise<string[]>;
  /** Undefined if there is no such file. */
  read(name: string): Promise<Uint8Array | undefined>;
  /** Returns when the bytes are on the disk; a file that was only written in part may be left if it does not. */
  write(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  remove(name: string): Promise<void>;
}

const FOLDER = 'katman';

/**
 * The shelf of this site, for a worker: in the private file system of the origin, else in IndexedDB.
 * @throws what the browser says where there is neither
 */
export async function openShelf(): Promise<Shelf> {
  try {
    return await openFiles();
  } catch {
    return openDatabase();
  }
}

async function openFiles(): Promise<Shelf> {
  const root = await navigator.storage.getDirectory();
  const folder = await root.getDirectoryHandle(FOLDER, { create: true });
  const shelf: Shelf = {
    async names() {
      const names: string[] = [];
      for await (const name of folder.keys()) names.push(name);
      return names;
    },
    async read(name) {
      try {
        const file = await (await folder.getFileHandle(name)).getFile();
        return new Uint8Array(await file.arrayBuffer());
      } catch {
        return undefined;
      }
    },
    async write(name, bytes) {
      const file = await folder.getFileHandle(name, { create: true });
      const access = await (file as unknown as Writable).createSyncAccessHandle();
      try {
        access.truncate(0);
        for (let at = 0; at < bytes.length;) {
          const written = access.write(bytes.subarray(at), { at });
          if (!written) throw new DOMException('the file took no more', 'QuotaExceededError');
          at += written;
        }
        access.flush();
      } finally {
        access.close();
      }
    },
    async remove(name) {
      await folder.removeEntry(name).catch(() => {});
    },
  };
  // Some browsers have the folder and no way to write in it from here.
  if (!('createSyncAccessHandle' in FileSystemFileHandle.prototype)) throw new Error('no access');
  return shelf;
}

async function openDatabase(): Promise<Shelf> {
  const database = await new Promise<IDBDatabase>((resolve, reject) => {
    const opening = indexedDB.open('katman-kept', 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(FOLDER);
    opening.onerror = () => reject(opening.error);
    opening.onblocked = () => reject(new Error('the database is in use'));
    opening.onsuccess = () => resolve(opening.result);
  });
  /** Resolves when the transaction is through, not only the question. */
  const ask = <T>(mode: IDBTransactionMode, question: (store: IDBObjectStore) => IDBRequest<T>) =>
    new Promise<T>((resolve, reject) => {
      const transaction = database.transaction(FOLDER, mode, { durability: 'strict' });
      const request = question(transaction.objectStore(FOLDER));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = transaction.onerror = () => reject(transaction.error ?? request.error);
    });
  return {
    names: async () => (await ask('readonly', (store) => store.getAllKeys())).map(String),
    read: (name) => ask<Uint8Array | undefined>('readonly', (store) => store.get(name)),
    write: async (name, bytes) => void (await ask('readwrite', (store) => store.put(bytes, name))),
    remove: async (name) => void (await ask('readwrite', (store) => store.delete(name))),
  };
}
