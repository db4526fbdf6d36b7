import type { Gpu } from '../gpu/gpu.ts';
import { type Kernel, variantName } from '../gpu/kernel.ts';
import { runKernel } from '../gpu/run.ts';
import { type KernelName, kernels } from '../kernels/index.ts';
import { library } from '../kernels/library.ts';
import { contracts } from './cases.ts';
import { type Worst, compare } from './compare.ts';

/** What trying a kernel on all its cases showed. */
export interface KernelReport {
  readonly kernel: string;
  readonly cases: number;
  /** The largest |got - want| / bound; the kernel is right when it is at most 1. */
  readonly fraction: number;
  /** Variant, params, output and element of that largest fraction. */
  readonly where: string;
  readonly worst: Worst | undefined;
}

/**
 * Tries a kernel on every case of its contract, against the oracle.
 * @param kernel a row of the table, or another text for the same contract
 * @throws ShaderError if it does not compile or writes where it must not
 */
export async function checkKernel(gpu: Gpu, kernel: Kernel): Promise<KernelReport> {
  const { oracle, cases, bound } = contracts[(kernel.contract ?? kernel.name) as KernelName];
  let report: KernelReport = { kernel: kernel.name, cases: 0, fraction: 0, where: '', worst: undefined };
  let count = 0;
  for (const one of cases()) {
    count++;
    const got = await runKernel(gpu, kernel, { ...one, library });
    const wanted = oracle(new Set(one.flags), one.params, one.inputs);
    for (const [output, want] of Object.entries(wanted)) {
      const worst = compare(got[output], want, bound(one, output, want));
      if (worst.fraction <= report.fraction) continue;
      const sizes = Object.entries(one.params).map(([name, value]) => `${name}=${value}`);
      const where = `${variantName(kernel.name, one.flags)} ${sizes.join(' ')}: ${output}[${worst.index}]`;
      report = { ...report, fraction: worst.fraction, where, worst };
    }
  }
  return { ...report, cases: count };
}

/** Every kernel of the table. */
export async function checkKernels(gpu: Gpu): Promise<KernelReport[]> {
  const reports: KernelReport[] = [];
  for (const kernel of Object.values(kernels)) reports.push(await checkKernel(gpu, kernel));
  return reports;
}
