import multiplyAddSource from '../../shaders/device/multiplyAdd.wgsl?raw';
import { KatmanError, MismatchError } from '../errors.ts';
import type { Buffer, Gpu } from '../gpu/gpu.ts';
import type { Kernel } from '../gpu/kernel.ts';
import { Program } from '../gpu/program.ts';
import { Readback } from '../gpu/readback.ts';
import { runKernel } from '../gpu/run.ts';
import { library } from '../kernels/library.ts';
import { type ClockOptions, type Contestant, type Timing, measure } from './clock.ts';
import { type DeviceClock, copyKernel } from './clock/device.ts';

/** The best that a device does, measured on it: an upper end for what a kernel can be expected to reach. */
export interface Roof {
  /** GFLOP/s or GB/s, of the median time. */
  readonly rate: number;
  /** Between these with a chance of `confidence`. */
  readonly low: number;
  readonly high: number;
  readonly confidence: number;
  /** How it was reached, e.g. with how many sums in registers. */
  readonly how: string;
}

export interface Roofs {
  /** Multiply-adds in registers, two operations each: GFLOP/s. */
  readonly compute: Roof;
  /** A large copy, bytes read and bytes written: GB/s. */
  readonly memory: Roof;
  readonly notes: readonly string[];
}

/** Steps of one sum, as shaders/device/multiplyAdd.wgsl has them, and how its loop is unrolled. */
const UNROLLED = 4;
const STEPS = 256 * UNROLLED;
/** Vectors in registers that are tried: few suit a CPU's sixteen registers, many hide a GPU's latency. */
const SUMS = [2, 4, 8, 16];
/** Invocations, as many as take a dispatch this long (ms), so that starting it costs nothing beside. */
const FEWEST_INVOCATIONS = 2 ** 12;
const MOST_INVOCATIONS = 2 ** 20;
const DISPATCH_MS = 2;

const multiplyAdd = (sums: number): Kernel => ({
  name: 'multiplyAdd',
  source: multiplyAddSource,
  flags: [],
  variants: [[]],
  counts: { SUMS: sums, STEPS: UNROLLED },
  workgroups: ({ count }) => Math.ceil(count / 64),
  outputs: ({ count }) => ({ out: 4 * count }),
  flops: ({ count }) => count * sums * 4 * STEPS * 2,
});

/**
 * Measures both roofs, after both kernels were found to compute what they should.
 * @throws MismatchError if they do not, KatmanError if no time could be measured
 */
export async function measureRoofs(gpu: Gpu, clock: DeviceClock, options: ClockOptions = {}): Promise<Roofs> {
  const half = { ...options, ...clock.options, budget: (options.budget ?? 4000) / 2 };
  const compute = await computeRoof(gpu, clock, half);
  const memory = await memoryRoof(gpu, clock, half);
  return {
    compute: compute.roof,
    memory: memory.roof,
    notes: [...compute.notes, ...memory.notes],
  };
}

interface Measured {
  readonly roof: Roof;
  readonly notes: readonly string[];
}

async function computeRoof(gpu: Gpu, clock: DeviceClock, options: ClockOptions): Promise<Measured> {
  for (const sums of SUMS) await checkMultiplyAdd(gpu, sums);
  const out = gpu.buffer('multiplyAdd.out', 16 * MOST_INVOCATIONS);
  const programs: Program[] = [];
  const make = async (sums: number, count: number): Promise<Program> => {
    const program = await Program.create(
      gpu,
      'multiplyAdd',
      { kernels: { multiplyAdd: multiplyAdd(sums) }, library },
      [
        {
          label: `multiplyAdd ${sums}`,
          kernel: 'multiplyAdd',
          flags: [],
          params: { count, factor: 1, addend: 1 },
          tensors: { out: 'out' },
        },
      ],
      new Map([['out', out]]),
    );
    programs.push(program);
    return program;
  };
  try {
    let count = FEWEST_INVOCATIONS;
    for (; count < MOST_INVOCATIONS; count *= 4) {
      const program = await make(SUMS[0], count);
      if ((await clock.span((pass) => program.encode(pass))) >= DISPATCH_MS) break;
    }
    const contestants: Contestant[] = [];
    for (const sums of SUMS) contestants.push(clock.contestant(String(sums), await make(sums, count)));
    const standings = await measure(contestants, options);
    const rates = standings.timings.map((timing) =>
      roofOf(
        timing,
        multiplyAdd(Number(timing.name)).flops({ count }) / 1e6,
        `${timing.name} vectors of 4 in registers`,
      ),
    );
    return { roof: highest(rates) ?? nothing('multiplyAdd', standings.dropped), notes: standings.notes };
  } finally {
    for (const program of programs) program.dispose();
    out.destroy();
  }
}

