import type { Task } from '../../src/cli/tasks.ts';
import { openGpu } from '../../src/gpu/open.ts';
import { GPU_PLANS } from '../../src/network/plans.ts';
import { Network, type NetworkOptions } from '../../src/session/network.ts';
import type { FitOptions } from '../../src/session/options.ts';
import { profileStep } from '../../src/session/profileStep.ts';
import { onOwnDevice } from '../../src/lab/workbench/device.ts';
import { judgeAttempt } from '../../src/lab/workbench/judge.ts';
import { kernels } from '../../src/kernels/index.ts';

/** What makes an object that an inspector shows, by class. */
const MAKERS: Readonly<Record<string, readonly string[]>> = {
  GPUAdapter: ['requestDevice'],
  GPUDevice: [
    'createBuffer',
    'createTexture',
    'createSampler',
    'createBindGroupLayout',
    'createBindGroup',
    'createPipelineLayout',
    'createShaderModule',
    'createComputePipeline',
    'createComputePipelineAsync',
    'createRenderPipeline',
    'createRenderPipelineAsync',
    'createQuerySet',
    'createCommandEncoder',
  ],
  GPUCommandEncoder: ['beginComputePass', 'beginRenderPass', 'finish'],
};

interface LabelInput {
  network: NetworkOptions;
  data: { rows: number; x: Float32Array; y: Float32Array };
  options: FitOptions;
}

type Method = (this: unknown, descriptor?: { label?: string }) => unknown;

/** Notes the label of everything that is made while `work` goes on: `maker: label`. */
async function labelsOf(work: () => Promise<void>): Promise<string[]> {
  const seen = new Set<string>();
  const restore: (() => void)[] = [];
  for (const [name, makers] of Object.entries(MAKERS)) {
    const { prototype } = (globalThis as unknown as Record<string, { prototype: Record<string, Method> }>)[
      name
    ];
    for (const maker of makers) {
      const original = prototype[maker];
      prototype[maker] = function (descriptor) {
        seen.add(`${maker}: ${descriptor?.label ?? ''}`);
        return original.call(this, descriptor);
      };
      restore.push(() => (prototype[maker] = original));
    }
  }
  try {
    await work();
  } finally {
    for (const one of restore) one();
  }
  return [...seen];
}

export const tasks: Record<string, Task> = {
  /** Trains with each plan, judges, predicts, times its passes, and tries a kernel; every label. */
  labels: ({ network: wanted, data, options }: LabelInput) =>
    labelsOf(async () => {
      const gpu = await openGpu();
      const network = await Network.create(gpu, wanted);
      try {
        for (const plan of GPU_PLANS)
          await network.fit(data, { ...options, plan, verify: 'always', validation: data, timed: true });
        await network.fit(data, { ...options, plan: 'textbook', earlyStopping: { patience: 1 } });
        await network.predict(data.x);
        await network.parameters();
        await profileStep(network.model, data, { ...options, choice: { plan: 'textbook' } });
        await profileStep(network.model, data, { ...options, wall: true });
        const { source } = kernels.columnSums;
        const params = { m: 8, n: 8, scale: 1 };
        await onOwnDevice((own) =>
          judgeAttempt(own, { kernel: 'columnSums', source, params, flags: [], constants: {} }),
        );
      } finally {
        network.dispose();
        gpu.dispose();
      }
    }),
};
