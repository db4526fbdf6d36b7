import type { Gpu } from '../gpu/gpu.ts';
import type { Kernel } from '../gpu/kernel.ts';
import { runKernel } from '../gpu/run.ts';
import type { Arithmetic } from '../oracle/mirror/index.ts';
import { type SelfTest, selfTest } from './selfTest.ts';

const source = (name: string) => `
struct Params { count: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> out: array<f32>;
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if id.x < params.count { out[id.x] = ${name}(x[id.x]); }
}`;

function tableOf(name: string): Kernel {
  return {
    name,
    source: source(name),
    flags: [],
    variants: [[]],
    workgroups: ({ count }) => Math.ceil(count / 64),
    outputs: ({ count }) => ({ out: count }),
    flops: () => 0,
  };
}

type Table = Map<number, number>;

/**
 * The arithmetic of one device for mirrors. What IEEE 754 fixes is computed here; exp and log, whose
 * last digits WGSL leaves to the device, are asked of it: a mirror is run until it asks nothing new.
 */
export class DeviceArithmetic {
  readonly #tables: Readonly<Record<'exp' | 'log', Table>> = { exp: new Map(), log: new Map() };

  private constructor(
    private readonly gpu: Gpu,
    readonly test: SelfTest,
  ) {}

  static async of(gpu: Gpu): Promise<DeviceArithmetic> {
    return new DeviceArithmetic(gpu, await selfTest(gpu));
  }

  /** What `compute` gives on this device. */
  async run<T>(compute: (arithmetic: Arithmetic) => T): Promise<T> {
    const round =
      this.test.subnormals === 'flushed'
        ? (exact: number) => {
            const rounded = Math.fround(exact);
            return Math.abs(rounded) < 2 ** -126 ? 0 : rounded;
          }
        : Math.fround;
    for (;;) {
      const asked = { exp: new Set<number>(), log: new Set<number>() };
      const look = (name: 'exp' | 'log') => (x: number) => {
        const value = this.#tables[name].get(x);
        if (value === undefined) asked[name].add(x);
        return value ?? 1;
      };
      const result = compute({ round, exp: look('exp'), log: look('log') });
      if (!asked.exp.size && !asked.log.size) return result;
      await this.#learn('exp', asked.exp);
      await this.#learn('log', asked.log);
    }
  }

  async #learn(name: 'exp' | 'log', asked: ReadonlySet<number>): Promise<void> {
    if (!asked.size) return;
    const x = Float32Array.from(asked);
    const { out } = await runKernel(this.gpu, tableOf(name), {
      params: { count: x.length },
      inputs: { x },
      library: {},
    });
    [...asked].forEach((value, i) => this.#tables[name].set(value, out[i]));
  }
}
