import { GpuUnavailableError } from '../errors.ts';
import type { AdapterDescription } from './adapter.ts';
import { openGpu } from './open.ts';
import { runKernel } from './run.ts';

const WORDS = 256;

/** x -> x * 2654435761 xor x / 8: no adapter gets this right by chance. */
const source = `
@group(0) @binding(1) var<storage, read> x: array<u32>;
@group(0) @binding(2) var<storage, read_write> out: array<u32>;
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  out[id.x] = (x[id.x] * 2654435761u) ^ (x[id.x] >> 3u);
}`;

const kernel = {
  name: 'probe',
  source,
  flags: [],
  variants: [[]],
  workgroups: () => WORDS / 64,
  outputs: () => ({ out: WORDS }),
  flops: () => 0,
};

export interface ProbeResult {
  readonly adapter: AdapterDescription;
  /** All that the adapter has, whether it was asked for or not. */
  readonly features: readonly string[];
  readonly limits: Readonly<Record<string, number>>;
}

/**
 * Opens the adapter and believes in it only after it has computed.
 * @throws GpuUnavailableError if there is none, or if what it computes is wrong
 */
export async function probe(): Promise<ProbeResult> {
  const gpu = await openGpu();
  try {
    const x = Uint32Array.from({ length: WORDS }, (_, i) => (i * 0x01234567) >>> 0);
    const { out } = await runKernel(gpu, kernel, { params: {}, inputs: { x }, library: {} });
    const wrong = x.findIndex((value, i) => (Math.imul(value, 2654435761) ^ (value >>> 3)) >>> 0 !== out[i]);
    if (wrong >= 0)
      throw new GpuUnavailableError(
        `The adapter computes wrongly: word ${wrong} of a test kernel is ${out[wrong]}`,
      );
    const offered = await navigator.gpu.requestAdapter({ powerPreference: 'high-performance' });
    const { features, limits } = offered ?? gpu.device;
    // Limits are getters of their class: they are there for `in`, and for nothing else.
    const numbers: Record<string, number> = {};
    for (const name in limits) {
      const value: unknown = limits[name as keyof GPUSupportedLimits];
      if (typeof value === 'number') numbers[name] = value;
    }
    return { adapter: gpu.adapter, features: [...features].sort(), limits: numbers };
  } finally {
    gpu.dispose();
  }
}
