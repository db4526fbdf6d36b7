import type { Gpu } from '../gpu/gpu.ts';
import type { Pass } from '../gpu/kernel.ts';
import { hashOf } from './hash.ts';
import { ask } from './store.ts';

/**
 * What was verified before, by adapter, browser, kernel texts and the exact shapes of every pass: in this
 * page or worker, and in IndexedDB for the next one, where there is such a thing.
 */
const known = new Set<string>();

/** Whether these passes were verified on this device, in this browser. */
export async function isRemembered(gpu: Gpu, passes: readonly Pass[]): Promise<boolean> {
  const key = await keyOf(gpu, passes);
  if (!known.has(key) && (await ask('verified', (store) => store.getKey(key), 'readonly')) !== undefined)
    known.add(key);
  return known.has(key);
}

/** Remembers that they were; the next page may wait for it, this one need not. */
export async function remember(gpu: Gpu, passes: readonly Pass[]): Promise<void> {
  const key = await keyOf(gpu, passes);
  known.add(key);
  void ask('verified', (store) => store.put(Date.now(), key), 'readwrite');
}

async function keyOf(gpu: Gpu, passes: readonly Pass[]): Promise<string> {
  const texts = [...(await gpu.pipelines.texts())].sort();
  const shapes = passes.map(({ kernel, flags, params }) => [kernel, flags, params]);
  const agent = globalThis.navigator?.userAgent;
  return hashOf(JSON.stringify([gpu.adapter, agent, [...gpu.device.features].sort(), texts, shapes]));
}
