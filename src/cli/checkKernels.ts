import { type KernelName, kernels } from '../kernels/index.ts';
import type { KernelReport, LevelReport } from '../lab/check.ts';
import { LEVELS, type Level } from '../lab/contract.ts';
import type { ExactSteps } from '../session/exactStep.ts';
import type { CheckReceipt } from './check.ts';
import type { HarnessPage } from './harness.ts';

/** How many networks make one whole step on whole numbers. */
const NETWORKS = 40;

/** What there is to check: every kernel, and whole steps. */
export const KERNEL_CHECKS = Object.keys(kernels).length + 1;

/** Below this the worst fraction says that the bound, or the cases, no longer test anything. */
const SOFT: Readonly<Partial<Record<Level, number>>> = { statistical: 0.01, rigorous: 0.001 };

/** Every kernel on all its cases, then whole steps; a line each. */
export async function checkKernels(page: HarnessPage, receipt: CheckReceipt): Promise<void> {
  receipt.kernels = {};
  const count = (right: boolean) => {
    receipt.executed++;
    receipt[right ? 'passed' : 'failed']++;
    return right ? '✓' : '✗';
  };
  for (const name of Object.keys(kernels) as KernelName[]) {
    const report: KernelReport = await page.run('checkKernel', { name });
    receipt.kernels[name] = report;
    const mark = count(report.cases > 0 && report.fraction <= 1);
    console.log(`${mark} ${name}: ${report.cases} cases: ${describe(report)}`);
  }
  const steps: ExactSteps = await page.run('exactSteps', { networks: NETWORKS, seed: 1 });
  receipt.steps = steps;
  const mark = count(steps.networks > 0 && steps.wrong === undefined);
  const found = steps.wrong ?? `exact, all ${steps.elements} numbers`;
  console.log(`${mark} whole steps: ${steps.networks} networks: ${found}`);
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
