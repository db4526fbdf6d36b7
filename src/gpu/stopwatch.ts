import type { Buffer, Gpu } from './gpu.ts';
import { Readback } from './readback.ts';
import { TIMESTAMPS } from './timestamps.ts';

// GPUBufferUsage does not exist before a browser with WebGPU runs this; the numbers are the standard's.
const QUERY_RESOLVE = 0x200;
const COPY_SRC = 0x4;
/** Two timestamps of 8 bytes, and how far apart the standard wants them. */
const BYTES = 16;
const APART = 256;

/** What passes take on the GPU that are submitted anyway, several at a time: one turn for each that may be on its way. */
export class Stopwatch {
  private constructor(
    private readonly queries: GPUQuerySet,
    private readonly resolved: Buffer,
    private readonly readbacks: readonly Readback[],
  ) {}

  /** Undefined where the device has no timestamps. */
  static create(gpu: Gpu, turns: number): Stopwatch | undefined {
    if (!gpu.device.features.has(TIMESTAMPS)) return undefined;
    const queries = gpu.device.createQuerySet({ label: 'stopwatch', type: 'timestamp', count: 2 * turns });
    const resolved = gpu.buffer('stopwatch', APART * turns, QUERY_RESOLVE | COPY_SRC);
    const readbacks = Array.from({ length: turns }, (_, i) => new Readback(gpu, `stopwatch${i}`, BYTES));
    return new Stopwatch(queries, resolved, readbacks);
  }

  /** Goes into the descriptor of the pass. */
  writes(turn: number): GPUComputePassTimestampWrites {
    return {
      querySet: this.queries,
      beginningOfPassWriteIndex: 2 * turn,
      endOfPassWriteIndex: 2 * turn + 1,
    };
  }

  /** Encodes what `read` waits for: after the pass, in the same submit. */
  stop(encoder: GPUCommandEncoder, turn: number): void {
    encoder.resolveQuerySet(this.queries, 2 * turn, 2, this.resolved.raw, APART * turn);
    this.readbacks[turn].copyFrom(encoder, this.resolved, BYTES, APART * turn);
  }

  /** How long the pass took, in ms: whole ticks of the device's clock. */
  async read(turn: number): Promise<number> {
    const [began, ended] = new BigUint64Array(await this.readbacks[turn].read());
    // A device may set its clock back.
    return Math.max(0, Number(ended - began) / 1e6);
  }

  dispose(): void {
    this.queries.destroy();
    this.resolved.destroy();
    for (const readback of this.readbacks) readback.dispose();
  }
}
