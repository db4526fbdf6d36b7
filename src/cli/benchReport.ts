import { GpuUnavailableError } from '../errors.ts';
import { adapterName } from '../gpu/adapter.ts';
import { type Shape, kernelGroups } from './benchPlan.ts';
import type { BenchReceipt } from './benchReceipt.ts';
import { type BenchWork, runBench, runPieces, time } from './benchRun.ts';
import { describeBench } from './benchTable.ts';
import type { HarnessPage } from './harness.ts';
import type { RunHead } from './inBrowser.ts';
import { writeResult } from './output.ts';

const cube = (n: number): Shape => [n, n, n];
/** A small product tells how long the large one will take. */
const SIZES = { gpu: [1024, 4096], software: [128, 256] } as const;
/** A dispatch of more than this, in ms, may look to the system like a GPU that hangs: it is reset. */
const LONGEST_DISPATCH = 500;

/**
 * Refuses to report on an adapter that is no GPU.
 * @throws GpuUnavailableError
 */
export function refuseSoftware({ adapter }: RunHead): void {
  if (adapter.kind !== 'software') return;
  throw new GpuUnavailableError(
    `The report is about a GPU, but '${adapterName(adapter)}' computes in software. 'npm run doctor' says why no GPU is found here; --software reports on it all the same`,
  );
}

/** All that a machine with a GPU can say of Katman: roofs, large products, training steps, calls. */
export async function runReport(
  page: HarnessPage,
  work: BenchWork,
  receipt: BenchReceipt,
  software: boolean,
): Promise<void> {
  const [small, large] = SIZES[software ? 'software' : 'gpu'];
  await runBench(page, { ...work, shapes: [cube(small)] }, receipt);
  const longer = (large / small) ** 3;
  const expected = new Map(
    receipt.kernels.flatMap(({ name, timing }) => (timing ? [[name, longer * timing.median]] : [])),
  );
  const isShort = (name: string) => (expected.get(name) ?? Infinity) <= LONGEST_DISPATCH;
  for (const [name, ms] of expected)
    if (!isShort(name))
      receipt.notes.push(
        `${name} is not measured at ${large}x${large}x${large}: by its time at ${small} a dispatch would take ${Math.round(ms)} ms, and systems reset a GPU that answers too late`,
      );
  await runPieces(
    kernelGroups(work.kernels, [cube(large)]).map((group) => time(page, group, work, receipt, isShort)),
  );
}

/** Writes `NAME.json` and `NAME.md`. */
export async function writeReport(name: string, receipt: BenchReceipt): Promise<void> {
  await writeResult(`${name}.json`, `${JSON.stringify(receipt, null, 2)}\n`);
  await writeResult(
    `${name}.md`,
    `# Katman on ${adapterName(receipt.adapter!)}\n\n${describeBench(receipt, 2)}\n`,
  );
}
