import type { Gpu } from '../gpu/gpu.ts';
import { version } from '../kernels/load.ts';
import type { Architecture } from '../network/layers.ts';
import { type Choice, isChoice, quickestFor } from './choice.ts';
import type { Run } from './decide.ts';
import { hashOf } from './hash.ts';
import { gpuChoices } from './rivals.ts';
import { ask } from './store.ts';

/**
 * What was fastest here before, by adapter, browser, version and shapes: for this page and, in IndexedDB,
 * for the next one.
 */
const known = new Map<string, Choice>();

/**
 * What made the steps before, or what was found for this training; undefined if nothing was, or what is kept is of
 * another version or adapter, or cut off.
 */
export async function recall(gpu: Gpu, architecture: Architecture, run: Run): Promise<Choice | undefined> {
  const key = await keyOf(gpu, architecture, run);
  const kept = run.first ?? known.get(key) ?? (await ask('tuned', (store) => store.get(key), 'readonly'));
  const { batchSize } = run.batches;
  const quickest = quickestFor(gpu, architecture, batchSize) ?? [];
  const choices = gpuChoices(gpu, architecture, batchSize).concat(quickest);
  return isChoice(kept, [...choices, { plan: 'cpu' }]) ? kept : undefined;
}

/** Keeps what was found. */
export async function keepTuned(
  gpu: Gpu,
  architecture: Architecture,
  run: Run,
  choice: Choice,
): Promise<void> {
  const key = await keyOf(gpu, architecture, run);
  known.set(key, choice);
  await ask('tuned', (store) => store.put(choice, key), 'readwrite');
}

async function keyOf(gpu: Gpu, architecture: Architecture, { method, batches }: Run): Promise<string> {
  const { learningRate: _, ...rule } = method.optimizer;
  return hashOf(
    JSON.stringify([
      [gpu.adapter, globalThis.navigator?.userAgent, [...gpu.device.features].sort()],
      [gpu.limits.maxStorageBufferBindingSize, gpu.limits.maxComputeWorkgroupStorageSize],
      version,
      [architecture, { ...method, optimizer: rule }, batches.batchSize, batches.rows],
    ]),
  );
}
