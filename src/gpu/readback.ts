import { DeviceLostError } from '../errors.ts';
import { type Buffer, type Gpu, STAGING } from './gpu.ts';

/**
 * A mappable buffer that brings bytes back. Of everything the queue promises, only a finished map
 * shows that the work before it was really done: on a lost device all other calls pretend to succeed.
 */
export class Readback {
  readonly #staging: Buffer;

  constructor(
    private readonly gpu: Gpu,
    label: string,
    bytes: number,
  ) {
    this.#staging = gpu.buffer(`${label}.staging`, bytes, STAGING);
  }

  /** Encodes the copy; `read` then waits for the submit that holds it. */
  copyFrom(
    encoder: GPUCommandEncoder,
    source: Buffer,
    bytes = source.bytes,
    sourceOffset = 0,
    offset = 0,
  ): void {
    encoder.copyBufferToBuffer(source.raw, source.offset + sourceOffset, this.#staging.raw, offset, bytes);
  }

  /** The first `bytes` bytes, once the GPU has written them. One read at a time. */
  async read(bytes = this.#staging.bytes): Promise<ArrayBuffer> {
    this.gpu.counts.maps++;
    try {
      await noticed(this.gpu, this.#staging.raw.mapAsync(0x1, 0, bytes));
    } catch (error) {
      this.gpu.check();
      throw new DeviceLostError(
        `A read-back of '${this.#staging.label}' failed: ${(error as Error).message}`,
      );
    }
    const copy = this.#staging.raw.getMappedRange(0, bytes).slice(0);
    this.#staging.raw.unmap();
    this.gpu.check();
    return copy;
  }

  dispose(): void {
    this.#staging.destroy();
  }
}

/** Firefox looks whether work is done only every 100 ms, and whenever something is submitted. */
const LOOKS_SELDOM = /Firefox/.test(globalThis.navigator?.userAgent ?? '');
const LOOK_MS = 5;

/** Waits for the GPU; where the browser looks seldom, empty submits make it look at once. */
async function noticed<T>({ device }: Gpu, work: Promise<T>): Promise<T> {
  if (!LOOKS_SELDOM) return work;
  const timer = setInterval(() => device.queue.submit([]), LOOK_MS);
  try {
    return await work;
  } finally {
    clearInterval(timer);
  }
}

/** The whole of one buffer: for looking at it, never in a training loop. */
export async function readBuffer(gpu: Gpu, source: Buffer): Promise<ArrayBuffer> {
  const readback = new Readback(gpu, source.label, source.bytes);
  try {
    gpu.submit(`read ${source.label}`, (encoder) => readback.copyFrom(encoder, source));
    return await readback.read();
  } finally {
    readback.dispose();
  }
}
