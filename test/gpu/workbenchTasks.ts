import type { Task } from '../../src/cli/tasks.ts';
import { compiled, kernelText } from '../../src/gpu/pipelines.ts';
import { runKernel } from '../../src/gpu/run.ts';
import { type KernelName, kernels } from '../../src/kernels/index.ts';
import { library } from '../../src/kernels/library.ts';
import { casesOf } from '../../src/lab/workbench/shape.ts';
import {
  type Attempt,
  type OwnAttempt,
  type SweepRange,
  type TimeOptions,
  compileAttempt,
  judgeAttempt,
  judgeOwn,
  onOwnDevice,
  sourceOf,
  sweepAttempt,
  timeAttempt,
} from '../../src/lab/workbench/index.ts';
import type { ContractName } from '../../src/lab/cases.ts';
import { guardLoops } from '../../src/wgsl/loopGuard.ts';

interface Tried extends TimeOptions {
  readonly attempt: Attempt;
}

export const tasks: Record<string, Task> = {
  compileAttempts: (attempts: Attempt[]) =>
    onOwnDevice((gpu) => Promise.all(attempts.map((attempt) => compileAttempt(gpu, attempt)))),

  judgeAttempts: ({ attempts, ...options }: TimeOptions & { attempts: Attempt[] }) =>
    onOwnDevice(async (gpu) => {
      const verdicts = [];
      for (const attempt of attempts) {
        const started = performance.now();
        verdicts.push({ ...(await judgeAttempt(gpu, attempt, options)), ms: performance.now() - started });
      }
      return verdicts;
    }),

  /** @throws the reason of an abort */
  judgeAndTell: ({ attempt }: Tried, { emit, signal }) =>
    onOwnDevice((gpu) => judgeAttempt(gpu, attempt, { onProgress: emit, signal })),

  judgeOwn: ({ attempt, ...options }: TimeOptions & { attempt: OwnAttempt }) =>
    onOwnDevice((gpu) => judgeOwn(gpu, attempt, options)),

  timeAttempt: ({ attempt, ...options }: Tried) => onOwnDevice((gpu) => timeAttempt(gpu, attempt, options)),

  /** The same comparison again and again: how often each verdict came out. */
  compareOften: ({ attempt, times, ...options }: Tried & { times: number }) =>
    onOwnDevice(async (gpu) => {
      const counts: Record<string, number> = {};
      for (let i = 0; i < times; i++) {
        const timing = await timeAttempt(gpu, attempt, options);
        const verdict = 'kind' in timing ? timing.kind : timing.comparison.verdict;
        counts[verdict] = (counts[verdict] ?? 0) + 1;
      }
      return counts;
    }),

  sweepAttempt: ({ attempt, range, ...options }: Tried & { range: SweepRange }) =>
    onOwnDevice((gpu) => sweepAttempt(gpu, attempt, range, options)),

  sourceOf: ({ kernel, flags }: { kernel: KernelName; flags: string[] }) =>
    Promise.resolve(sourceOf(kernel, flags)),

  /** Compiles a kernel with its guards; of those that have a contract, its first cases give the same bits with and without. */
  guarded: ({ name }: { name: KernelName }) =>
    onOwnDevice(async (gpu) => {
      const kernel = kernels[name];
      const longest = kernel.variants.reduce((most, one) => (one.length > most.length ? one : most));
      // Those that do many passes at once take seconds to compile in all their parts.
      const flags = kernel.stands ? kernel.variants[0] : longest;
      const text = guardLoops(kernelText(kernel, flags, library));
      await compiled(gpu, name, text, (module) =>
        gpu.device.createComputePipelineAsync({ layout: 'auto', compute: { module, entryPoint: 'main' } }),
      );
      if (kernel.stands) return { compared: 0, different: 0 };
      const cases = casesOf((kernel.contract ?? name) as ContractName)
        .filter((one) => String(one.flags) === String(flags))
        .slice(0, 8);
      const source = text + flags.map((flag) => `//#if ${flag}\n//#endif\n`).join('');
      const own = {
        ...kernel,
        source,
        flags,
        counts: undefined,
        workgroups: (params: never) =>
          kernel.workgroups(params, { ...kernel.counts, ...kernel.overrides }, flags),
      };
      let [compared, different] = [0, 0];
      for (const { params, inputs } of cases) {
        const want = await runKernel(gpu, kernel, { flags, params, inputs, library });
        const got = await runKernel(gpu, own, { flags, params, inputs, library });
        for (const [output, values] of Object.entries(want)) {
          const bits = (array: Float32Array | Uint32Array) =>
            new Uint32Array(array.buffer, array.byteOffset, array.length);
          const other = bits(got[output]);
          compared += values.length;
          different += bits(values).filter((word, i) => word !== other[i]).length;
        }
      }
      return { compared, different };
    }),
};
