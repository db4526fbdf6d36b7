import { DeviceLostError, GpuUnavailableError, KatmanError } from '../errors.ts';
import type { AdapterDescription } from './adapter.ts';
import { PipelineCache } from './pipelines.ts';

/** What was made on the device and asked of its queue so far; tests hold promises against it. */
export interface Counts {
  /** Buffers made. */
  buffers: number;
  /** Bytes of the buffers that are alive. */
  bytes: number;
  /** Bind groups made. */
  bindGroups: number;
  /** Pipelines made. */
  pipelines: number;
  /** Dispatches encoded. */
  dispatches: number;
  /** Command buffers sent to the queue, one by one. */
  submits: number;
  /** Writes of the host into buffers. */
  writes: number;
  /** Buffers mapped to be read. */
  maps: number;
}

/** A device, and the adapter that gave it. */
export interface Opened {
  readonly device: GPUDevice;
  readonly adapter: AdapterDescription;
}

/** A buffer whose bytes are counted from its creation to its `destroy`, or a region of one. */
export interface Buffer {
  /** What messages of the GPU call it. */
  readonly label: string;
  /** The buffer of WebGPU. */
  readonly raw: GPUBuffer;
  /** Where it begins in `raw`, in bytes; 0 unless it is a region. */
  readonly offset: number;
  /** How long it is. */
  readonly bytes: number;
  /** Frees it; a region is freed with the buffer that it lies in. */
  destroy(): void;
}

/** A part of a buffer under a name of its own. @param offset in bytes, a multiple of 256 */
export function region({ raw, offset: start }: Buffer, label: string, offset: number, bytes: number): Buffer {
  return { label, raw, offset: start + offset, bytes, destroy: () => {} };
}

/**
 * An open device. Everything on it is made through this class, so that bytes and calls are counted,
 * every object carries a label, and no error of the GPU is only printed: the next awaited call rejects.
 */
export class Gpu {
  /** What was made and asked of it so far. */
  readonly counts: Counts = {
    buffers: 0,
    bytes: 0,
    bindGroups: 0,
    pipelines: 0,
    dispatches: 0,
    submits: 0,
    writes: 0,
    maps: 0,
  };
  /** The device of WebGPU. */
  device!: GPUDevice;
  /** What is known of the adapter that it belongs to. */
  adapter!: AdapterDescription;
  /** @internal The pipelines that were compiled. */
  pipelines!: PipelineCache;
  /**
   * Bytes that all buffers together may have, and may be set: half of the memory of this machine as far as the browser
   * tells it, lest a GPU without memory of its own takes all there is.
   */
  memory = 2 ** 29 * ((globalThis.navigator as { deviceMemory?: number } | undefined)?.deviceMemory ?? 8);
  /** Resolves when the device is lost or disposed of. */
  lost!: Promise<DeviceLostError>;
  #failure: KatmanError | undefined;

  /** @param request asks for another device when this one is lost; undefined for a GPU that is not opened again */
  constructor(
    device: GPUDevice,
    adapter: AdapterDescription,
    /** @internal Asks for another device when this one is lost. */
    readonly request?: () => Promise<Opened>,
  ) {
    this.renew({ device, adapter });
  }

  /** @internal Takes another device in the place of one that was lost, with which everything on it is gone. */
  renew({ device, adapter }: Opened): void {
    this.device = device;
    this.adapter = adapter;
    this.pipelines = new PipelineCache(this);
    this.#failure = undefined;
    // What an earlier device still has to say concerns nobody.
    const fail = (error: KatmanError) => {
      if (this.device === device) this.#failure ??= error;
    };
    device.addEventListener('uncapturederror', ({ error }) =>
      fail(
        error instanceof GPUOutOfMemoryError
          ? new GpuUnavailableError(
              `The GPU has no memory left: ${error.message}; use a smaller network, batch or data set, or close other pages`,
            )
          : new KatmanError(`The GPU refused a call: ${error.message}`),
      ),
    );
    this.lost = device.lost.then(({ reason, message }) => {
      const error = new DeviceLostError(
        `The GPU device was lost (${reason || 'unknown'}): ${message.replace(/\.+$/, '') || 'no reason given'}. Open it again and start from saved weights.`,
      );
      // Whatever was refused before may have come of it.
      if (reason !== 'destroyed' && this.device === device) this.#failure = error;
      return error;
    });
  }

