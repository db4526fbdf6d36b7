import type { Buffer, Gpu } from './gpu.ts';
import { Readback } from './readback.ts';
import { TIMESTAMPS } from './timestamps.ts';

// GPUBufferUsage does not exist before a browser with WebGPU runs this; the numbers are the standard's.
const QUERY_RESOLVE = 0x200;
const COPY_SRC = 0x4;
/** Bytes of one timestamp, and the most of them in one query set. */
const STAMP_BYTES = 8;
const MOST_STAMPS = 4096;

/** The time that passes take on the GPU itself, without what it costs to ask for them. */
export class PassTimer {
  private constructor(
    private readonly gpu: Gpu,
    private readonly queries: GPUQuerySet,
    private readonly resolved: Buffer,
    private readonly readback: Readback,
    private readonly stamps: number,
  ) {}

  /** @param passes the most passes in one call; undefined where the device has no timestamps */
  static create(gpu: Gpu, passes = 1): PassTimer | undefined {
    if (!gpu.device.features.has(TIMESTAMPS)) return undefined;
    const stamps = Math.min(2 * passes, MOST_STAMPS);
    const bytes = stamps * STAMP_BYTES;
    const queries = gpu.device.createQuerySet({ label: 'timestamps', type: 'timestamp', count: stamps });
    const resolved = gpu.buffer('timestamps', bytes, QUERY_RESOLVE | COPY_SRC);
    return new PassTimer(gpu, queries, resolved, new Readback(gpu, 'timestamps', bytes), stamps);
  }

  /**
   * Runs passes one after the other.
   * @param encode encodes the content of one pass, the how manieth of them it is told
   * @param labelOf what inspectors show each pass by
   * @returns when each began and ended, in ns after a moment of the device's own; whole grids, and not
   *   always in order: a device may set its clock back
   */
  async run(
    encode: (pass: GPUComputePassEncoder, index: number) => void,
    labelOf: (index: number) => string = () => 'timed',
  ): Promise<Float64Array> {
    this.gpu.submit('timed', (encoder) => {
      for (let i = 0; i < this.stamps; i += 2) {
        const pass = encoder.beginComputePass({
          label: labelOf(i / 2),
          timestampWrites: {
            querySet: this.queries,
            beginningOfPassWriteIndex: i,
            endOfPassWriteIndex: i + 1,
          },
        });
        encode(pass, i / 2);
        pass.end();
      }
      encoder.resolveQuerySet(this.queries, 0, this.stamps, this.resolved.raw, 0);
      this.readback.copyFrom(encoder, this.resolved);
    });
    const raw = new BigUint64Array(await this.readback.read());
    // Nanoseconds since a device was switched on exceed what a float64 holds after 104 days: begin at the first.
    return Float64Array.from(raw, (stamp) => Number(stamp - raw[0]));
  }

  dispose(): void {
    this.queries.destroy();
    this.resolved.destroy();
    this.readback.dispose();
  }
}

/** The time from a submit to the end of its work, as this page or process sees it. */
export class WallTimer {
  readonly #mark: Buffer;
  readonly #readback: Readback;

  constructor(private readonly gpu: Gpu) {
    this.#mark = gpu.buffer('wall clock', 4);
    this.#readback = new Readback(gpu, 'wall clock', 4);
  }

  /** @param encode encodes the content of one pass; @returns ms, the waiting for its end included */
  async run(encode: (pass: GPUComputePassEncoder) => void): Promise<number> {
    const started = performance.now();
    this.gpu.submit('timed', (encoder) => {
      const pass = encoder.beginComputePass({ label: 'timed' });
      encode(pass);
      pass.end();
      this.#readback.copyFrom(encoder, this.#mark);
    });
    // Only what has been read back was surely done.
    await this.#readback.read();
    return performance.now() - started;
  }

  dispose(): void {
    this.#mark.destroy();
    this.#readback.dispose();
  }
}
