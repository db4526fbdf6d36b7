import type { Gpu } from '../gpu/gpu.ts';
import { type Architecture, parameterCount } from '../network/layers.ts';
import type { Tile } from '../network/plan.ts';
import type { GpuPlanName } from '../network/plans.ts';

/** What can make the steps of a training: a plan, and how it cuts its products. */
export interface Choice {
  /** The plan. */
  readonly plan: GpuPlanName | 'cpu';
  /** How products are cut; as the plan does if left out. */
  readonly tile?: Tile;
  /** A kernel of one's own in the place of the one that is shipped, by name: the SHA-256 of its text. */
  readonly kernels?: Readonly<Record<string, string>>;
}

/** One of the GPU. */
export type GpuChoice = Choice & { readonly plan: GpuPlanName };

/** `fused 8 x 8 in 4s, split 2`: a choice in a few words; rows, columns, invocations of a workgroup, parts of the rows. */
export function choiceName({ plan, tile, kernels }: Choice): string {
  for (const name in kernels) return `${plan} with own ${name} ${kernels[name].slice(0, 8)}`;
  if (!tile) return plan;
  const { rows, columns, workgroup, quads, split } = tile;
  // The resident kernels cut their products themselves.
  if (plan === 'resident') return `resident in ${workgroup}s`;
  const size = quads ? `quads of ${16 * rows} x ${16 * columns}` : `${4 * rows} x ${4 * columns}`;
  return `${plan} ${size} in ${workgroup}s${split ? `, split ${split}` : ''}`;
}

export const fused = (
  rows: number,
  columns: number,
  workgroup: number,
  more: Partial<Tile> = {},
): GpuChoice => ({
  plan: 'fused',
  tile: { rows, columns, workgroup, ...more },
});
const quads = (rows: number, columns: number, workgroup: number) =>
  fused(rows, columns, workgroup, { quads: true });

/** The four lanes of a processor: software pays for every barrier by the invocations that meet at it. */
const ONE_QUAD: Tile = { rows: 1, columns: 1, workgroup: 4 };

const QUICKEST = fused(1, 1, 4);

/** Up to so many weights and biases a network lies in the registers of one workgroup, and steps cost next to nothing. */
const TINY = 350;

/** Operations of a step (forward and both products of the way back) from which larger tiles are worth their compilation. */
const LARGE = 10e6;
const HUGE = 200e6;

/**
 * What a training may begin with on an adapter, in the order of what it promises: the first that can make its steps does
 * where it does not look for what is faster.
 */
export function choicesFor(
  { adapter, device }: Pick<Gpu, 'adapter' | 'device'>,
  architecture: Architecture,
  batchSize: number,
): readonly GpuChoice[] {
  const parameters = parameterCount(architecture);
  const operations = 6 * parameters * batchSize;
  const shares = device.features.has('subgroups');
  const isSoftware = adapter.kind === 'software';
  const [first, ...others] = isSoftware
    ? softwareTiles(operations, shares)
    : [fused(1, 1, 64), fused(2, 1, 64), fused(2, 2, 64), ...(shares ? [quads(1, 1, 64)] : [])];
  const resident: GpuChoice = isSoftware ? { plan: 'resident', tile: ONE_QUAD } : { plan: 'resident' };
  return [...(parameters <= TINY ? [resident, first] : [first, resident]), ...others, { plan: 'textbook' }];
}

/**
 * On software invocations run four at a time in the lanes of a processor, so a workgroup has four, and large tiles,
 * which load less for each product, are the faster ones; but they take longer to compile.
 */
function softwareTiles(operations: number, shares: boolean): readonly GpuChoice[] {
  const size = operations < LARGE ? 0 : operations < HUGE ? 1 : 2;
  const single = [fused(2, 2, 4), fused(4, 4, 4)];
  const shared = [quads(1, 1, 4), quads(2, 1, 4), quads(2, 2, 4)];
  const tiles = shares ? shared : single;
  // Smaller ones may be faster; to compile a larger one would cost more than it could gain.
  return tiles.slice(0, size + 1).reverse();
}

/**
 * What is compiled soonest, for a training that looks for what is faster while it trains; undefined where the first of
 * `choicesFor` is. On software the code of a kernel is made by a single thread, and so the smallest tile comes first.
 */
export function quickestFor(
  { adapter }: Pick<Gpu, 'adapter'>,
  architecture: Architecture,
  batchSize: number,
): GpuChoice | undefined {
  const parameters = parameterCount(architecture);
  const isSmall = parameters > TINY && 6 * parameters * batchSize < LARGE;
  return adapter.kind === 'software' && isSmall ? QUICKEST : undefined;
}

/** Whether this is a choice that this version knows: what was kept by another, or cut off, is none. */
export function isChoice(value: unknown, known: readonly Choice[]): value is Choice {
  try {
    const text = JSON.stringify(value);
    return known.some((choice) => JSON.stringify(choice) === text);
  } catch {
    // A BigInt, or what contains itself: what JSON cannot say is none.
    return false;
  }
}
