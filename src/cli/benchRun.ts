import { variantName } from '../gpu/kernel.ts';
import { type KernelName, kernels } from '../kernels/index.ts';
import type { KernelReport } from '../lab/check.ts';
import type { PlanName } from '../session/options.ts';
import { type BenchNetwork, type KernelGroup, type Shape, kernelGroups } from './benchPlan.ts';
import { WorkBar } from './benchProgress.ts';
import type { BenchReceipt } from './benchReceipt.ts';
import { describeWrong } from './benchStandings.ts';
import type { HarnessPage } from './harness.ts';

/** What is to be measured. */
export interface BenchWork {
  readonly kernels: readonly KernelName[];
  readonly shapes: readonly Shape[];
  readonly networks: readonly BenchNetwork[];
  readonly plans: readonly PlanName[];
  /** For each kernel and plan. */
  readonly seconds: number;
  /** Whether the calls of a step are counted. */
  readonly calls: boolean;
  /** Whether roofs and training steps are timed. */
  readonly times: boolean;
}

/** One call of the page, with the words that stand beside the bar. */
interface Piece {
  readonly what: string;
  work(onEvent: (done: number) => void): Promise<void>;
}

/** Does the work, piece by piece; the receipt holds what is known, also if a piece throws. */
export async function runBench(page: HarnessPage, work: BenchWork, receipt: BenchReceipt): Promise<void> {
  await runPieces([
    ...(work.times ? [roofs(page, work, receipt)] : []),
    ...work.kernels.map((name) => check(page, name, receipt)),
    ...kernelGroups(work.kernels, work.shapes).map((group) => time(page, group, work, receipt)),
    ...(work.times ? work.networks.map((network) => steps(page, network, work, receipt)) : []),
    ...(work.calls ? work.networks.map((network) => calls(page, network, work, receipt)) : []),
  ]);
}

export async function runPieces(pieces: readonly Piece[]): Promise<void> {
  const bar = new WorkBar(pieces.length);
  try {
    for (const { what, work } of pieces) {
      bar.begin(what);
      await work((done) => bar.update(done));
      bar.end();
    }
  } finally {
    bar.stop();
  }
}

/** As many seconds as several kernels: everything else is held against the roofs. */
const ROOF_SECONDS = 4;

function roofs(page: HarnessPage, { seconds }: BenchWork, receipt: BenchReceipt): Piece {
  return {
    what: 'roofs',
    async work(onEvent) {
      const found = await page.run('roofs', { seconds: ROOF_SECONDS * seconds }, { onEvent });
      Object.assign(receipt, found);
      receipt.notes.push(...found.roofs.notes.map((note: string) => `roofs: ${note}`));
    },
  };
}

/** A kernel that fails its oracle is never timed. */
function check(page: HarnessPage, name: KernelName, receipt: BenchReceipt): Piece {
  return {
    what: `checking ${name}`,
    async work() {
      try {
        const { cases, fraction, where, worst }: KernelReport = await page.run('checkKernel', { name });
        if (!cases) receipt.wrong[name] = 'no case of its contract fits it: it could not be checked';
        else if (!(fraction <= 1)) receipt.wrong[name] = describeWrong(where, worst!);
      } catch (error) {
        if ((error as Error).name !== 'ShaderError') throw error;
        receipt.wrong[name] = (error as Error).message.split('\n')[0];
      }
    },
  };
}

/** @param only which of the members, besides those that are right */
export function time(
  page: HarnessPage,
  group: KernelGroup,
  { seconds }: BenchWork,
  receipt: BenchReceipt,
  only: (name: string) => boolean = () => true,
): Piece {
  return {
    what: group.title,
    async work(onEvent) {
      const isRight = ({ kernel }: KernelGroup['members'][number]) => !(kernel in receipt.wrong);
      for (const { kernel, flags } of group.members.filter((member) => !isRight(member)))
        receipt.kernels.push({
          ...{ name: variantName(kernel, flags), group: group.title, standing: '' },
          ...{ flops: kernels[kernel].flops(group.params), bytes: 0 },
          wrong: receipt.wrong[kernel],
        });
      const members = group.members
        .filter(isRight)
        .filter(({ kernel, flags }) => only(variantName(kernel, flags)));
      if (!members.length) return;
      const { rows, notes } = await page.run(
        'benchKernels',
        { group: { ...group, members }, seconds },
        { onEvent },
      );
      receipt.kernels.push(...rows);
      receipt.notes.push(...notes.map((note: string) => `${group.title}: ${note}`));
    },
  };
}

function steps(
  page: HarnessPage,
  network: BenchNetwork,
  { plans, seconds }: BenchWork,
  receipt: BenchReceipt,
): Piece {
  return {
    what: `training ${network.name}`,
    async work(onEvent) {
      // A sample is a whole short training: it needs more time than one of a kernel.
      const input = { network, plans, seconds: STEP_SECONDS * seconds };
      const { rows, notes } = await page.run('benchSteps', input, { onEvent });
      receipt.steps.push(...rows);
      receipt.notes.push(...notes.map((note: string) => `${network.name}: ${note}`));
    },
  };
}

const STEP_SECONDS = 10;

function calls(page: HarnessPage, network: BenchNetwork, { plans }: BenchWork, receipt: BenchReceipt): Piece {
  return {
    what: `calls of ${network.name}`,
    async work(onEvent) {
      receipt.calls.push(...(await page.run('benchCalls', { network, plans }, { onEvent })));
    },
  };
}
