import copySource from '../../../shaders/device/copy.wgsl?raw';
import type { Buffer, Gpu } from '../../gpu/gpu.ts';
import type { Kernel } from '../../gpu/kernel.ts';
import { Program } from '../../gpu/program.ts';
import { PassTimer, WallTimer } from '../../gpu/timing.ts';
import { library } from '../../kernels/library.ts';
import type { Contestant } from '../clock.ts';
import { gridOf, median, spread } from './statistics.ts';

/** Where times come from: the device's own timestamps, or the time until the page hears of the end. */
export type Source = 'timestamps' | 'wall clock';

/** What a clock is like: belongs beside every time that it gave. */
export interface ClockDescription {
  readonly source: Source;
  /** Its smallest step, in ms, as measured; of a wall clock: or how much an empty submit varies, if that is more. */
  readonly grid: number;
  /** What an empty submit takes, in ms; taken off every time. 0 of timestamps. */
  readonly overhead: number;
}

/** A copy: every invocation reads and writes `parts` times 16 bytes. */
export const copyKernel = (parts: number): Kernel => ({
  name: 'copy',
  source: copySource,
  flags: [],
  variants: [[]],
  counts: { PARTS: parts },
  workgroups: ({ count }) => Math.ceil(count / 64),
  outputs: ({ count }) => ({ out: 4 * parts * count }),
  flops: () => 0,
});

/** Passes to read the grid from, so short that timestamps lie close together. */
const SHORT_PASSES = 512;
/** Shortest sample, in ms, however fine the grid: beginning and ending a pass takes some microseconds. */
const LEAST_SPAN = 2;
const EMPTY_SUBMITS = 15;

/** A clock for what runs on one GPU. */
export class DeviceClock implements ClockDescription {
  readonly #timers: (PassTimer | WallTimer)[];
  #busy = false;

  private constructor(
    private readonly gpu: Gpu,
    readonly source: Source,
    readonly grid: number,
    readonly overhead: number,
    timer: PassTimer | WallTimer,
  ) {
    this.#timers = [timer];
  }

  /** Measures the clock itself. @param wanted 'wall clock' leaves timestamps alone, even where there are some */
  static async open(gpu: Gpu, wanted?: Source): Promise<DeviceClock> {
    const short = await shortProgram(gpu);
    try {
      const grid = wanted === 'wall clock' ? 0 : await timestampGrid(gpu, short.program);
      const timer = grid > 0 ? PassTimer.create(gpu) : undefined;
      if (timer) return new DeviceClock(gpu, 'timestamps', grid, 0, timer);
      const wall = new WallTimer(gpu);
      const empty: number[] = [];
      for (let i = 0; i < EMPTY_SUBMITS; i++)
        empty.push(await wall.run((pass) => short.program.encode(pass)));
      const varies = 2 * spread(empty.slice(3));
      const overhead = median(empty.slice(3));
      return new DeviceClock(gpu, 'wall clock', Math.max(pageGrid(), varies), overhead, wall);
    } finally {
      short.dispose();
    }
  }

  /** What `measure` has to know of this clock. */
  get options(): { grid: number; leastSpan: number } {
    return { grid: this.grid, leastSpan: LEAST_SPAN };
  }

  get description(): ClockDescription {
    const { source, grid, overhead } = this;
    return { source, grid, overhead };
  }

  /** The time of one pass, in ms. A negative one is none: the clock was set back, or the overhead was less. */
  async span(encode: (pass: GPUComputePassEncoder) => void): Promise<number> {
    // Nobody waits any more for the span before: it keeps its timer, and this one gets another.
    if (this.#busy) this.#timers.unshift(this.#newTimer());
    const [timer] = this.#timers;
    this.#busy = true;
    try {
      if (timer instanceof WallTimer) return (await timer.run(encode)) - this.overhead;
      const [began, ended] = await timer.run(encode);
      return (ended - began) / 1e6;
    } finally {
      if (timer === this.#timers[0]) this.#busy = false;
    }
  }

  /** A program as a contestant: its dispatches over and over in one pass. */
  contestant(name: string, program: Pick<Program, 'encode'>): Contestant {
    return {
      name,
      run: (count) =>
        this.span((pass) => {
          for (let i = 0; i < count; i++) program.encode(pass);
        }),
    };
  }

  dispose(): void {
    for (const timer of this.#timers) timer.dispose();
  }

  #newTimer(): PassTimer | WallTimer {
    return this.source === 'timestamps' ? PassTimer.create(this.gpu)! : new WallTimer(this.gpu);
  }
}

/** In ms; 0 where there are no timestamps, or they stand still. */
async function timestampGrid(gpu: Gpu, short: Program): Promise<number> {
  const timer = PassTimer.create(gpu, SHORT_PASSES);
  if (!timer) return 0;
  try {
    return gridOf([...(await timer.run((pass) => short.encode(pass)))]) / 1e6;
  } finally {
    timer.dispose();
  }
}

/** The step of the page's own clock, in ms: browsers make it coarse on purpose. */
function pageGrid(): number {
  const readings = [performance.now()];
  while (readings.length < 50 && readings[readings.length - 1] - readings[0] < 20) {
    const now = performance.now();
    if (now !== readings[readings.length - 1]) readings.push(now);
  }
  return gridOf(readings);
}

/** One workgroup that copies a KiB. */
async function shortProgram(gpu: Gpu): Promise<{ program: Program; dispose(): void }> {
  const buffers = new Map<string, Buffer>();
  for (const name of ['x', 'out']) buffers.set(name, gpu.buffer(`short.${name}`, 1024));
  const program = await Program.create(
    gpu,
    'short',
    { kernels: { copy: copyKernel(1) }, library },
    [{ label: 'short', kernel: 'copy', flags: [], params: { count: 64 }, tensors: { x: 'x', out: 'out' } }],
    buffers,
  );
  const dispose = () => {
    program.dispose();
    for (const buffer of buffers.values()) buffer.destroy();
  };
  return { program, dispose };
}
