import certificateSource from '../../shaders/device/certificate.wgsl?raw';
import specialSource from '../../shaders/device/special.wgsl?raw';
import type { Gpu } from '../gpu/gpu.ts';
import type { Kernel } from '../gpu/kernel.ts';
import { runKernel } from '../gpu/run.ts';
import { library } from '../kernels/library.ts';
import { type SelfTest, selfTest } from './selfTest.ts';

/** How far a built-in function is from the truth, at most, over the range that was tried. */
export interface Accuracy {
  /** Units in the last place of float32. */
  readonly ulps: number;
  /** The largest difference itself. */
  readonly absolute: number;
  /** Where the error in units of the last place is largest. */
  readonly at: number;
}

/**
 * What holds on this device, measured on it: which assumptions of arithmetic, how exact the built-in
 * functions are, what becomes of NaN; and so how strictly its results can be judged.
 */
export interface Certificate extends SelfTest {
  /** How exact `exp`, `log`, `tanh`, `sqrt`, `1/x` and `inverseSqrt` are. */
  readonly functions: Readonly<Record<string, Accuracy>>;
  /** Whether `x != x` tells NaN, as IEEE 754 has it; the kernels look at the bits. */
  readonly comparesNaN: boolean;
  /** Whether max(NaN, 0) is 0, which washes a NaN away. */
  readonly maxWashesNaN: boolean;
  /** Whether the built-in tanh is a number at 100, as it should. */
  readonly tanhSaturates: boolean;
  /** How long measuring took. */
  readonly milliseconds: number;
}

const POINTS = 1024;

const device = (name: string, source: string, width: number): Kernel => ({
  name,
  source,
  flags: [],
  variants: [[]],
  workgroups: ({ count }) => Math.ceil(count / 64),
  outputs: ({ count }) => ({ out: count * width }),
  flops: () => 0,
});
const functionsKernel = device('certificate', certificateSource, 6);
const specialKernel = device('special', specialSource, 2);

/** The functions in the order of the kernel, each with the range in which training uses it. */
const FUNCTIONS: [string, (x: number) => number, [number, number]][] = [
  ['exp', Math.exp, [-80, 80]],
  ['log', Math.log, [1e-30, 1e30]],
  ['tanh', Math.tanh, [1e-6, 40]],
  ['sqrt', Math.sqrt, [1e-30, 1e30]],
  ['1/x', (x) => 1 / x, [1e-30, 1e30]],
  ['inverseSqrt', (x) => 1 / Math.sqrt(x), [1e-30, 1e30]],
];

/** Measures a device; takes about a tenth of a second. */
export async function certify(gpu: Gpu): Promise<Certificate> {
  const started = performance.now();
  const functions: Record<string, Accuracy> = {};
  for (const [column, [name, truth, [low, high]]] of FUNCTIONS.entries()) {
    const x = points(low, high);
    const { out } = await runKernel(gpu, functionsKernel, {
      params: { count: POINTS },
      inputs: { x },
      library,
    });
    functions[name] = accuracy(x, (i) => out[6 * i + column], truth);
  }
  const x = Float32Array.of(NaN, 100);
  const run = (kernel: Kernel) => runKernel(gpu, kernel, { params: { count: 2 }, inputs: { x }, library });
  const { out: special } = await run(specialKernel);
  const { out: values } = await run(functionsKernel);
  return {
    ...(await selfTest(gpu)),
    functions,
    comparesNaN: special[0] === 1,
    maxWashesNaN: special[1] === 0,
    tanhSaturates: values[6 + 2] === 1,
    milliseconds: performance.now() - started,
  };
}

/** What a certificate says, a line each, for people. */
export function describeCertificate(certificate: Certificate): string[] {
  const { fused, subnormals, mirrored, why, functions, comparesNaN, maxWashesNaN, tanhSaturates } =
    certificate;
  const errors = Object.entries(functions).map(
    ([name, { ulps, at }]) =>
      `${name}: off by up to ${ulps.toPrecision(2)} units in the last place (at ${at.toPrecision(3)})`,
  );
  return [
    `a * b + c is rounded ${fused ? 'once (fused)' : 'twice (not fused)'}`,
    `results below the normal numbers are ${subnormals}`,
    `x != x ${comparesNaN ? 'tells' : 'does not tell'} NaN; max(NaN, 0) is ${maxWashesNaN ? '0' : 'NaN'}; built-in tanh(100) is ${tanhSaturates ? '1' : 'no number'}`,
    ...errors,
    mirrored
      ? 'so sums and products can be checked to the bit'
      : `so results are checked against error bounds: ${why}`,
  ];
}

/** Points spread evenly, by their logarithms where the range is all positive. */
function points(low: number, high: number): Float32Array {
  const share = (i: number) => i / (POINTS - 1);
  return Float32Array.from({ length: POINTS }, (_, i) =>
    low > 0 ? low * (high / low) ** share(i) : low + (high - low) * share(i),
  );
}

function accuracy(x: Float32Array, got: (i: number) => number, truth: (x: number) => number): Accuracy {
  let worst: Accuracy = { ulps: 0, absolute: 0, at: x[0] };
  for (let i = 0; i < x.length; i++) {
    const want = truth(x[i]);
    const error = Math.abs(got(i) - want);
    const unit = 2 ** Math.max(-149, Math.floor(Math.log2(Math.abs(want))) - 23);
    const ulps = Number.isNaN(error) ? Infinity : error / unit;
    worst = {
      ...(ulps > worst.ulps ? { ulps, at: x[i] } : worst),
      absolute: Math.max(worst.absolute, Number.isNaN(error) ? Infinity : error),
    };
  }
  return worst;
}
