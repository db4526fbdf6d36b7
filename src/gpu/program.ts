import { ShaderError } from '../errors.ts';
import { type Buffer, type Gpu, UNIFORM } from './gpu.ts';
import { packParams } from './interface.ts';
import { type Kernel, type Pass, constantsOf } from './kernel.ts';
import type { Pipeline } from './pipelines.ts';

/** Where a program finds its kernels and the files they include. */
export interface KernelTable {
  readonly kernels: Readonly<Record<string, Kernel>>;
  readonly library: Readonly<Record<string, string>>;
}

interface Dispatch {
  readonly pipeline: Pipeline;
  readonly group: GPUBindGroup;
  readonly x: number;
  readonly y: number;
}

const MOST_WORKGROUPS = 65_535;
/** Offsets of uniforms are multiples of this on every adapter. */
const UNIFORM_STEP = 256;

/** A list of passes, ready to be encoded any number of times: nothing is made after its creation. */
export class Program {
  private constructor(
    private readonly gpu: Gpu,
    private readonly dispatches: readonly Dispatch[],
    private readonly uniforms: Buffer,
  ) {}

  /**
   * Compiles the kernels, packs the params and binds the tensors of `passes`.
   * @param tensors buffer by tensor name
   * @param widest most workgroups in a row of a dispatch; what exceeds it is folded
   * @throws ShaderError if a kernel does not compile or a pass does not fit it
   */
  static async create(
    gpu: Gpu,
    label: string,
    { kernels, library }: KernelTable,
    passes: readonly Pass[],
    tensors: ReadonlyMap<string, Buffer>,
    widest = MOST_WORKGROUPS,
  ): Promise<Program> {
    const pipelines = await Promise.all(
      passes.map((pass) => gpu.pipelines.get(kernels[pass.kernel], pass.flags, library, pass.constants)),
    );
    const bytes = new Uint8Array(Math.max(1, passes.length) * UNIFORM_STEP);
    passes.forEach((pass, i) => {
      bytes.set(
        new Uint8Array(packParams(pipelines[i].shader.params, pass.params, pass.label)),
        i * UNIFORM_STEP,
      );
    });
    const uniforms = gpu.buffer(`${label}.params`, bytes.byteLength, UNIFORM);
    gpu.write(uniforms, bytes);
    const dispatches = passes.map((pass, i) => {
      const kernel = kernels[pass.kernel];
      const groups = kernel.workgroups(pass.params, constantsOf(kernel, pass.constants), pass.flags);
      const x = Math.min(groups, widest);
      const y = Math.ceil(groups / x);
      if (y > MOST_WORKGROUPS)
        throw new ShaderError(`${pass.label}: ${groups} workgroups are more than WebGPU can dispatch`);
      return { pipeline: pipelines[i], group: bind(gpu, pass, pipelines[i], tensors, uniforms, i), x, y };
    });
    return new Program(gpu, dispatches, uniforms);
  }

  encode(pass: GPUComputePassEncoder): void {
    for (const { pipeline, group, x, y } of this.dispatches) {
      pass.setPipeline(pipeline.raw);
      pass.setBindGroup(0, group);
      pass.dispatchWorkgroups(x, y);
    }
    this.gpu.counts.dispatches += this.dispatches.length;
  }

  dispose(): void {
    this.uniforms.destroy();
  }
}

function bind(
  gpu: Gpu,
  pass: Pass,
  { layout, shader }: Pipeline,
  tensors: ReadonlyMap<string, Buffer>,
  uniforms: Buffer,
  index: number,
): GPUBindGroup {
  const entries = shader.bindings.map(({ binding, name }) => {
    if (name === 'params') {
      return {
        binding,
        resource: { buffer: uniforms.raw, offset: index * UNIFORM_STEP, size: UNIFORM_STEP },
      };
    }
    const buffer = tensors.get(pass.tensors[name]);
    if (!buffer)
      throw new ShaderError(
        `${pass.label}: binding '${name}' has no tensor (${pass.tensors[name] ?? 'none named'})`,
      );
    return { binding, resource: { buffer: buffer.raw, offset: buffer.offset, size: buffer.bytes } };
  });
  for (const name of Object.keys(pass.tensors)) {
    if (!shader.bindings.some((binding) => binding.name === name)) {
      throw new ShaderError(`${pass.label}: kernel '${pass.kernel}' has no binding '${name}'`);
    }
  }
  gpu.counts.bindGroups++;
  return gpu.device.createBindGroup({ label: pass.label, layout, entries });
}
