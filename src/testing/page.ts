import { serveTasks } from '../cli/serveTasks.ts';
import type { Task } from '../cli/tasks.ts';
import type { Gpu } from '../gpu/gpu.ts';
import { type PlainKernel, type PlainWants, openPlain, runPlain } from '../gpu/plain.ts';
import { compiled } from '../gpu/pipelines.ts';
import { probe } from '../gpu/probe.ts';

/** Every device of this page, whoever asked for it. */
const devices = new Set<GPUDevice>();
const { GPUAdapter } = globalThis;
if (GPUAdapter) {
  const { requestDevice } = GPUAdapter.prototype;
  GPUAdapter.prototype.requestDevice = async function (...words) {
    const device = await requestDevice.apply(this, words);
    devices.add(device);
    void device.lost.then(() => devices.delete(device));
    // Node listens to the console; an error that only the page knows of fails nothing.
    device.addEventListener('uncapturederror', ({ error }) =>
      console.error(`WebGPU, on device '${device.label || 'without a label'}': ${error.message}`),
    );
    return device;
  };
}

let gpu: Gpu | undefined;

const tasks: Record<string, Task> = {
  /** The adapter, after a kernel has really computed on it. */
  probe,
  async open(wants: PlainWants) {
    gpu = await openPlain(wants);
  },
  runKernel: (kernel: PlainKernel) => runPlain(gpu!, kernel),
  /** Only what the compiler says of a text. */
  async compile({ name, text }: Pick<PlainKernel, 'name' | 'text'>) {
    await compiled(gpu!, name, text, async () => undefined);
  },
  /** Waits until every device has reported what was wrong with what it was asked so far. */
  async settle() {
    const answers = [...devices].map((device) => {
      device.pushErrorScope('internal');
      return device.popErrorScope().catch(() => null);
    });
    await Promise.all(answers);
  },
  /** Gives the device back. @returns bytes of buffers that were not given back before */
  async close() {
    const { bytes } = gpu!.counts;
    gpu!.dispose();
    return bytes;
  },
};

serveTasks(tasks);