  /** What the device can hold at most. */
  get limits(): GPUSupportedLimits {
    return this.device.limits;
  }

  /** @throws the first error that the device reported since it was opened, if any */
  check(): void {
    if (this.#failure) throw this.#failure;
  }

  /**
   * A buffer for storage, to be written and read by copies.
   * @throws GpuUnavailableError naming the limit if the adapter cannot hold that many bytes in one buffer, or all
   *   buffers together would have more than `memory`
   */
  buffer(label: string, bytes: number, usage = STORAGE): Buffer {
    if (!Number.isSafeInteger(bytes) || bytes <= 0 || bytes % 4) {
      throw new KatmanError(`buffer '${label}': a size is a positive multiple of 4 bytes, not ${bytes}`);
    }
    const { maxBufferSize, maxStorageBufferBindingSize } = this.limits;
    const limits = {
      maxBufferSize,
      ...(usage & GPUBufferUsage.STORAGE && { maxStorageBufferBindingSize }),
      'free gpu.memory': this.memory - this.counts.bytes,
    };
    for (const [limit, most] of Object.entries(limits))
      if (bytes > most)
        throw new GpuUnavailableError(
          `'${label}' needs ${bytes} bytes, but this adapter's ${limit} is ${most}; use a smaller network, batch or data set`,
        );
    const raw = this.device.createBuffer({ label, size: bytes, usage });
    this.counts.buffers++;
    this.counts.bytes += bytes;
    let alive = true;
    return {
      label,
      raw,
      offset: 0,
      bytes,
      destroy: () => {
        if (alive) this.counts.bytes -= bytes;
        alive = false;
        raw.destroy();
      },
    };
  }

  /** Copies data into a buffer, from `offset` bytes on, before whatever is submitted later. */
  write(buffer: Buffer, data: ArrayBufferView | ArrayBuffer, offset = 0): void {
    this.counts.writes++;
    const {
      buffer: bytes,
      byteOffset,
      byteLength,
    } = ArrayBuffer.isView(data) ? data : { buffer: data, byteOffset: 0, byteLength: data.byteLength };
    this.device.queue.writeBuffer(
      buffer.raw,
      buffer.offset + offset,
      bytes as ArrayBuffer,
      byteOffset,
      byteLength,
    );
  }

  /** A storage buffer filled with `data`. */
  upload(label: string, data: ArrayBufferView): Buffer {
    const buffer = this.buffer(label, data.byteLength);
    this.write(buffer, data);
    return buffer;
  }

  /** Encodes and submits: passes and copies in one command buffer. */
  submit(label: string, encode: (encoder: GPUCommandEncoder) => void): void {
    const encoder = this.device.createCommandEncoder({ label });
    encode(encoder);
    this.counts.submits++;
    this.device.queue.submit([encoder.finish({ label })]);
  }

  /** Frees the device and everything on it. */
  dispose(): void {
    this.device.destroy();
  }

  /** What `using` calls at the end of a block: `dispose`. */
  [Symbol.dispose](): void {
    this.dispose();
  }
}

// GPUBufferUsage does not exist before a browser with WebGPU runs this; the numbers are the standard's.
const COPY_SRC = 0x4;
const COPY_DST = 0x8;
export const STORAGE = 0x80 | COPY_SRC | COPY_DST;
export const UNIFORM = 0x40 | COPY_DST;
export const STAGING = 0x1 | COPY_DST;
