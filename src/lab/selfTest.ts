import type { Gpu } from '../gpu/gpu.ts';
import type { Kernel } from '../gpu/kernel.ts';
import { runKernel } from '../gpu/run.ts';
import { Random } from '../random.ts';

/** How a device computes in float32, as measured: which assumptions hold, and so which levels of checking apply. */
export interface SelfTest {
  /** Whether a * b + c is rounded once somewhere, as fma does: a mirror cannot know where. */
  readonly fused: boolean;
  /** Whether (a + b) + c is computed in another order. */
  readonly reordered: boolean;
  /** What becomes of results below 2^-126; 'mixed' if it depends on the operation. */
  readonly subnormals: 'kept' | 'flushed' | 'mixed';
  /** The largest error of each operation in units in the last place; 0.5 is correctly rounded. */
  readonly ulp: Readonly<Record<'add' | 'subtract' | 'multiply' | 'divide' | 'root', number>>;
  /** Whether +, -, *, / and sqrt are those of IEEE 754, apart from subnormals: then mirrors give the same bits. */
  readonly mirrored: boolean;
  /** Why not; empty if they do. */
  readonly why: string;
}

const COUNT = 4096;
const SMALLEST_NORMAL = 2 ** -126;

/** One output of each operation; operands from storage, so that nothing folds. */
const source = `
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read> c: array<f32>;
@group(0) @binding(4) var<storage, read_write> out: array<f32>;
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.x;
  out[i] = a[i] + b[i];
  out[${COUNT}u + i] = a[i] - b[i];
  out[${2 * COUNT}u + i] = a[i] * b[i];
  out[${3 * COUNT}u + i] = a[i] / b[i];
  out[${4 * COUNT}u + i] = sqrt(abs(a[i]));
  out[${5 * COUNT}u + i] = a[i] * b[i] + c[i];
  var sum = vec4f(c[i]);
  sum += a[i] * vec4f(b[i]);
  out[${6 * COUNT}u + i] = sum.y;
  out[${7 * COUNT}u + i] = (a[i] + b[i]) + c[i];
}`;

const kernel: Kernel = {
  name: 'selfTest',
  source,
  flags: [],
  variants: [[]],
  workgroups: () => COUNT / 64,
  outputs: () => ({ out: 8 * COUNT }),
  flops: () => 0,
};

const known = new WeakMap<Gpu, Promise<SelfTest>>();

/** Measures once for each open device: some ten milliseconds. */
export function selfTest(gpu: Gpu): Promise<SelfTest> {
  let result = known.get(gpu);
  if (!result) known.set(gpu, (result = measure(gpu)));
  return result;
}

async function measure(gpu: Gpu): Promise<SelfTest> {
  const random = new Random(0x5e1f);
  const wide = (from: number, to: number) =>
    Float32Array.from({ length: COUNT }, () => random.uniform(-1, 1) * 2 ** random.uniform(from, to));
  const ordinary = await operate(gpu, wide(-20, 20), wide(-20, 20), () => 0);
  // c takes the rounded product away: nothing is left, or what a fused operation did not round.
  const [a, b] = [wide(-10, 10), wide(-10, 10)];
  const cancelling = await operate(gpu, a, b, (i) => -Math.fround(a[i] * b[i]));
  // b is lost beside a, which c takes away.
  const huge = Float32Array.from({ length: COUNT }, (_, i) => 2 ** (40 + (i % 20)));
  const ordered = await operate(gpu, huge, wide(0, 10), (i) => -huge[i]);
  const small = await operate(gpu, wide(-128, -124), wide(-3, 3), () => 0);

  const fused = [5, 6].some((part) => cancelling.part(part).some((value) => value !== 0));
  const reordered = ordered.part(7).some((value) => value !== 0);
  const ulp = Object.fromEntries(
    (['add', 'subtract', 'multiply', 'divide', 'root'] as const).map((name, part) => [
      name,
      worst(ordinary.part(part), ordinary.exact[name]),
    ]),
  ) as SelfTest['ulp'];
  const subnormals = subnormalsOf(small);
  const inexact = Object.entries(ulp).filter(([, error]) => error > 0.5);
  const why = [
    fused && 'a * b + c is rounded once',
    reordered && 'sums are reordered',
    subnormals === 'mixed' && 'subnormal results are sometimes flushed',
    inexact.length && `${inexact.map(([name]) => name).join(', ')} not correctly rounded`,
  ].filter(Boolean);
  return { fused, reordered, subnormals, ulp, mirrored: why.length === 0, why: why.join('; ') };
}

interface Operated {
  part(index: number): Float32Array;
  exact: Record<'add' | 'subtract' | 'multiply' | 'divide' | 'root', Float64Array>;
}

async function operate(
  gpu: Gpu,
  a: Float32Array,
  b: Float32Array,
  third: (i: number) => number,
): Promise<Operated> {
  const c = Float32Array.from(a, (_, i) => third(i));
  const { out } = await runKernel(gpu, kernel, { params: {}, inputs: { a, b, c }, library: {} });
  const exactly = (value: (i: number) => number) => Float64Array.from(a, (_, i) => value(i));
  return {
    part: (index) => out.subarray(index * COUNT, (index + 1) * COUNT) as Float32Array,
    exact: {
      add: exactly((i) => a[i] + b[i]),
      subtract: exactly((i) => a[i] - b[i]),
      multiply: exactly((i) => a[i] * b[i]),
      divide: exactly((i) => a[i] / b[i]),
      root: exactly((i) => Math.sqrt(Math.abs(a[i]))),
    },
  };
}

/** The largest error in units in the last place of the exact result; 0.5 where each is the nearest float32. */
function worst(got: Float32Array, exact: Float64Array): number {
  return got.reduce((most, value, i) => {
    if (value === Math.fround(exact[i])) return most;
    const unit = 2 ** (Math.floor(Math.log2(Math.abs(exact[i]) || SMALLEST_NORMAL)) - 23);
    return Math.max(most, Math.abs(value - exact[i]) / unit || Infinity);
  }, 0.5);
}

/** By sums, differences, products and quotients that fall below the normal numbers. */
function subnormalsOf({ part, exact }: Operated): SelfTest['subnormals'] {
  const seen = { kept: 0, flushed: 0 };
  (['add', 'subtract', 'multiply', 'divide'] as const).forEach((name, index) => {
    part(index).forEach((value, i) => {
      const want = Math.abs(Math.fround(exact[name][i]));
      if (want > 0 && want < SMALLEST_NORMAL) seen[value === 0 ? 'flushed' : 'kept']++;
    });
  });
  if (seen.kept && seen.flushed) return 'mixed';
  return seen.kept ? 'kept' : 'flushed';
}
