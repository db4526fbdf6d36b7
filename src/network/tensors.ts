import { type Buffer, type Gpu, region } from '../gpu/gpu.ts';
import { readBuffers } from '../gpu/readback.ts';
import { type Tensor, layoutOf, roomOf, withoutPadding } from './plan.ts';

/** Buffers of tensors by name, made together and freed together. */
export class Tensors {
  /** Each tensor: a buffer of its own, or its region of an arena. */
  readonly buffers = new Map<string, Buffer>();
  /** The arenas as wholes. */
  readonly arenas = new Map<string, Buffer>();

  /** @throws GpuUnavailableError if a tensor or arena is larger than the adapter allows; nothing is left behind */
  constructor(
    gpu: Gpu,
    private readonly tensors: readonly Tensor[],
    prefix = '',
  ) {
    const { offsets, sizes } = layoutOf(tensors);
    try {
      for (const [name, size] of sizes) this.arenas.set(name, gpu.buffer(prefix + name, 4 * size));
      for (const tensor of tensors) {
        const { name, arena } = tensor;
        const label = prefix + name;
        const bytes = 4 * roomOf(tensor);
        this.buffers.set(
          name,
          arena === undefined
            ? gpu.buffer(label, bytes)
            : region(this.arenas.get(arena)!, label, 4 * offsets.get(name)!, bytes),
        );
      }
    } catch (error) {
      this.dispose();
      throw error;
    }
  }

  get(name: string): Buffer {
    return this.buffers.get(name)!;
  }

  /** New buffers for the same tensors. */
  like(gpu: Gpu, prefix: string): Tensors {
    return new Tensors(gpu, this.tensors, prefix);
  }

  /** Tensors and arenas by name: what passes can bind. */
  get bindable(): ReadonlyMap<string, Buffer> {
    return new Map([...this.arenas, ...this.buffers]);
  }

  /** Encodes a copy of everything to buffers made of the same tensors. */
  copyTo(encoder: GPUCommandEncoder, to: Tensors): void {
    const [mine, theirs] = [this.#whole, to.#whole];
    mine.forEach(({ raw, bytes }, i) => encoder.copyBufferToBuffer(raw, 0, theirs[i].raw, 0, bytes));
  }

  dispose(): void {
    for (const buffer of this.#whole) buffer.destroy();
    this.buffers.clear();
    this.arenas.clear();
  }

  /** What was made on the device: arenas, and tensors outside of them. */
  get #whole(): Buffer[] {
    const alone = [...this.buffers.values()].filter(
      ({ raw }) => ![...this.arenas.values()].some((arena) => arena.raw === raw),
    );
    return [...this.arenas.values(), ...alone];
  }
}

/**
 * The content of buffers by name, tensors among them without the padding of their rows.
 * @param tensors what is known of them; other buffers hold floats, but `health` holds words
 */
export async function readTensors(
  gpu: Gpu,
  buffers: readonly (readonly [string, Buffer])[],
  tensors: readonly Tensor[],
): Promise<[string, Float32Array | Uint32Array][]> {
  const known = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  const read = await readBuffers(
    gpu,
    buffers.map(([, buffer]) => buffer),
  );
  return buffers.map(([name], i) => {
    const tensor = known.get(name);
    const words = tensor?.type === 'u32' || name === 'health';
    const values = words ? new Uint32Array(read[i]) : new Float32Array(read[i]);
    return [name, tensor ? withoutPadding(values, tensor) : values];
  });
}
