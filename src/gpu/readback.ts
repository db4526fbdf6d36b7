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

/**
 * The whole of some buffers, by one wait for as many as one buffer can hold: for looking at them, never in a
 * training loop.
 */
export async function readBuffers(gpu: Gpu, sources: readonly Buffer[]): Promise<ArrayBuffer[]> {
  const groups: Buffer[][] = [];
  let filled = Infinity;
  for (const source of sources) {
    filled += source.bytes;
    if (filled > gpu.limits.maxBufferSize) {
      groups.push([]);
      filled = source.bytes;
    }
    groups[groups.length - 1].push(source);
  }
  const read: ArrayBuffer[] = [];
  for (const group of groups) read.push(...(await readTogether(gpu, group)));
  return read;
}

async function readTogether(gpu: Gpu, sources: readonly Buffer[]): Promise<ArrayBuffer[]> {
  const starts = [0];
  for (const { bytes } of sources) starts.push(starts[starts.length - 1] + bytes);
  const readback = new Readback(gpu, 'looking inside', starts[sources.length]);
  try {
    gpu.submit('read buffers', (encoder) =>
      sources.forEach((source, i) => readback.copyFrom(encoder, source, source.bytes, 0, starts[i])),
    );
    const all = await readback.read();
    return sources.map((_, i) => all.slice(starts[i], starts[i + 1]));
  } finally {
    readback.dispose();
  }
}

/** The whole of one buffer. */
export async function readBuffer(gpu: Gpu, source: Buffer): Promise<ArrayBuffer> {
  return (await readBuffers(gpu, [source]))[0];
}
