import type { Gpu } from '../gpu/gpu.ts';
import { type Architecture, parameterCount } from '../network/layers.ts';
import type { Tile } from '../network/plan.ts';
import type { GpuPlanName } from '../network/plans.ts';

/** What can make the steps of a training: a plan, and how it cuts its products. */
export interface Choice {
  readonly plan: GpuPlanName | 'cpu';
  /** How products are cut; as the plan does if left out. */
  readonly tile?: Tile;
}

/** One of the GPU. */
export type GpuChoice = Choice & { readonly plan: GpuPlanName };

/** `fused 8 x 8 in 4s`: a choice in a few words; rows, columns and invocations of a workgroup. */
export function choiceName({ plan, tile }: Choice): string {
  if (!tile) return plan;
  const { rows, columns, workgroup, quads } = tile;
  const size = quads ? `quads of ${16 * rows} x ${16 * columns}` : `${4 * rows} x ${4 * columns}`;
  return `${plan} ${size} in ${workgroup}s`;
}

const fused = (rows: number, columns: number, workgroup: number): GpuChoice => ({
  plan: 'fused',
  tile: { rows, columns, workgroup },
});
const quads = (rows: number, columns: number, workgroup: number): GpuChoice => ({
  plan: 'fused',
  tile: { rows, columns, workgroup, quads: true },
});

/** The four lanes of a processor: software pays for every barrier by the invocations that meet at it. */
const ONE_QUAD: Tile = { rows: 1, columns: 1, workgroup: 4 };

/** Up to so many weights and biases a network lies in the registers of one workgroup, and steps cost next to nothing. */
const TINY = 350;

/** Operations of a step (forward and both products of the way back) from which larger tiles are worth their compilation. */
const LARGE = 10e6;

/**
 * What may be tried for a network on an adapter, in the order of what it promises: the first is what a training begins
 * with. On software invocations run four at a time in the lanes of a processor, so a workgroup has four, and large
 * tiles, which load less for each product, are the faster ones; but their compilation takes time from the training,
 * so that only what can win is tried. A GPU needs many small tiles to be busy, and compiles beside its work.
 */
export function choicesFor(
  { adapter, device }: Pick<Gpu, 'adapter' | 'device'>,
  architecture: Architecture,
  batchSize: number,
): readonly GpuChoice[] {
  const parameters = parameterCount(architecture);
  const isLarge = 6 * parameters * batchSize >= LARGE;
  const isTiny = parameters <= TINY;
  const shares = device.features.has('subgroups');
  if (adapter.kind === 'software') {
    const resident: GpuChoice = { plan: 'resident', tile: ONE_QUAD };
    const [first, ...larger] = shares
      ? [quads(1, 1, 4), quads(2, 2, 4), quads(2, 1, 4)]
      : [fused(2, 2, 4), fused(4, 4, 4)];
    return [...(isTiny ? [resident, first] : [first]), ...(isLarge ? larger : [])];
  }
  const [first, ...others] = [fused(1, 1, 64), fused(2, 1, 64), fused(2, 2, 64)];
  const resident: GpuChoice = { plan: 'resident' };
  return [
    ...(isTiny ? [resident, first] : [first, resident]),
    ...others,
    ...(shares ? [quads(1, 1, 64)] : []),
    { plan: 'textbook' },
  ];
}

/** What may be faster than the choice that a training begins with. */
export function rivalsOf(
  first: Choice,
  gpu: Pick<Gpu, 'adapter' | 'device'>,
  architecture: Architecture,
  batchSize: number,
  gpuOnly = false,
): readonly Choice[] {
  const cpu: readonly Choice[] = gpuOnly ? [] : [{ plan: 'cpu' }];
  return [...cpu, ...choicesFor(gpu, architecture, batchSize)].filter(
    (choice) => choiceName(choice) !== choiceName(first),
  );
}

/** Whether this is a choice that this version knows: what was kept by another, or cut off, is none. */
export function isChoice(value: unknown, known: readonly Choice[]): value is Choice {
  return known.some((choice) => JSON.stringify(choice) === JSON.stringify(value));
}
