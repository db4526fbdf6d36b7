import type { Buffer, Gpu } from '../gpu/gpu.ts';
import { type Tensor, sizeOf } from './plan.ts';

/** Buffers of tensors by name, made together and freed together. */
export class Tensors {
  readonly buffers = new Map<string, Buffer>();

  /** @throws GpuUnavailableError if a tensor is larger than the adapter allows; nothing is left behind */
  constructor(gpu: Gpu, tensors: readonly Tensor[], prefix = '') {
    try {
      for (const tensor of tensors) {
        this.buffers.set(tensor.name, gpu.buffer(prefix + tensor.name, 4 * sizeOf(tensor)));
      }
    } catch (error) {
      this.dispose();
      throw error;
    }
  }

  get(name: string): Buffer {
    return this.buffers.get(name)!;
  }

  dispose(): void {
    for (const buffer of this.buffers.values()) buffer.destroy();
    this.buffers.clear();
  }
}
