import { type ContractName, contracts } from '../lab/cases.ts';
import type { KernelReport, LevelReport } from '../lab/check.ts';
import { LEVELS, type Level } from '../lab/contract.ts';
import { GPU_PLANS } from '../network/plans.ts';
import type { ExactSteps } from '../session/exactStep.ts';
import type { JudgedSteps } from '../session/judgedStep.ts';
import type { CheckReceipt } from './check.ts';
import type { HarnessPage } from './harness.ts';

/** How many networks make one whole step on whole numbers, and how many one with every method. */
const EXACT_NETWORKS = 25;
const JUDGED_NETWORKS = 25;

/** What there is to check: every kernel with an oracle of its own, and whole steps of every plan, of either kind. */
export const KERNEL_CHECKS = Object.keys(contracts).length + 2 * GPU_PLANS.length;

/** Below this the worst fraction says that the bound, or the cases, no longer test anything. */
const SOFT: Readonly<Partial<Record<Level, number>>> = { statistical: 0.01, rigorous: 0.001 };

/** Every kernel on all its cases, then whole steps; a line each. */
export async function checkKernels(page: HarnessPage, receipt: CheckReceipt): Promise<void> {
  receipt.kernels = {};
  receipt.steps = {};
  const count = (right: boolean) => {
    receipt.executed++;
    receipt[right ? 'passed' : 'failed']++;
    return right ? '✓' : '✗';
  };
  for (const name of Object.keys(contracts) as ContractName[]) {
    const report: KernelReport = await page.run('checkKernel', { name });
    receipt.kernels[name] = report;
    const mark = count(report.cases > 0 && report.fraction <= 1);
    console.log(`${mark} ${name}: ${report.cases} cases: ${describe(report)}`);
  }
  for (const plan of GPU_PLANS) {
    const exact: ExactSteps = await page.run('exactSteps', {
      networks: EXACT_NETWORKS,
      seed: 1,
      choice: { plan },
    });
    const judged: JudgedSteps = await page.run('judgedSteps', {
      networks: JUDGED_NETWORKS,
      seed: 1,
      choice: { plan },
    });
    receipt.steps[plan] = { exact, judged };
    const equal = exact.wrong ?? `exact, all ${exact.elements} numbers`;
    console.log(
      `${count(exact.networks > 0 && !exact.wrong)} whole steps, ${plan}: ${exact.networks} networks: ${equal}`,
    );
    const within = judged.wrong ?? `rigorous ${judged.worst.toPrecision(2)} in ${judged.results} results`;
    console.log(
      `${count(judged.results > 0 && !judged.wrong)} whole steps with every method, ${plan}: ${judged.networks} networks: ${within}`,
    );
  }
}

function describe({ levels, noMirror }: KernelReport): string {
  const parts = LEVELS.flatMap((level) => {
    const report = levels[level];
    if (report) return `${level} ${fractionOf(level, report)}`;
    return level === 'mirror' && noMirror && (levels.rigorous ? `no mirror (${noMirror})` : []);
  });
  return parts.filter(Boolean).join('; ');
}

/** `0.32 (240 cases, matmul [BIAS] m=65 ...: out[460])`: how close to the bound, and where. */
export function fractionOf(level: Level, { cases, fraction, where, worst }: LevelReport): string {
  const strict = level === 'exact' || level === 'mirror';
  if (!worst) return strict ? `equal in ${cases}` : `0 in ${cases}${softness(level, 0)}`;
  const wrong =
    fraction <= 1 ? '' : `, WRONG: got ${worst.got}, want ${worst.want}, bound ${worst.bound.toPrecision(2)}`;
  const size = strict ? 'different' : fraction.toPrecision(2);
  return `${size}${softness(level, fraction)} in ${cases} at ${where}${wrong}`;
}

/** Says so of a fraction that is suspiciously small. */
export function softness(level: Level, fraction: number): string {
  return fraction < (SOFT[level] ?? 0) ? ' (soft)' : '';
}
