import type { Gpu } from '../gpu/gpu.ts';
import { type Architecture, parameterCount } from '../network/layers.ts';
import { type Choice, type GpuChoice, choiceName, choicesFor, fused } from './choice.ts';

/** Operations of a step beyond which one workgroup, which in software is one processor, takes longer than its dispatches cost. */
const ONE_PROCESSOR = 1e6;

/** Invocations that keep a wide GPU busy: 8 groups of 32 on each of 128 processors. */
const WIDE = 32_768;
/** Rows that are worth an invocation of their own, and most parts: the optimizer reads a gradient of each. */
const PART = 32;
const MOST_PARTS = 16;

/**
 * Gradients in parts of the rows, where blocks of 4 x 4 are fewer than a wide GPU could work on at once and the rows
 * of a batch many: as many parts as keep it busy. Not in software, whose few processors the blocks keep busy anyhow.
 */
function parted(
  { adapter }: Pick<Gpu, 'adapter'>,
  parameters: number,
  batchSize: number,
): readonly GpuChoice[] {
  if (adapter.kind === 'software') return [];
  const split = Math.floor(Math.min(batchSize / PART, (16 * WIDE) / parameters, MOST_PARTS));
  return split > 1 ? [fused(1, 1, 64, { split })] : [];
}

/** All that may make the steps of a network on the GPU. */
export function gpuChoices(
  gpu: Pick<Gpu, 'adapter' | 'device'>,
  architecture: Architecture,
  batchSize: number,
): readonly GpuChoice[] {
  return [
    ...choicesFor(gpu, architecture, batchSize),
    ...parted(gpu, parameterCount(architecture), batchSize),
  ];
}

/** What may be faster than the choice that a training begins with; what cannot be is not worth its compilation. */
export function rivalsOf(
  first: Choice,
  gpu: Pick<Gpu, 'adapter' | 'device'>,
  architecture: Architecture,
  batchSize: number,
  gpuOnly = false,
): readonly Choice[] {
  const cpu: readonly Choice[] = gpuOnly ? [] : [{ plan: 'cpu' }];
  const operations = 6 * parameterCount(architecture) * batchSize;
  const hopeless = new Set<Choice['plan']>(['textbook']);
  if (gpu.adapter.kind === 'software' && operations > ONE_PROCESSOR) hopeless.add('resident');
  return [...cpu, ...gpuChoices(gpu, architecture, batchSize)].filter(
    (choice) => !hopeless.has(choice.plan) && choiceName(choice) !== choiceName(first),
  );
}
