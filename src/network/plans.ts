import { UsageError } from '../errors.ts';
import { fused, refusal as fusedRefusal } from './fused/index.ts';
import type { Architecture } from './layers.ts';
import { type Plan, type PlanOptions, passesOf } from './plan.ts';
import { refusal as residentRefusal, resident } from './resident/index.ts';
import { textbook } from './textbook/index.ts';

interface Planner {
  readonly make: (architecture: Architecture, options: PlanOptions) => Plan;
  /** Why this plan cannot train this network on this data; undefined if it can. */
  readonly refusal: (architecture: Architecture, options: PlanOptions) => string | undefined;
}

/** The plans of the GPU, by name. */
const planners = {
  textbook: { make: textbook, refusal: () => undefined },
  fused: { make: fused, refusal: fusedRefusal },
  resident: { make: resident, refusal: residentRefusal },
} satisfies Record<string, Planner>;

export type GpuPlanName = keyof typeof planners;
export const GPU_PLANS = Object.keys(planners) as readonly GpuPlanName[];

/** Why a plan cannot train this network on this data; undefined if it can. */
export function refusalOf(
  name: GpuPlanName,
  architecture: Architecture,
  options: PlanOptions,
): string | undefined {
  const { make, refusal }: Planner = planners[name];
  const reason = refusal(architecture, options);
  if (reason) return reason;
  const avoided = passesOf(make(architecture, options)).find(({ kernel }) => options.avoid?.has(kernel));
  return avoided && `its kernel '${avoided.kernel}' computes wrongly on this adapter`;
}

/**
 * The plan of this name.
 * @throws UsageError with the reason if it cannot train this network on this data
 */
export function planOf(name: GpuPlanName, architecture: Architecture, options: PlanOptions): Plan {
  const reason = refusalOf(name, architecture, options);
  if (reason) throw new UsageError(`The plan '${name}' cannot train this: ${reason}; use --plan textbook`);
  return planners[name].make(architecture, options);
}
