import { UsageError } from '../errors.ts';
import { rows } from '../kernels/rows.ts';
import { refusal as fusedRefusal } from './fused/refusal.ts';
import type { Architecture } from './layers.ts';
import { type Plan, type PlanOptions, passesOf } from './plan.ts';
import { refusal as residentRefusal } from './resident/refusal.ts';
import { textbook } from './textbook/index.ts';

interface Planner {
  /** What makes the plan; its code and texts are loaded where they are wanted. */
  readonly load: () => Promise<(architecture: Architecture, options: PlanOptions) => Plan>;
  /** Why this plan cannot train this network on this data; undefined if it can. */
  readonly refusal: (architecture: Architecture, options: PlanOptions) => string | undefined;
  /** If one of them computes wrongly, this plan is passed over. */
  readonly kernels: (architecture: Architecture, options: PlanOptions) => readonly string[];
}

/** The plans of the GPU, by name. */
const planners = {
  textbook: {
    load: async () => textbook,
    refusal: () => undefined,
    // It takes another kernel of the same contract, where there is one.
    kernels: (architecture, options) => passesOf(textbook(architecture, options)).map(({ kernel }) => kernel),
  },
  fused: {
    load: async () => (await import('./fused/index.ts')).fused,
    refusal: fusedRefusal,
    kernels: () => standing.filter((name) => !name.startsWith('resident')),
  },
  resident: {
    load: async () => (await import('./resident/index.ts')).resident,
    refusal: residentRefusal,
    kernels: () => standing.filter((name) => name.startsWith('resident')),
  },
} satisfies Record<string, Planner>;

export type GpuPlanName = keyof typeof planners;
export const GPU_PLANS = Object.keys(planners) as readonly GpuPlanName[];

/** The kernels that do several passes at once. */
const standing = Object.values(rows).flatMap(({ name, stands }) => (stands ? name : []));

/** Why a plan cannot train this network on this data; undefined if it can. */
export function refusalOf(
  name: GpuPlanName,
  architecture: Architecture,
  options: PlanOptions,
): string | undefined {
  const { refusal, kernels }: Planner = planners[name];
  const reason = refusal(architecture, options);
  if (reason || !options.avoid?.size) return reason;
  const avoided = kernels(architecture, options).find((kernel) => options.avoid!.has(kernel));
  return avoided && `its kernel '${avoided}' computes wrongly on this adapter`;
}

/**
 * The plan of this name.
 * @throws UsageError with the reason if it cannot train this network on this data
 */
export async function planOf(
  name: GpuPlanName,
  architecture: Architecture,
  options: PlanOptions,
): Promise<Plan> {
  const reason = refusalOf(name, architecture, options);
  if (reason) throw new UsageError(`The plan '${name}' cannot train this: ${reason}; use --plan textbook`);
  return (await planners[name].load())(architecture, options);
}

/** Begins to load what makes a plan; whoever wants the plan hears of what goes wrong. */
export function preload(name: GpuPlanName): void {
  planners[name].load().catch(() => {});
}
