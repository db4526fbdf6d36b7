import { DeviceLostError, KatmanError } from '../errors.ts';
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

  /**
   * Encodes the copy; `read` then waits for the submit that holds it.
   * @throws KatmanError while a read is on its way: the GPU would refuse the whole submit
   */
  copyFrom(
    encoder: GPUCommandEncoder,
    source: Buffer,
    bytes = source.bytes,
    sourceOffset = 0,
    offset = 0,
  ): void {
    encoder.copyBufferToBuffer(source.raw, source.offset + sourceOffset, this.#idle, offset, bytes);
  }

  /**
   * The first `bytes` bytes, once the GPU has written them.
   * @throws KatmanError while another read is on its way; DeviceLostError, also if it is disposed of meanwhile
   */
  async read(bytes = this.#staging.bytes): Promise<ArrayBuffer> {
    const raw = this.#idle;
    this.gpu.counts.maps++;
    let copy: ArrayBuffer;
    try {
      await noticed(this.gpu, raw.mapAsync(0x1, 0, bytes));
      copy = raw.getMappedRange(0, bytes).slice(0);
    } catch (error) {
      this.gpu.check();
      throw new DeviceLostError(`A read-back of '${raw.label}' failed: ${(error as Error).message}`);
    } finally {
      raw.unmap();
    }
    this.gpu.check();
    return copy;
  }

  dispose(): void {
    this.#staging.destroy();
  }

  /** The buffer, while nothing reads it. */
  get #idle(): GPUBuffer {
    const { raw } = this.#staging;
    if (raw.mapState !== 'unmapped') throw new KatmanError(`'${raw.label}' is being read: wait for it`);
    return raw;
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
