import type { Gpu } from '../gpu/gpu.ts';
import { openGpu } from '../gpu/open.ts';
import { probe } from '../gpu/probe.ts';
import { type KernelName, kernels } from '../kernels/index.ts';
import { checkKernel } from '../lab/check.ts';
import type { GpuChoice } from '../session/choice.ts';
import { exactSteps } from '../session/exactStep.ts';
import { judgedSteps } from '../session/judgedStep.ts';
import { runGolden, runGoldenOnCpu } from '../session/golden.ts';
import type { Golden } from '../session/goldenFile.ts';
import { fileTask } from './benchFileTask.ts';
import { cellTask, dispatchTask } from './benchGridTask.ts';
import { kernelGroupTask, roofsTask } from './benchKernelTask.ts';
import { callsTask, stepsTask } from './benchStepTask.ts';
import { evaluateTask, predictTask } from './predictTask.ts';
import { trainTask } from './trainTask.ts';

/** What the page can be asked to do: data in, data out. */
export type Task = (input: any, context: { emit(event: any): void; signal: AbortSignal }) => Promise<unknown>;

async function withGpu<T>(work: (gpu: Gpu) => Promise<T>): Promise<T> {
  const gpu = await openGpu();
  try {
    return await work(gpu);
  } finally {
    gpu.dispose();
  }
}

export const tasks: Record<string, Task> = {
  /** The adapter, after a kernel has really computed on it. */
  probe,
  train: trainTask,
  predict: predictTask,
  evaluate: evaluateTask,
  /** A kernel on all its cases, against its oracle. */
  checkKernel: ({ name }: { name: KernelName }) => withGpu((gpu) => checkKernel(gpu, kernels[name])),
  /** Whole steps of networks drawn at random, on whole numbers: nothing may differ. */
  exactSteps: (input: { networks: number; seed: number; choice: GpuChoice }) =>
    withGpu((gpu) => exactSteps(gpu, input)),
  /** Whole steps with every method, within the bounds of the oracle. */
  judgedSteps: (input: { networks: number; seed: number; choice: GpuChoice }) =>
    withGpu((gpu) => judgedSteps(gpu, input)),
  /** What a golden file describes, trained here. */
  golden: ({ file, choice }: { file: Golden; choice: GpuChoice }) =>
    withGpu((gpu) => runGolden(gpu, file, choice)),
  /** The same with the `cpu` plan. */
  goldenOnCpu: async (file: Golden) => runGoldenOnCpu(file),
  /** The clock of this device and its roofs. */
  roofs: roofsTask,
  /** The kernels of a group, checked and then timed. */
  benchKernels: kernelGroupTask,
  /** Training steps of a network with each plan, checked and then timed. */
  benchSteps: stepsTask,
  /** What one training step asks of the device. */
  benchCalls: callsTask,
  /** A text in the place of a kernel: judged, then timed against it. */
  benchFile: fileTask,
  /** What a dispatch costs that does next to nothing. */
  benchDispatch: dispatchTask,
  /** Steps of one cell of the grid, with each plan that can make them. */
  benchCell: cellTask,
  /** The cost of a step over the width, as a picture: PNG. */
  drawCost: async (receipt) => (await import('./benchGridPlot.ts')).drawCost(receipt),
};