/** A sum that starts at s and takes n steps of s * 1 + 1 is s + n, without any rounding. */
async function checkMultiplyAdd(gpu: Gpu, sums: number): Promise<void> {
  const count = 130;
  const { out } = await runKernel(gpu, multiplyAdd(sums), {
    params: { count, factor: 1, addend: 1 },
    inputs: {},
    library,
  });
  out.forEach((got, at) => {
    const start = ((at >> 2) % 64) + (at % 4) + STEPS;
    const want = sums * start + (sums * (sums - 1)) / 2;
    if (got !== want) throw wrong('multiplyAdd', at, got, want);
  });
}

/** Larger than the caches of any GPU; a software adapter's memory is the CPU's. */
const COPY_BYTES = { hardware: 2 ** 28, unknown: 2 ** 26, software: 2 ** 26 };
/** Vectors that one invocation copies: few suit a GPU, many an adapter in software. */
const PARTS = [1, 4, 16];
const PATTERN = Float32Array.from({ length: 2 ** 18 }, (_, i) => i);

async function memoryRoof(gpu: Gpu, clock: DeviceClock, options: ClockOptions): Promise<Measured> {
  const { maxBufferSize, maxStorageBufferBindingSize } = gpu.limits;
  const most = Math.min(COPY_BYTES[gpu.adapter.kind], maxBufferSize, maxStorageBufferBindingSize);
  const bytes = most - (most % PATTERN.byteLength);
  const x = gpu.buffer('copy.x', bytes);
  const out = gpu.buffer('copy.out', bytes);
  const programs: Program[] = [];
  try {
    for (let at = 0; at < bytes; at += PATTERN.byteLength) gpu.write(x, PATTERN, at);
    const contestants: Contestant[] = [];
    for (const parts of PARTS) {
      const program = await Program.create(
        gpu,
        'copy',
        { kernels: { copy: copyKernel(parts) }, library },
        [
          {
            label: 'copy',
            kernel: 'copy',
            flags: [],
            params: { count: bytes / 16 / parts },
            tensors: { x: 'x', out: 'out' },
          },
        ],
        new Map([
          ['x', x],
          ['out', out],
        ]),
      );
      programs.push(program);
      // Whatever is found in the end was copied by this one.
      gpu.submit('clear copy', (encoder) => encoder.clearBuffer(out.raw));
      await clock.span((pass) => program.encode(pass));
      await checkCopy(gpu, out);
      contestants.push(clock.contestant(String(parts), program));
    }
    const { timings, dropped, notes } = await measure(contestants, options);
    const rates = timings.map((timing) =>
      roofOf(
        timing,
        (2 * bytes) / 1e6,
        `a copy of ${bytes / 2 ** 20} MiB, ${16 * Number(timing.name)} bytes by an invocation`,
      ),
    );
    return { roof: highest(rates) ?? nothing('copy', dropped), notes };
  } finally {
    for (const program of programs) program.dispose();
    x.destroy();
    out.destroy();
  }
}

/** The first and the last part of the copy. */
async function checkCopy(gpu: Gpu, out: Buffer): Promise<void> {
  const { byteLength } = PATTERN;
  const readback = new Readback(gpu, 'copy', byteLength);
  try {
    for (const offset of [0, out.bytes - byteLength]) {
      gpu.submit('read copy', (encoder) => readback.copyFrom(encoder, out, byteLength, offset));
      const got = new Float32Array(await readback.read());
      const at = got.findIndex((value, i) => value !== PATTERN[i]);
      if (at >= 0) throw wrong('copy', offset / 4 + at, got[at], PATTERN[at]);
    }
  } finally {
    readback.dispose();
  }
}

const highest = (roofs: readonly Roof[]): Roof | undefined =>
  roofs.length ? roofs.reduce((best, one) => (one.rate > best.rate ? one : best)) : undefined;

/** @param work in 10^6 operations or bytes: divided by ms, 10^9 a second */
function roofOf({ median, low, high, confidence }: Timing, work: number, how: string): Roof {
  return { rate: work / median, low: work / high, high: work / low, confidence, how };
}

function wrong(kernel: string, at: number, got: number, want: number): MismatchError {
  return new MismatchError(
    `The roof kernel '${kernel}' is wrong: number ${at} is ${got}, and is to be ${want}. Rates beside such a roof say nothing: run 'npm run check' on this adapter`,
  );
}

function nothing(kernel: string, dropped: readonly { why: string }[]): never {
  throw new KatmanError(
    `The roof kernel '${kernel}' could not be timed: ${dropped.map(({ why }) => why).join('; ') || 'interrupted'}. Give it more time, or another browser`,
  );
}
